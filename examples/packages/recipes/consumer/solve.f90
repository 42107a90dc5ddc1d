! SPDX-License-Identifier: BSD-3-Clause
!
! Linear equations by LAPACK in all four precisions: the solution is known, and must come out to a
! few units of its last place.
program solve
    implicit none
    integer, parameter :: n = 100
    double precision :: general(n, n)
    integer :: i, j, wrong = 0

    do j = 1, n
        do i = 1, n
            general(i, j) = mod(7 * i * i + 3 * j, 11) - 5
        end do
        general(j, j) = general(j, j) + 1000
    end do
    call single_real()
    call double_real()
    call single_complex()
    call double_complex()
    call least_squares()
    if (wrong /= 0) error stop 1
contains
    subroutine single_real()
        real :: a(n, n), x(n)
        integer :: pivots(n), info

        a = real(general)
        x = matmul(a, [(real(i), i = 1, n)])
        call sgesv(n, 1, a, n, pivots, x, n, info)
        call report('sgesv', info, maxval(abs(x - [(i, i = 1, n)])) < 1e-2)
    end subroutine

    subroutine double_real()
        double precision :: a(n, n), x(n)
        integer :: pivots(n), info

        a = general
        x = matmul(a, [(dble(i), i = 1, n)])
        call dgesv(n, 1, a, n, pivots, x, n, info)
        call report('dgesv', info, maxval(abs(x - [(i, i = 1, n)])) < 1d-10)
    end subroutine

    subroutine single_complex()
        complex :: a(n, n), x(n)
        integer :: pivots(n), info

        a = cmplx(real(general), real(transpose(general)))
        x = matmul(a, [(cmplx(i, -i), i = 1, n)])
        call cgesv(n, 1, a, n, pivots, x, n, info)
        call report('cgesv', info, maxval(abs(x - [(cmplx(i, -i), i = 1, n)])) < 1e-2)
    end subroutine

    subroutine double_complex()
        complex(kind(1d0)) :: a(n, n), x(n)
        integer :: pivots(n), info

        a = cmplx(general, transpose(general), kind(1d0))
        x = matmul(a, [(cmplx(i, -i, kind(1d0)), i = 1, n)])
        call zgesv(n, 1, a, n, pivots, x, n, info)
        call report('zgesv', info, maxval(abs(x - [(cmplx(i, -i, kind(1d0)), i = 1, n)])) < 1d-10)
    end subroutine

    ! A straight line through points that lie on one
    subroutine least_squares()
        double precision :: a(n, 2), b(n), work(1000)
        integer :: info

        a(:, 1) = 1
        a(:, 2) = [(i, i = 1, n)]
        b = 3 + 0.5d0 * a(:, 2)
        call dgels('N', n, 2, 1, a, n, b, n, work, size(work), info)
        call report('dgels', info, abs(b(1) - 3) < 1d-12 .and. abs(b(2) - 0.5d0) < 1d-12)
    end subroutine

    subroutine report(name, info, right)
        character(*), intent(in) :: name
        integer, intent(in) :: info
        logical, intent(in) :: right

        print '(a, a, i0, a, l1)', name, ': info ', info, ', right ', right
        if (info /= 0 .or. .not. right) wrong = wrong + 1
    end subroutine
end program solve
