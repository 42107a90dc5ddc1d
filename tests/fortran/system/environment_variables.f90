! test: env="SHORT=abc SPACES='a b ' EMPTY="
! get_environment_variable: values, lengths, trim_name, and what is absent.
program environment_variables
    implicit none

    call show('SHORT')
    call show('SHORT   ')
    call show('SPACES')
    call show('EMPTY')
    call show('ABSENT_FROM_HERE')

contains
    subroutine show(name)
        character(len=*), intent(in) :: name
        character(len=6) :: value
        character(len=2) :: narrow
        character(len=60) :: message
        integer :: length, status
        call get_environment_variable(name, value, length, status)
        print *, '[', name, '] [', value, ']', length, status
        call get_environment_variable(name, narrow, status=status)
        print *, narrow, status
        message = 'as before'
        call get_environment_variable(name, value, length, status, .false., message)
        print *, status, trim(message)
    end subroutine
end program
