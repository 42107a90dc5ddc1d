! build: -fopenmp
! Internal procedures as arguments in every thread: each sees the variables of its own host.
program internal_procedures_in_threads
    implicit none
    integer :: i
    real(8) :: s(8)
    !$omp parallel do
    do i = 1, 8
        s(i) = host(i)
    end do
    print *, s
contains
    real(8) function host(k)
        integer, intent(in) :: k
        host = apply(inner)
    contains
        real(8) function inner(x)
            real(8), intent(in) :: x
            inner = x * k
        end function
    end function
    real(8) function apply(f)
        interface
            real(8) function f(x)
                real(8), intent(in) :: x
            end function
        end interface
        apply = f(2d0)
    end function
end program
