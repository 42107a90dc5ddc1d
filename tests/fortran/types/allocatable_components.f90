! Allocatable components: deep copies, reallocation on assignment, move_alloc, source= and mold=.
program allocatable_components
    implicit none
    type leaf
        integer, allocatable :: numbers(:)
    end type
    type tree
        character(len=:), allocatable :: name
        type(leaf), allocatable :: leaves(:)
        type(tree), allocatable :: next
    end type
    type(tree) :: a, b
    type(leaf), allocatable :: moved(:)
    integer, allocatable :: numbers(:), grid(:, :)
    integer :: i

    a%name = 'root'
    allocate (a%leaves(3))
    do i = 1, 3
        a%leaves(i)%numbers = [i, i * i]
    end do
    allocate (a%next)
    a%next%name = 'next'
    b = a
    b%leaves(2)%numbers = [7, 8, 9]
    b%next%name = 'changed'
    print *, a%leaves(2)%numbers, a%next%name, ' ', b%leaves(2)%numbers, b%next%name
    call move_alloc(b%leaves, moved)
    print *, allocated(b%leaves), size(moved), moved(3)%numbers
    numbers = [1, 2, 3]
    numbers = [numbers, numbers]
    print *, size(numbers), numbers
    allocate (grid(0:1, -1:1), source=5)
    print *, lbound(grid), ubound(grid), grid
    deallocate (grid)
    allocate (grid, mold=reshape([1, 2, 3, 4, 5, 6], [3, 2]))
    print *, shape(grid)
    print *, made(4), size(made(0))
    call optional_argument
    call optional_argument(numbers)

contains
    function made(n) result(list)
        integer, intent(in) :: n
        integer, allocatable :: list(:)
        allocate (list(n), source=[(i * 3, i = 1, n)])
    end function

    subroutine optional_argument(list)
        integer, allocatable, intent(out), optional :: list(:)
        if (present(list)) print *, 'given', allocated(list)
        if (.not. present(list)) print *, 'absent'
    end subroutine
end program
