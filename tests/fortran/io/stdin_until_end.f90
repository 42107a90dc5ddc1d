! test: stdin="3 4\n\n5 6\n not a number\n7 8"
! Standard input line by line: empty lines, a line that is no number, no newline at the end.
program stdin_until_end
    use, intrinsic :: iso_fortran_env, only: input_unit, iostat_end
    implicit none
    character(len=80) :: line
    integer :: status, a, b, total

    total = 0
    do
        read (input_unit, '(a)', iostat=status) line
        if (status == iostat_end) exit
        read (line, *, iostat=status) a, b
        if (status == 0) then
            total = total + a * b
        else
            print *, 'skipped: "', trim(line), '"', status < 0
        end if
    end do
    print *, total
    read (input_unit, *, iostat=status) a
    print *, status == iostat_end
end program
