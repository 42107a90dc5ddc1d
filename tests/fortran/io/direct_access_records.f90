! Direct access: records in any order, rewritten in place, formatted and unformatted.
program direct_access_records
    implicit none
    integer :: unit, i, status, next, length
    real(8) :: row(8)
    character(len=12) :: text

    inquire (iolength=length) row
    print *, length
    open (newunit=unit, file='direct.bin', access='direct', form='unformatted', recl=length)
    do i = 20, 1, -1
        row = i
        write (unit, rec=i) row
    end do
    row = [(0.5d0 * i, i = 1, 8)]
    write (unit, rec=7) row
    inquire (unit, nextrec=next, size=i)
    print *, next, i
    read (unit, rec=20) row
    print *, row(1)
    read (unit, rec=7) row
    print *, row
    read (unit, rec=21, iostat=status) row
    print *, status /= 0
    close (unit, status='delete')

    open (newunit=unit, file='direct.txt', access='direct', form='formatted', recl=12)
    write (unit, '(a,i3)', rec=3) 'third', 3
    write (unit, '(a,i3)', rec=1) 'first', 1
    read (unit, '(a)', rec=3) text
    print *, text, '|'
    inquire (unit, size=i)
    print *, i
    close (unit, status='delete')
end program
