! findloc, maxloc and minloc, sums, logical and bit reductions, with dim=, mask= and back=.
program searches_and_reductions
    implicit none
    integer :: a(3, 4), i
    real :: x(5)

    a = reshape([(mod(i * 7, 11), i = 1, 12)], [3, 4])
    print *, a
    print *, findloc(a, 3), findloc(a, 7, back=.true.), findloc(a, 99), findloc(a, 7, dim=2)
    print *, findloc(['a', 'b', 'a'], 'a', back=.true.), findloc([1, 2, 2], 2, [.true., .false., &
        .true.])
    print *, maxloc(a), minloc(a), maxloc(a, dim=1), minloc(a, dim=2, mask=a > 2)
    print *, maxval(a), minval(a, dim=1), maxval(a, mask=a < 5), &
        maxval([integer ::]) == -huge(1) - 1
    print *, sum(a), sum(a, 1), product(a, dim=2, mask=a > 0), sum(a, mask=a > 100)
    print *, any(a == 0), all(a >= 0, 1), count(a > 4), count(a > 4, 2), parity([.true., .true., &
        .true.])
    print *, iall([7, 6, 12]), iany([1, 2, 8]), iparity([5, 3])
    x = [2.0, -1.0, 9.5, 9.5, -1.0]
    print *, maxloc(x), maxloc(x, back=.true.), minloc(x, mask=x > 0)
    print *, maxval(['one  ', 'three', 'two  ']), minloc(['one  ', 'three', 'two  '])
    print *, reduce([1, 2, 3, 4], times), reduce(a, larger), reduce([1, 2, 3], times, identity=1, &
        mask=[.false., .false., .false.])

contains
    pure integer function times(p, q)
        integer, intent(in) :: p, q
        times = p * q
    end function

    pure integer function larger(p, q)
        integer, intent(in) :: p, q
        larger = max(p, q)
    end function
end program
