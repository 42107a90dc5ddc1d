! test: status=1 stderr=compare
! error stop with a text: the status is 1, the text is on standard error.
program error_stop_text_is_1
    implicit none

    print *, 'before'
    call fail('a deeper reason')
    print *, 'not reached'

contains
    subroutine fail(reason)
        character(len=*), intent(in) :: reason
        error stop reason
    end subroutine
end program
