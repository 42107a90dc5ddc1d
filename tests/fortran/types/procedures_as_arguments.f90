! Procedures as arguments, pointers and components; internal ones see their host's variables.
program procedures_as_arguments
    implicit none
    abstract interface
        real(8) function function_of_x(x)
            real(8), intent(in) :: x
        end function
    end interface
    type :: named
        procedure(function_of_x), pointer, nopass :: f => null()
    end type
    procedure(function_of_x), pointer :: chosen
    type(named) :: table(2)
    real(8) :: slope
    integer :: i

    slope = 3
    print *, integral(line), slope
    slope = 5
    print *, integral(line), integral(parabola)
    chosen => parabola
    print *, chosen(3d0), associated(chosen, parabola)
    table(1)%f => parabola
    table(2)%f => line
    print *, (table(i)%f(2d0), i = 1, 2)
    print *, ackermann(2, 3), depth(20000)

contains
    real(8) function line(x)
        real(8), intent(in) :: x
        line = slope * x
    end function

    real(8) function parabola(x)
        real(8), intent(in) :: x
        parabola = x * x
    end function

    real(8) function integral(f)
        procedure(function_of_x) :: f
        integer :: k
        integral = 0
        do k = 1, 1024
            integral = integral + f((k - 0.5d0) / 1024) / 1024
        end do
        integral = anint(integral * 1d4) / 1d4
    end function

    recursive integer function ackermann(m, n) result(value)
        integer, intent(in) :: m, n
        if (m == 0) then
            value = n + 1
        else if (n == 0) then
            value = ackermann(m - 1, 1)
        else
            value = ackermann(m - 1, ackermann(m, n - 1))
        end if
    end function

    recursive integer function depth(n) result(value)
        integer, intent(in) :: n
        integer :: own(8)
        own = n
        value = 0
        if (n > 0) value = depth(n - 1) + own(mod(n, 8) + 1) - n + 1
    end function
end program
