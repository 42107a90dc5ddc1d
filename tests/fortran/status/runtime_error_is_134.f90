! test: status=134
! An error of the run-time library that nobody asks about aborts the program.
program runtime_error_is_134
    implicit none
    integer :: number
    character(len=4) :: text

    print *, 'before'
    flush (6)
    text = 'word'
    read (text, '(i4)') number
    print *, 'not reached', number
end program
