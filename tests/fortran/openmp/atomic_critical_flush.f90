! build: -fopenmp
! atomic updates, reads, writes and captures; critical sections, named ones apart.
program atomic_critical_flush
    implicit none
    integer :: i, count, tickets(400), mine, words, largest, go, data
    real(8) :: x

    count = 0
    x = 0
    words = 0
    largest = 0
    tickets = 0
    !$omp parallel do num_threads(4) private(mine)
    do i = 1, 400
        !$omp atomic capture
        count = count + 1
        mine = count
        !$omp end atomic
        tickets(mine) = tickets(mine) + 1
        !$omp atomic
        x = x + 0.25d0
        !$omp atomic
        largest = max(largest, i)
        !$omp critical
        words = words + 1
        !$omp end critical
        !$omp critical (other)
        data = i
        !$omp end critical (other)
    end do
    print *, count, x, largest, words, all(tickets == 1)

    go = 0
    data = 0
    !$omp parallel sections num_threads(2) private(mine)
    !$omp section
    data = 99
    !$omp flush
    !$omp atomic write
    go = 1
    !$omp section
    do
        !$omp atomic read
        mine = go
        if (mine == 1) exit
    end do
    !$omp flush
    print *, data
    !$omp end parallel sections
end program
