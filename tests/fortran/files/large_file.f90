! test: mem=512M
! An unformatted stream of 16 MiB, read back whole, and in parts by direct access.
program large_file
    implicit none
    integer, parameter :: count = 2 * 1024 * 1024
    real(8), allocatable :: values(:)
    integer :: unit, i
    real(8) :: row(1024)

    allocate (values(count))
    do i = 1, count
        values(i) = i
    end do
    open (newunit=unit, file='large.bin', form='unformatted', access='stream', status='replace')
    write (unit) values
    values = 0
    read (unit, pos=1) values
    print *, count_wrong()
    close (unit)
    open (newunit=unit, file='large.bin', access='direct', form='unformatted', recl=8192)
    do i = 2048, 1, -256
        read (unit, rec=i) row
        print *, i, row(1), row(1024)
    end do
    close (unit, status='delete')

contains
    integer function count_wrong()
        integer :: k
        count_wrong = 0
        do k = 1, count
            if (values(k) /= k) count_wrong = count_wrong + 1
        end do
    end function
end program
