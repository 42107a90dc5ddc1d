! build: -fopenmp
! Loops under each schedule, reductions of each operator, first- and lastprivate.
program do_schedules_and_reductions
    use omp_lib
    implicit none
    integer, parameter :: n = 10000
    integer :: values(n), i, total, product_of, low, high, last, base, bits
    logical :: every, some
    real(8) :: x
    integer :: kinds(4)

    call omp_set_num_threads(4)
    !$omp parallel do schedule(static)
    do i = 1, n
        values(i) = i
    end do
    !$omp parallel do schedule(dynamic, 7)
    do i = 1, n
        values(i) = values(i) + i
    end do
    !$omp parallel do schedule(guided)
    do i = 1, n
        values(i) = values(i) - 1
    end do
    call omp_set_schedule(omp_sched_dynamic, 3)
    !$omp parallel do schedule(runtime)
    do i = 1, n
        values(i) = values(i) + 1
    end do
    print *, all(values == [(2 * i, i = 1, n)])

    total = 100
    product_of = 1
    low = huge(low)
    high = -huge(high)
    every = .true.
    some = .false.
    bits = 0
    x = 0
    !$omp parallel do reduction(+:total, x) reduction(*:product_of) reduction(min:low) &
    !$omp reduction(max:high) reduction(.and.:every) reduction(.or.:some) reduction(ior:bits)
    do i = 1, n
        total = total + values(i)
        x = x + 0.5d0
        if (mod(i, 1000) == 0) product_of = product_of * 2
        low = min(low, values(i))
        high = max(high, values(i))
        every = every .and. values(i) > 0
        some = some .or. values(i) == 5000
        bits = ior(bits, values(i))
    end do
    print *, total, x, product_of, low, high, every, some, bits

    base = 1000
    last = 0
    !$omp parallel do firstprivate(base) lastprivate(last)
    do i = 1, n
        last = base + i
    end do
    print *, base, last
    kinds = 0
    !$omp parallel
    !$omp do
    do i = 1, 4
        kinds(i) = omp_get_num_threads()
    end do
    !$omp end do nowait
    !$omp end parallel
    print *, kinds, omp_get_max_threads(), omp_in_parallel()
end program
