! allocate of 64 TiB fails with stat= and errmsg=, and memory can still be had afterwards.
program allocate_fails_of_64_tib
    use, intrinsic :: iso_fortran_env, only: int8, int64
    implicit none
    integer(int8), allocatable :: bytes(:)
    integer(int8), pointer :: more(:)
    integer(int64) :: length
    integer :: status
    character(len=80) :: message

    length = 64_int64 * 2_int64**40 * (1 + command_argument_count())
    message = 'as before'
    allocate (bytes(length), stat=status, errmsg=message)
    print *, status /= 0, allocated(bytes), trim(message)
    allocate (more(length), stat=status)
    print *, status /= 0
    allocate (bytes(1000), stat=status, errmsg=message)
    print *, status, size(bytes)
    allocate (bytes(10), stat=status, errmsg=message)
    print *, status /= 0, trim(message)
    deallocate (bytes)
    deallocate (bytes, stat=status, errmsg=message)
    print *, status /= 0, trim(message)
end program
