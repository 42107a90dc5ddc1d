! Procedures as C function pointers: qsort's comparison, callbacks with data, pointers from C.
module callbacks
    use, intrinsic :: iso_c_binding
    implicit none
    abstract interface
        integer(c_int) function transformation(value) bind(c)
            import :: c_int
            integer(c_int), value :: value
        end function
    end interface
    interface
        subroutine qsort(base, count, width, compare) bind(c)
            import :: c_ptr, c_size_t, c_funptr
            type(c_ptr), value :: base
            integer(c_size_t), value :: count, width
            type(c_funptr), value :: compare
        end subroutine
        integer(c_int) function c_apply(f, data, times) bind(c)
            import :: c_int, c_ptr, c_funptr
            type(c_funptr), value :: f
            type(c_ptr), value :: data
            integer(c_int), value :: times
        end function
        type(c_funptr) function c_choose(which) bind(c)
            import :: c_funptr, c_int
            integer(c_int), value :: which
        end function
    end interface
    type, bind(c) :: counter
        integer(c_int) :: calls = 0, total = 0
    end type
contains
    integer(c_int) function compare(a, b) bind(c)
        integer(c_int), intent(in) :: a, b
        compare = merge(-1, merge(1, 0, a > b), a < b)
    end function

    integer(c_int) function step(data, n) bind(c)
        type(c_ptr), value :: data
        integer(c_int), value :: n
        type(counter), pointer :: own
        call c_f_pointer(data, own)
        own%calls = own%calls + 1
        own%total = own%total + n
        step = own%total
    end function
end module

program callbacks_both_ways
    use callbacks
    implicit none
    integer(c_int), target :: numbers(8) = [5, 2, 8, 1, 9, 3, 7, 4]
    type(counter), target :: state
    procedure(transformation), pointer :: f
    type(c_funptr) :: none

    call qsort(c_loc(numbers), 8_c_size_t, c_sizeof(numbers(1)), c_funloc(compare))
    print *, numbers
    print *, c_apply(c_funloc(step), c_loc(state), 10), state%calls, state%total
    call c_f_procpointer(c_choose(0), f)
    print *, f(21)
    call c_f_procpointer(c_choose(1), f)
    print *, f(21)
    none = c_choose(2)
    print *, c_associated(none), c_associated(c_null_ptr), c_associated(c_loc(state))
end program
