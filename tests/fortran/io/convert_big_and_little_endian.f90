! convert= of open: the bytes in the file, and what is read from them.
program convert_big_and_little_endian
    use, intrinsic :: iso_fortran_env, only: int8, int16, int32, int64, real32, real64
    implicit none
    character(len=13), parameter :: orders(3) = [character(len=13) :: 'little_endian', &
        'big_endian', 'native']
    integer(int8), allocatable :: bytes(:)
    integer(int16) :: short
    integer(int32) :: number
    integer(int64) :: long
    real(real32) :: x
    real(real64) :: y
    complex(real32) :: z
    integer :: i, unit, size

    do i = 1, 3
        open (newunit=unit, file='order.bin', form='unformatted', convert=trim(orders(i)), &
            status='replace')
        write (unit) 258_int16, 16909060_int32, 72623859790382856_int64, 1.5_real32, 2.5_real64, &
            (1.0_real32, -1.0_real32), 'text'
        rewind unit
        read (unit) short, number, long, x, y, z
        print *, short, number, long, x, y, z
        close (unit)
        open (newunit=unit, file='order.bin', access='stream', form='unformatted')
        inquire (unit, size=size)
        allocate (bytes(size))
        read (unit) bytes
        print '(*(z2.2,:," "))', bytes
        deallocate (bytes)
        close (unit, status='delete')
    end do
end program
