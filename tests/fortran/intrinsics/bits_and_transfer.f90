! Bit intrinsics on each kind of integer, and transfer between types.
program bits_and_transfer
    use, intrinsic :: iso_fortran_env, only: int8, int16, int32, int64, real32, real64
    implicit none
    integer(int32) :: word
    integer(int64) :: long
    integer(int8) :: bytes(8)
    type pair
        integer(int16) :: low, high
    end type
    type(pair) :: both

    word = int(z'00F0A5C3')
    print *, popcnt(word), poppar(word), leadz(word), trailz(word), bit_size(word), btest(word, 1)
    print *, iand(word, 255), ior(word, 15), ieor(word, -1), not(word)
    print *, ibset(0_int8, 7), ibclr(-1_int16, 0), ibits(word, 8, 8)
    print *, ishft(word, 4), ishft(word, -4), ishftc(3, -1), ishftc(9, 2, 4)
    print *, shiftl(1, 31), shiftr(-1, 28), shifta(-16, 2), dshiftl(1, -1, 4), dshiftr(1, 0, 4)
    print *, maskl(4), maskr(4), merge_bits(5, 10, 12)
    print *, bge(-1, 1), blt(-1, 1), bgt(5, 3), ble(2, 2)
    call mvbits(7, 0, 2, word, 16)
    print *, word
    long = transfer(1.0_real64, long)
    print '(z16.16)', long
    print *, transfer(1078530011, 1.0_real32)
    bytes = transfer([1_int64], bytes)
    print *, bytes
    both = transfer(196610, both)
    print *, both%low, both%high
    print *, transfer(['ab', 'cd'], 'wxyz'), transfer('abcd', 1_int16, 2)
end program
