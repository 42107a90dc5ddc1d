! 200 files are open at once, each unit keeps its own place.
program many_units
    implicit none
    integer, parameter :: count = 200
    integer :: units(count), i, round, number, total
    character(len=20) :: name

    do i = 1, count
        write (name, '("many.",i0)') i
        open (newunit=units(i), file=name, status='replace')
    end do
    do round = 1, 3
        do i = count, 1, -1
            write (units(i), *) i * round
        end do
    end do
    total = 0
    do i = 1, count
        rewind units(i)
        do round = 1, 3
            read (units(i), *) number
            if (number /= i * round) print *, 'wrong', i, round, number
            total = total + number
        end do
        close (units(i), status='delete')
    end do
    print *, total
end program
