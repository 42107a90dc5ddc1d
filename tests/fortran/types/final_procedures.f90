! Final procedures run at deallocation, end of scope, assignment and intent(out), children first.
module counted
    implicit none
    type :: inner
        integer :: id = 0
    contains
        final :: end_inner, end_inners
    end type
    type, extends(inner) :: outer
        type(inner), allocatable :: part
    contains
        final :: end_outer
    end type
contains
    subroutine end_inner(self)
        type(inner), intent(inout) :: self
        print *, 'inner', self%id
    end subroutine

    subroutine end_inners(self)
        type(inner), intent(inout) :: self(:)
        print *, 'array', self%id
    end subroutine

    subroutine end_outer(self)
        type(outer), intent(inout) :: self
        print *, 'outer', self%id
    end subroutine
end module

program final_procedures
    use counted
    implicit none
    type(inner), allocatable :: one, many(:)
    class(inner), allocatable :: dynamic

    allocate (one)
    one%id = 1
    print *, 'deallocate'
    deallocate (one)
    allocate (many(3))
    many%id = [2, 3, 4]
    deallocate (many)
    print *, 'polymorphic'
    allocate (outer :: dynamic)
    dynamic%id = 5
    select type (dynamic)
    type is (outer)
        allocate (dynamic%part)
        dynamic%part%id = 6
    end select
    deallocate (dynamic)
    print *, 'scope'
    call scope
    print *, 'assignment'
    allocate (one)
    one%id = 7
    one = inner(8)
    print *, 'intent(out)'
    call renew(one)
    print *, one%id

contains
    subroutine scope
        type(inner) :: local
        local%id = 9
    end subroutine

    subroutine renew(item)
        type(inner), intent(out) :: item
        item%id = 10
    end subroutine
end program
