! SPDX-License-Identifier: BSD-3-Clause
!
! BLAS from Fortran: matrix and vector operations against Fortran's own, on whole numbers.
program multiply
    implicit none
    integer, parameter :: n = 120
    double precision :: a(n, n), b(n, n), c(n, n), x(n), y(n)
    double precision, external :: ddot
    integer :: i, j, wrong

    do j = 1, n
        do i = 1, n
            a(i, j) = mod(7 * i + 3 * j, 11) - 5
            b(i, j) = mod(5 * i + 2 * j, 13) - 6
        end do
        x(j) = mod(j, 7) - 3
    end do
    call dgemm('T', 'N', n, n, n, 2d0, a, n, b, n, 0d0, c, n)
    wrong = count(c /= 2 * matmul(transpose(a), b))
    print '(a, i0)', 'dgemm: wrong elements ', wrong
    call dgemv('N', n, n, 1d0, a, n, x, 1, 0d0, y, 1)
    wrong = wrong + count(y /= matmul(a, x))
    print '(a, i0)', 'dgemv: wrong elements so far ', wrong
    if (ddot(n, x, 1, y, 1) /= dot_product(x, y)) wrong = wrong + 1
    print '(a, f0.1)', 'ddot: ', ddot(n, x, 1, y, 1)
    if (wrong /= 0) error stop 1
end program multiply
