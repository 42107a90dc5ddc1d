! build: -fopenmp
! The older face, include 'omp_lib.h': its functions, constants and lock kinds.
program include_omp_lib_h
    implicit none
    include 'omp_lib.h'
    integer(omp_lock_kind) :: lock
    integer(omp_sched_kind) :: kind
    integer :: chunk, total

    call omp_set_num_threads(3)
    call omp_init_lock(lock)
    total = 0
    !$omp parallel
    call omp_set_lock(lock)
    total = total + omp_get_thread_num() + 1
    call omp_unset_lock(lock)
    !$omp end parallel
    call omp_destroy_lock(lock)
    print *, total, omp_get_max_threads(), openmp_version >= 201511
    call omp_set_schedule(omp_sched_guided, 5)
    call omp_get_schedule(kind, chunk)
    print *, kind == omp_sched_guided, chunk
!$  print *, 'conditional compilation'
end program
