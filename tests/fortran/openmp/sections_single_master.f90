! build: -fopenmp
! sections, single with copyprivate, master, and barriers between them.
program sections_single_master
    use omp_lib
    implicit none
    integer :: a, b, c, masters, singles, seen(4), value, me

    a = 0
    b = 0
    c = 0
    !$omp parallel sections num_threads(4)
    !$omp section
    a = 1
    !$omp section
    b = 2
    !$omp section
    c = 3
    !$omp end parallel sections
    print *, a, b, c

    masters = 0
    singles = 0
    seen = 0
    !$omp parallel num_threads(4) private(value, me)
    me = omp_get_thread_num() + 1
    !$omp master
    masters = masters + 1
    !$omp end master
    !$omp single
    singles = singles + 1
    value = 42
    !$omp end single copyprivate(value)
    seen(me) = value
    !$omp barrier
    !$omp single
    print *, masters, singles, seen
    !$omp end single
    !$omp end parallel
    call omp_set_dynamic(.false.)
    print *, omp_get_dynamic(), omp_get_level(), omp_get_thread_num()
end program
