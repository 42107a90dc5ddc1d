! do concurrent with a mask, local variables and several indices; forall and where beside it.
program do_concurrent
    implicit none
    integer :: grid(6, 5), i, j
    real :: values(100), root

    grid = 0
    do concurrent (i = 1:6, j = 1:5, mod(i + j, 2) == 0)
        grid(i, j) = 10 * i + j
    end do
    print '(6i4)', grid
    do concurrent (i = 1:100) local(root)
        root = sqrt(real(i * i))
        values(i) = root
    end do
    print *, sum(values)
    where (grid == 0)
        grid = -1
    elsewhere (grid > 40)
        grid = 40
    end where
    forall (i = 1:5) grid(i, i) = grid(i + 1, i) + 100
    print '(6i4)', grid
end program
