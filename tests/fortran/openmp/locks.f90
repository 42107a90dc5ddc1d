! build: -fopenmp
! omp_lib's locks, simple and nested, held and tested by several threads; and its clock.
program locks
    use omp_lib
    implicit none
    integer(omp_lock_kind) :: lock
    integer(omp_nest_lock_kind) :: nest
    integer :: i, total, deep, refused
    real(8) :: begin
    logical :: got

    call omp_init_lock(lock)
    call omp_init_nest_lock(nest)
    begin = omp_get_wtime()
    total = 0
    deep = 0
    !$omp parallel do num_threads(4)
    do i = 1, 1000
        call omp_set_lock(lock)
        total = total + i
        call omp_unset_lock(lock)
        call omp_set_nest_lock(nest)
        call omp_set_nest_lock(nest)
        deep = deep + 1
        call omp_unset_nest_lock(nest)
        call omp_unset_nest_lock(nest)
    end do
    print *, total, deep
    call omp_set_lock(lock)
    refused = 0
    !$omp parallel num_threads(4) reduction(+:refused) private(got)
    got = omp_test_lock(lock)
    if (.not. got) refused = refused + 1
    !$omp end parallel
    print *, refused
    call omp_unset_lock(lock)
    got = omp_test_lock(lock)
    print *, got, omp_test_nest_lock(nest), omp_test_nest_lock(nest)
    call omp_unset_lock(lock)
    call omp_destroy_lock(lock)
    print *, omp_get_wtime() >= begin, omp_get_wtick() > 0
end program
