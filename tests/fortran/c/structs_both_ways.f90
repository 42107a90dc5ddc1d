! Structures of C by value and by reference, arrays in them, enumerators, and results of both.
module c_types
    use, intrinsic :: iso_c_binding
    implicit none
    type, bind(c) :: point
        real(c_double) :: x, y
    end type
    type, bind(c) :: mixed
        character(kind=c_char) :: tag
        integer(c_short) :: small
        integer(c_long) :: large
        type(point) :: corners(2)
        logical(c_bool) :: flag
    end type
    enum, bind(c)
        enumerator :: red = 1, green = 2, blue = 7
    end enum
    interface
        real(c_double) function c_length(p) bind(c)
            import :: c_double, point
            type(point), value :: p
        end function
        subroutine c_change(m) bind(c)
            import :: mixed
            type(mixed), intent(inout) :: m
        end subroutine
        integer(c_size_t) function c_size_of_mixed() bind(c)
            import :: c_size_t
        end function
        integer(c_int) function c_colour(colour) bind(c)
            import :: c_int
            integer(c_int), value :: colour
        end function
        integer(c_int) function c_calls_fortran(n) bind(c)
            import :: c_int
            integer(c_int), value :: n
        end function
    end interface
contains
    subroutine fortran_change(m, factor) bind(c)
        type(mixed), intent(inout) :: m
        real(c_double), value :: factor
        m%corners%x = m%corners%x * factor
        m%small = m%small + 1_c_short
        m%flag = .not. m%flag
    end subroutine

    integer(c_int) function fortran_sum(numbers, length) bind(c, name='SumOfNumbers')
        integer(c_int), value :: length
        integer(c_int), intent(in) :: numbers(length)
        fortran_sum = sum(numbers)
    end function
end module

program structs_both_ways
    use c_types
    implicit none
    type(mixed) :: m

    print *, c_length(point(3, 4))
    m = mixed('a', 7, 123456789012_c_long, [point(1, 2), point(3, 4)], .true._c_bool)
    call c_change(m)
    print *, m%tag, m%small, m%large, m%corners, logical(m%flag)
    print *, c_size_of_mixed() == c_sizeof(m)
    print *, c_colour(blue), c_colour(red), c_colour(3)
    print *, c_calls_fortran(5)
end program
