! Division by zero, overflow and invalid operations give infinities and NaN, and no signal.
program traps_are_off
    implicit none
    real(8), volatile :: zero, one, big, negative
    real(4), volatile :: small

    zero = 0
    one = 1
    big = huge(one)
    negative = -4
    small = tiny(small)
    print *, one / zero, -one / zero, big * big
    print *, zero / zero /= zero / zero, sqrt(negative) /= sqrt(negative), log(zero)
    print *, small / 2 > 0, small / 1e20 == 0
end program
