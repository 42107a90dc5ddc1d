! test: status=3 stderr=compare
! stop with a number: the exit status, after what was written has gone out.
program stop_has_its_status
    implicit none
    integer :: code

    write (*, '(a)', advance='no') 'not yet a line'
    code = command_argument_count() + 3
    stop code, quiet=.true.
end program
