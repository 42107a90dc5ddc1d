! test: stdin="1 2*7 3.5 T 'two words' (1.5,-2.5)\n4,,6 /\n"
! List-directed output of each type, and input with repeat counts, null values and a slash.
program list_directed
    implicit none
    integer :: a, b(2), c(4)
    real :: x
    logical :: flag
    character(len=10) :: word
    complex :: z

    print *, 1, -2_8, 3_2, 1.5, 0.1d0, 1.0e20, .false., 'text', (1.0, 2.0)
    print *, huge(1), tiny(1.0), epsilon(1.0d0)
    print *, [1, 2, 3], [character(len=3) :: 'a', 'bcd']
    read *, a, b, x, flag, word, z
    print *, a, b, x, flag, ' ', word, z
    c = -1
    read *, c
    print *, c
    write (*, *)
end program
