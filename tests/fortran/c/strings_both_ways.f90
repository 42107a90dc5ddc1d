! Strings with C: from and to arrays of characters, by pointer, through the C library.
module c_strings
    use, intrinsic :: iso_c_binding
    implicit none
    interface
        integer(c_size_t) function c_length(text) bind(c)
            import :: c_char, c_size_t
            character(kind=c_char), intent(in) :: text(*)
        end function
        type(c_ptr) function c_greeting(name) bind(c)
            import :: c_ptr, c_char
            character(kind=c_char), intent(in) :: name(*)
        end function
        integer(c_int) function c_reads_back() bind(c)
            import :: c_int
        end function
        subroutine free(pointer) bind(c)
            import :: c_ptr
            type(c_ptr), value :: pointer
        end subroutine
        integer(c_int) function putenv_of_c(name, value) bind(c)
            import :: c_char, c_int
            character(kind=c_char), intent(in) :: name(*), value(*)
        end function
    end interface
contains
    function from_c(pointer) result(text)
        type(c_ptr), intent(in) :: pointer
        character(len=:), allocatable :: text
        character(kind=c_char), pointer :: view(:)
        interface
            integer(c_size_t) function strlen(text) bind(c)
                import :: c_ptr, c_size_t
                type(c_ptr), value :: text
            end function
        end interface
        integer :: i
        call c_f_pointer(pointer, view, [strlen(pointer)])
        allocate (character(len=size(view)) :: text)
        do i = 1, size(view)
            text(i:i) = view(i)
        end do
    end function

    subroutine fortran_fills(buffer, length) bind(c)
        integer(c_size_t), value :: length
        character(kind=c_char), intent(out) :: buffer(length)
        character(len=*), parameter :: text = 'filled by Fortran'
        integer :: i
        do i = 1, min(len(text), int(length) - 1)
            buffer(i) = text(i:i)
        end do
        buffer(i) = c_null_char
    end subroutine
end module

program strings_both_ways
    use c_strings
    implicit none
    type(c_ptr) :: greeting
    character(len=20) :: value
    integer :: status

    print *, c_length('seven: ' // c_null_char), c_length(c_null_char)
    greeting = c_greeting('Fortran' // c_null_char)
    print *, from_c(greeting)
    call free(greeting)
    print *, c_reads_back()
    status = putenv_of_c('FROM_C' // c_null_char, 'set there' // c_null_char)
    call get_environment_variable('FROM_C', value)
    print *, status, value
    print *, iachar(c_new_line), iachar(c_horizontal_tab), iachar(c_null_char)
end program
