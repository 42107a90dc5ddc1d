! Unformatted sequential records: written, skipped, read in part, and their marks in the file.
program unformatted_records
    use, intrinsic :: iso_fortran_env, only: int32, real64, iostat_end
    implicit none
    integer :: unit, status, i
    integer(int32) :: numbers(4), mark
    real(real64) :: reals(1000)
    character(len=5) :: word
    character(len=100) :: message

    open (newunit=unit, file='records.bin', form='unformatted', status='replace')
    write (unit) [1, 2, 3, 4]
    write (unit) 'hello', 2.5d0
    write (unit) (real(i, real64), i = 1, 1000)
    write (unit)
    rewind unit
    read (unit) numbers(1:2)
    print *, numbers(1:2)
    read (unit) word, reals(1)
    print *, word, reals(1)
    read (unit) reals
    print *, sum(reals)
    read (unit)
    read (unit, iostat=status) numbers
    print *, status == iostat_end
    backspace unit
    backspace unit
    backspace unit
    read (unit, iostat=status, iomsg=message) reals, numbers
    print *, status > 0, trim(message)
    close (unit)

    open (newunit=unit, file='records.bin', form='unformatted', access='stream', status='old')
    read (unit) mark, numbers, i
    print *, mark, numbers, i
    inquire (unit, size=i)
    print *, i
    close (unit, status='delete')
end program
