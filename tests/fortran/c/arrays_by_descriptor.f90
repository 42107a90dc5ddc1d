! Arrays by descriptor, with C's ISO_Fortran_binding.h: sections, allocatables, pointers, absence.
module descriptors
    use, intrinsic :: iso_c_binding
    implicit none
    interface
        real(c_double) function c_sum(array) bind(c)
            import :: c_double
            real(c_double), intent(in) :: array(:, :)
        end function
        integer(c_int) function c_allocates(array, n) bind(c)
            import :: c_int
            integer(c_int), allocatable, intent(inout) :: array(:)
            integer(c_int), value :: n
        end function
        subroutine c_describes(array, rank, bytes, contiguous) bind(c)
            import :: c_int
            type(*), intent(in) :: array(..)
            integer(c_int), intent(out) :: rank, bytes, contiguous
        end subroutine
        integer(c_int) function c_calls_back() bind(c)
            import :: c_int
        end function
        integer(c_int) function c_presence(array) bind(c)
            import :: c_int
            integer(c_int), intent(in), optional :: array(:)
        end function
    end interface
contains
    integer(c_int) function fortran_sum(array) bind(c)
        integer(c_int), intent(in) :: array(:)
        fortran_sum = sum(array) * size(array)
    end function
end module

program arrays_by_descriptor
    use descriptors
    implicit none
    real(c_double) :: grid(6, 4)
    integer(c_int), allocatable :: list(:)
    integer(c_int) :: rank, bytes, contiguous
    integer :: i

    grid = reshape([(real(i, c_double), i = 1, 24)], [6, 4])
    print *, c_sum(grid), c_sum(grid(2::2, :)), c_sum(grid(6:1:-1, 2:3))
    print *, c_allocates(list, 5), allocated(list), lbound(list), list
    print *, c_allocates(list, 2), list
    call c_describes(grid, rank, bytes, contiguous)
    print *, rank, bytes, contiguous
    call c_describes(grid(::2, 1), rank, bytes, contiguous)
    print *, rank, bytes, contiguous
    call c_describes(7, rank, bytes, contiguous)
    print *, rank, bytes, contiguous
    print *, c_calls_back()
    print *, c_presence(), c_presence(list)
end program
