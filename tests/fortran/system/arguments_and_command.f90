! test: args="one 'two words' '' long-argument-beyond-eight"
! get_command_argument and get_command: values, lengths, status for what is cut or absent.
program arguments_and_command
    implicit none
    integer :: i, length, status
    character(len=8) :: value
    character(len=:), allocatable :: whole

    print *, command_argument_count()
    do i = 1, command_argument_count() + 1
        call get_command_argument(i, value, length, status)
        print *, i, value, length, status > 0, status < 0
    end do
    call get_command_argument(0, length=length, status=status)
    print *, length > 0, status
    call get_command_argument(-1, status=status)
    print *, status /= 0
    call get_command(length=length)
    allocate (character(len=length) :: whole)
    call get_command(whole, status=status)
    print *, status, whole(index(whole, ' one'):)
end program
