! Scratch files: several at once, formatted and unformatted, none of them leaves a name.
program scratch_files
    implicit none
    integer :: units(8), i, number
    logical :: named
    character(len=10) :: text

    do i = 1, 8
        if (mod(i, 2) == 0) then
            open (newunit=units(i), status='scratch')
            write (units(i), *) i * 100
        else
            open (newunit=units(i), status='scratch', form='unformatted')
            write (units(i)) i * 100
        end if
    end do
    do i = 8, 1, -1
        rewind units(i)
        if (mod(i, 2) == 0) read (units(i), *) number
        if (mod(i, 2) == 1) read (units(i)) number
        inquire (units(i), named=named, action=text)
        print *, number, named, text
        close (units(i))
    end do
end program
