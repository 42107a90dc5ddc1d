! Reals of 4, 8, 10 and 16 bytes: the model, arithmetic, rounding, input and output.
program kinds_of_reals
    implicit none
    integer, parameter :: single = 4, double = 8, extended = 10, quad = 16
    real(single) :: s
    real(double) :: d
    real(extended) :: x
    real(quad) :: q, r
    character(len=60) :: text

    print *, huge(s), tiny(s), epsilon(s), digits(s), precision(s), range(s), maxexponent(s)
    print *, huge(d), tiny(d), epsilon(d), digits(d), precision(d), range(d), minexponent(d)
    print *, huge(x), epsilon(x), digits(x), precision(x), storage_size(x)
    print *, huge(q), epsilon(q), digits(q), precision(q), storage_size(q)
    s = 1.0_single / 3
    d = 1.0_double / 3
    x = 1.0_extended / 3
    q = 1.0_quad / 3
    print *, s, d, x, q
    print '(f40.36)', q
    r = q * 3 - 1 + q / 7
    print *, r, q > r, -q, abs(-q), max(q, r), int(q * 100), real(q, double)
    write (text, '(es45.35)') q
    read (text, *) r
    print *, r == q
    read (text, *) x
    print *, abs(x - q) < 1e-18_quad
    print *, sqrt(2.0_extended), abs(sin(1.0_extended) - 0.841470984807896506652_extended) &
        < 1e-18_extended
    print *, nearest(1.0, 1.0), spacing(1.0d0), scale(1.5, 4), exponent(10.0), fraction(10.0), &
        set_exponent(1.0, 3), rrspacing(1.0)
    print *, selected_real_kind(6), selected_real_kind(15), selected_real_kind(18), &
        selected_real_kind(33), selected_real_kind(100)
    print *, aint(-2.7), anint(-2.5), mod(5.5, -2.0), modulo(5.5, -2.0), sign(1.0, -0.0), &
        dim(3.0, 5.0)
end program
