! build: -fopenmp
! test: status=2 stderr=compare
! error stop in one thread of a region ends the program with that thread's status.
program error_stop_in_a_region
    use omp_lib
    implicit none

    print *, 'before'
    !$omp parallel num_threads(4)
    if (omp_get_thread_num() == 3) error stop 2, quiet=.true.
    !$omp barrier
    !$omp end parallel
    print *, 'not reached'
end program
