! Internal files: characters and arrays of them as units, conversion errors, end of file.
program internal_files
    use, intrinsic :: iso_fortran_env, only: iostat_end
    implicit none
    character(len=8) :: lines(4)
    character(len=:), allocatable :: text
    character(len=60) :: message
    integer :: i, status, numbers(4)

    write (lines, '(i4)') [(i * i, i = 1, 4)]
    print '(4a)', lines
    read (lines, *) numbers
    print *, sum(numbers)
    text = '  12  thirteen'
    read (text, *, iostat=status, iomsg=message) numbers(1:2)
    print *, status > 0, trim(message), numbers(1)
    read (text(1:4), *, iostat=status) numbers(1:2)
    print *, status == iostat_end
    write (lines(1), '(a)', iostat=status, iomsg=message) 'longer than eight'
    print *, status /= 0, trim(message)
    lines = ''
    write (lines(2:3), '(a,/,a)') 'second', 'third'
    print '(a,"|")', lines
    print *, to_text(3.25d0), to_text(-1d-3)

contains
    function to_text(x) result(text)
        real(8), intent(in) :: x
        character(len=:), allocatable :: text
        character(len=32) :: buffer
        write (buffer, '(g0.6)') x
        text = '<' // trim(adjustl(buffer)) // '>'
    end function
end program
