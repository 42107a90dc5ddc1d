! test: linux=no
! There is one process: execute_command_line says so by cmdstat= and cmdmsg=, and ends nothing.
program execute_command_line_fails
    implicit none
    integer :: command_status, exit_status
    character(len=80) :: message

    message = ''
    exit_status = -77
    command_status = 0
    call execute_command_line('echo hello', exitstat=exit_status, cmdstat=command_status, &
        cmdmsg=message)
    if (command_status <= 0) error stop 'the command is said to have run'
    if (len_trim(message) == 0) error stop 'no message'
    command_status = 0
    call execute_command_line('echo hello', wait=.false., cmdstat=command_status)
    if (command_status == 0) error stop 'the command is said to have begun'
end program
