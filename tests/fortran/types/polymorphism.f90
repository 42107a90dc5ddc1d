! class(*) and classes: select type, type-bound and deferred procedures, operators, same_type_as.
module shapes
    implicit none
    type, abstract :: shape
        character(len=8) :: name = 'shape'
    contains
        procedure(area_of), deferred :: area
        procedure :: tell
    end type
    abstract interface
        real function area_of(self)
            import :: shape
            class(shape), intent(in) :: self
        end function
    end interface
    type, extends(shape) :: square
        real :: side = 1
    contains
        procedure :: area => square_area
        procedure, private :: plus
        generic :: operator(+) => plus
    end type
    type, extends(square) :: box
        real :: depth = 2
    contains
        procedure :: area => box_area
        procedure :: tell => box_tell
    end type
contains
    real function square_area(self)
        class(square), intent(in) :: self
        square_area = self%side**2
    end function

    real function box_area(self)
        class(box), intent(in) :: self
        box_area = 2 * self%square%area() + 4 * self%side * self%depth
    end function

    function plus(self, other) result(both)
        class(square), intent(in) :: self, other
        type(square) :: both
        both = square(name='sum', side=self%side + other%side)
    end function

    subroutine tell(self)
        class(shape), intent(in) :: self
        print *, trim(self%name), self%area()
    end subroutine

    subroutine box_tell(self)
        class(box), intent(in) :: self
        call self%square%tell
        print *, 'a box of depth', self%depth
    end subroutine
end module

program polymorphism
    use shapes
    implicit none
    type holder
        class(shape), allocatable :: held
    end type
    type(holder) :: all(2)
    class(*), allocatable :: anything
    class(*), pointer :: list(:)
    integer, target :: numbers(3) = [4, 5, 6]
    integer :: i

    allocate (all(1)%held, source=square('square', 3.0))
    allocate (all(2)%held, source=box('box', 1.0, 5.0))
    do i = 1, 2
        call all(i)%held%tell
    end do
    print *, same_type_as(all(1)%held, all(2)%held), extends_type_of(all(2)%held, all(1)%held)
    associate (both => square('a', 1.0) + square('b', 2.5))
        print *, both%area()
    end associate
    allocate (anything, source=2.5d0)
    call what(anything)
    deallocate (anything)
    allocate (anything, source='seven')
    call what(anything)
    call what(17)
    call what(box('b', 1.0, 2.0))
    list => numbers
    select type (list)
    type is (integer)
        print *, list
    end select

contains
    subroutine what(item)
        class(*), intent(in) :: item
        select type (item)
        type is (integer)
            print *, 'integer', item
        type is (real(8))
            print *, 'real', item
        type is (character(len=*))
            print *, 'character', len(item), item
        class is (square)
            print *, 'a square or more', item%area()
        class default
            print *, 'something else'
        end select
    end subroutine
end program
