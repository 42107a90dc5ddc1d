! test: stdin="alpha beta\nx\nlast without newline"
! Non-advancing input and output: size=, end of record, end of file.
program nonadvancing
    use, intrinsic :: iso_fortran_env, only: iostat_end, iostat_eor
    implicit none
    character(len=4) :: piece
    integer :: status, got, lines

    lines = 0
    do
        read (*, '(a)', advance='no', size=got, iostat=status) piece
        if (status == iostat_end) exit
        write (*, '("<",a,">")', advance='no') piece(1:got)
        if (status == iostat_eor) then
            lines = lines + 1
            write (*, '(1x,i0)') lines
        else if (status /= 0) then
            error stop 'neither a piece nor an end'
        end if
    end do
    print '("end after ",i0," lines")', lines
end program
