! Variables that C and Fortran share: a module's, a common block's and C's own.
module shared
    use, intrinsic :: iso_c_binding
    implicit none
    integer(c_int), bind(c, name='fortran_counter') :: counter = 40
    real(c_double), bind(c) :: fortran_table(3) = [1, 2, 3]
    integer(c_int), bind(c) :: c_owned
    interface
        subroutine c_changes() bind(c)
        end subroutine
        integer(c_int) function c_sees_common() bind(c)
            import :: c_int
        end function
    end interface
end module

program shared_variables
    use shared
    implicit none
    integer(c_int) :: first, second(3)
    common /shared_block/ first, second
    bind(c) :: /shared_block/

    print *, c_owned
    c_owned = 2
    call c_changes
    print *, counter, fortran_table, c_owned
    first = 5
    second = [6, 7, 8]
    print *, c_sees_common(), first, second
end program
