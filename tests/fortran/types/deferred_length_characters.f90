! Deferred-length characters: reallocation, arrays of them, components, arguments, iomsg.
program deferred_length_characters
    implicit none
    type named
        character(len=:), allocatable :: name
    end type
    character(len=:), allocatable :: text, words(:)
    character(len=:), pointer :: view
    character(len=12), target :: fixed = 'twelve chars'
    type(named) :: items(3)
    integer :: i

    text = 'short'
    text = text // ' and longer'
    print *, len(text), text
    allocate (character(len=3) :: words(4))
    words = ['abc', 'def', 'ghi', 'jkl']
    print *, len(words), size(words), words(2:3)
    words = [character(len=6) :: 'longer', 'x']
    print *, len(words), size(words), '|', words(2), '|'
    view => fixed(3:6)
    print *, len(view), view
    view = 'XX'
    print *, fixed
    do i = 1, 3
        items(i)%name = repeat('ab', i)
    end do
    print *, (len(items(i)%name), items(i)%name, ' ', i = 1, 3)
    call doubled(text)
    print *, len(text)
    print *, [(trim(reversed(items(i)%name)) // ',', i = 3, 3)]
    allocate (character(len=1000000) :: view)
    view = ''
    view(1000000:) = '!'
    print *, len_trim(view)
    deallocate (view)

contains
    subroutine doubled(value)
        character(len=:), allocatable, intent(inout) :: value
        value = value // value
    end subroutine

    function reversed(value) result(back)
        character(len=*), intent(in) :: value
        character(len=len(value)) :: back
        integer :: k
        do k = 1, len(value)
            back(k:k) = value(len(value) + 1 - k:len(value) + 1 - k)
        end do
    end function
end program
