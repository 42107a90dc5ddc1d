! build: -fopenmp
! Threads write to files, internal files and standard output at once: each record stays whole.
program io_from_threads
    use omp_lib
    implicit none
    integer :: me, unit, i, number, sums(4), shared_unit, status, lines(4), wrong
    character(len=40) :: name, text

    open (newunit=shared_unit, file='shared.txt', status='replace')
    sums = 0
    !$omp parallel num_threads(4) private(me, unit, i, number, name, text)
    me = omp_get_thread_num() + 1
    write (name, '("own.",i0)') me
    open (newunit=unit, file=name, status='replace')
    do i = 1, 100
        write (unit, *) me * i
        write (shared_unit, '(i1,1x,i3,1x,a)') me, i, 'whole'
    end do
    rewind unit
    do i = 1, 100
        read (unit, '(a)') text
        read (text, *) number
        sums(me) = sums(me) + number
    end do
    close (unit, status='delete')
    !$omp critical
    write (*, '(a)') 'one line of each'
    !$omp end critical
    !$omp end parallel
    print *, sums

    rewind shared_unit
    lines = 0
    wrong = 0
    do
        read (shared_unit, '(i1,1x,i3,1x,a)', iostat=status) me, i, text
        if (status /= 0) exit
        if (text /= 'whole' .or. i /= lines(me) + 1) wrong = wrong + 1
        lines(me) = lines(me) + 1
    end do
    print *, lines, wrong, status < 0
    close (shared_unit, status='delete')
end program
