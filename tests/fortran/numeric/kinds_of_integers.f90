! Integers of 1 to 16 bytes: limits, wrap-free arithmetic, conversion, input and output.
program kinds_of_integers
    use, intrinsic :: iso_fortran_env, only: int8, int16, int32, int64, real64, integer_kinds
    implicit none
    integer, parameter :: int128 = selected_int_kind(38)
    integer(int8) :: a
    integer(int16) :: b
    integer(int64) :: d
    integer(int128) :: e, f
    character(len=60) :: text
    integer :: i

    print *, huge(a), huge(b), huge(1_int32), huge(d), huge(e)
    print *, range(a), range(b), range(d), range(e), storage_size(e), integer_kinds
    e = 1
    do i = 1, 33
        e = e * i
    end do
    print *, e, e / 1000000007_int128, mod(e, 1000000007_int128), modulo(-e, 10007_int128)
    write (text, '(i50)') -e
    read (text, *) f
    print *, f == -e, abs(f), sign(1_int128, f)
    print '(z32.32,1x,b20)', e, ibits(e, 100, 20)
    print *, popcnt(e), leadz(e), shiftr(e, 64), real(e, real64) > 8.6e36_real64
    d = int(2.0_real64**62, int64)
    print *, d, int(e / 2_int128**70, int64), nint(2.5), nint(-2.5), ceiling(-1.5), floor(-1.5)
    print *, mod(-7, 3), modulo(-7, 3), -7 / 2, 2**10, (-3)**3, 2_int64**40
    print *, selected_int_kind(2), selected_int_kind(4), selected_int_kind(9), &
        selected_int_kind(18), selected_int_kind(38), selected_int_kind(39)
end program
