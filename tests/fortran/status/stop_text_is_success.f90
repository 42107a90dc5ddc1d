! test: stderr=compare
! stop with a text: the text is on standard error, the status is 0; open files are whole.
program stop_text_is_success
    implicit none
    integer :: unit

    open (newunit=unit, file='/dev/stdout', action='write')
    write (unit, '(a)') 'through a unit of its own'
    stop 'that is all'
end program
