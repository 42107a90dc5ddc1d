! Submodules two deep, block constructs with own variables, associate, named constructs.
module face
    implicit none
    interface
        module integer function twice(n)
            integer, intent(in) :: n
        end function
        module subroutine tell(text)
            character(len=*), intent(in) :: text
        end subroutine
    end interface
contains
    integer function thrice(n)
        integer, intent(in) :: n
        thrice = twice(n) + n
    end function
end module

submodule (face) body
    implicit none
    integer :: calls = 0
    interface
        module subroutine count_call
        end subroutine
    end interface
contains
    module procedure twice
        call count_call
        twice = 2 * n
    end procedure

    module subroutine tell(text)
        character(len=*), intent(in) :: text
        print *, text, calls
    end subroutine
end submodule

submodule (face:body) deeper
    implicit none
contains
    module procedure count_call
        calls = calls + 1
    end procedure
end submodule

program submodules_block_associate
    use face, only: thrice, tell, double => twice
    implicit none
    real :: grid(4, 4) = 1
    integer :: i, n

    n = 5
    print *, thrice(7), double(21)
    call tell('calls')
    block
        integer :: n, own(2 * 3)
        n = 6
        own = n
        print *, sum(own)
    end block
    print *, n
    associate (row => grid(2, :), half => n / 2)
        row = half
        print *, sum(grid), half
    end associate
    outer: do i = 1, 10
        inner: do n = 1, 10
            if (n == 5) cycle outer
            if (i * n == 24) exit outer
        end do inner
    end do outer
    print *, i, n
    select case (i)
    case (:3)
        print *, 'few'
    case (4, 6:)
        print *, 'four, or more than five'
    case default
        print *, 'five'
    end select
end program
