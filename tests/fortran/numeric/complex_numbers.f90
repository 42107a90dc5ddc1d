! Complex arithmetic, functions and parts, in single and double precision, and in arrays.
program complex_numbers
    implicit none
    complex :: a, b
    complex(8) :: z, roots(4), product_of_roots
    real(8), parameter :: pi = 3.14159265358979324d0
    integer :: i

    a = (3.0, 4.0)
    b = (-1.0, 2.0)
    print *, a + b, a - b, a * b, conjg(a), abs(a), aimag(b), real(b)
    print *, a / (2.0, 0.0), a**2, a == (3.0, 4.0), cmplx(1, 2), a%re, b%im
    a%im = 0
    print *, a
    z = (0.3d0, 0.7d0)
    print '(4f12.8)', sqrt(z), exp(z * pi), log(z), z**0.5d0
    print '(4f12.8)', sin(z), cos(z), tan(z), sinh(z), cosh(z), tanh(z), asin(z), acos(z), &
        atan(z / 2)
    roots = [(exp(cmplx(0, 2 * pi * i / 4, 8)), i = 0, 3)]
    product_of_roots = product(roots)
    ! In millionths, so that what is nearly 0 has no sign.
    print *, nint(1d6 * product_of_roots%re), nint(1d6 * product_of_roots%im)
    print *, nint(1d6 * abs(sum(roots))), nint(1d6 * abs(dot_product(roots, roots)))
    print '(4f12.8)', matmul(reshape(roots, [2, 2]), roots(1:2))
    read_back: block
        character(len=40) :: text
        write (text, *) (1.5, -2.5)
        read (text, *) a
        print *, a
    end block read_back
end program
