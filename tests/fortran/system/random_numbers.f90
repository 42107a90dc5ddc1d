! random_number stays in [0, 1), looks even, and comes again from the same seed.
program random_numbers
    implicit none
    integer, parameter :: count = 100000
    real(8) :: x(count), again(count)
    real(4) :: single(count)
    integer :: size, bins(10), i
    integer, allocatable :: seed(:), back(:)

    call random_seed(size=size)
    print *, size > 0
    allocate (seed(size), back(size))
    seed = [(7919 * i, i = 1, size)]
    call random_seed(put=seed)
    call random_number(x)
    call random_seed(put=seed)
    call random_number(again)
    print *, all(x == again), minval(x) >= 0, maxval(x) < 1
    bins = 0
    do i = 1, count
        bins(1 + int(10 * x(i))) = bins(1 + int(10 * x(i))) + 1
    end do
    print *, minval(bins) > count / 11, maxval(bins) < count / 9
    call random_number(single)
    print *, minval(single) >= 0, maxval(single) < 1, abs(sum(single) / count - 0.5) < 0.01
    call random_seed(get=seed)
    call random_seed(get=back)
    print *, all(seed == back)
    call random_seed(put=seed)
    call random_number(x(1:4))
    print '(4f9.6)', x(1:4)
    call random_init(.false., .true.)
    call random_number(again(1:4))
    print *, any(again(1:4) /= x(1:4))
end program
