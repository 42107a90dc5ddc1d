! A sequential file is positioned by rewind, backspace and endfile, and cut where it is written.
program rewind_backspace_endfile
    use, intrinsic :: iso_fortran_env, only: iostat_end
    implicit none
    integer :: unit, i, status
    character(len=20) :: line

    open (newunit=unit, file='lines.txt', status='replace')
    write (unit, '("line ",i0)') (i, i = 1, 5)
    rewind unit
    read (unit, '(a)') line
    read (unit, '(a)') line
    backspace unit
    read (unit, '(a)') line
    print *, line
    backspace unit
    write (unit, '(a)') 'a new second'
    endfile unit
    rewind unit
    call show
    backspace unit
    backspace unit
    read (unit, '(a)') line
    print *, line
    rewind unit
    endfile unit
    rewind unit
    call show
    close (unit, status='delete')

contains
    subroutine show
        do
            read (unit, '(a)', iostat=status) line
            if (status /= 0) exit
            print *, line
        end do
        print *, status == iostat_end
    end subroutine
end program
