! Mathematical functions to ten digits, at points where libraries may be told apart.
program mathematical_functions
    implicit none
    real(8), parameter :: x = 0.7d0

    print '(5es18.9)', sin(x), cos(x), tan(x), asin(x), acos(x), atan(x), atan2(x, -1d0)
    print '(5es18.9)', sinh(x), cosh(x), tanh(x), asinh(x), acosh(1 + x), atanh(x)
    print '(5es18.9)', exp(x), log(x), log10(x), sqrt(x), x**2.5d0, hypot(3d0, 4d0)
    print '(5es18.9)', gamma(4.5d0), log_gamma(10.5d0), erf(x), erfc(x)
    print '(5es18.9)', bessel_j0(x), bessel_j1(x), bessel_jn(2, x), bessel_y0(x), bessel_yn(3, x)
    print '(5es14.5)', sin(1e6), exp(-80.0), gamma(5.0), erf(0.5), tan(1.5)
    print '(5es18.9)', sin(1d22), cos(1d15), exp(700d0), log(tiny(x)), gamma(170d0)
end program
