! Stream access: bytes at positions, holes, formatted streams, and pos= of inquire.
program stream_access_positions
    use, intrinsic :: iso_fortran_env, only: int8, int16
    implicit none
    integer :: unit, position, size, status
    integer(int8) :: bytes(8)
    integer(int16) :: pair
    character(len=6) :: text

    open (newunit=unit, file='stream.bin', access='stream', form='unformatted', status='replace')
    write (unit) 'abcdef', 258_int16
    inquire (unit, pos=position, size=size)
    print *, position
    write (unit, pos=3) 'XY'
    write (unit, pos=20) 7_int8
    inquire (unit, pos=position, size=size)
    print *, position, size
    read (unit, pos=1) text, pair
    print *, text, pair
    read (unit, pos=13) bytes
    print *, bytes
    read (unit, iostat=status) bytes
    print *, status < 0
    close (unit, status='delete')

    open (newunit=unit, file='stream.txt', access='stream', form='formatted', status='replace')
    write (unit, '(a)') 'one', 'second'
    inquire (unit, pos=position)
    print *, position
    write (unit, '(a)', advance='no') 'tail'
    read (unit, '(a)', pos=5) text
    print *, text
    close (unit, status='delete')
end program
