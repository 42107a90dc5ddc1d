! build: -fopenmp
! Collapsed loops, simd loops with reductions, and both together.
program collapse_and_simd
    implicit none
    integer, parameter :: n = 64
    real(8) :: a(n, n), b(n, n), c(n, n), dot
    integer :: i, j, k, cube(5, 6, 7), hits

    !$omp parallel do collapse(2) num_threads(4)
    do j = 1, n
        do i = 1, n
            a(i, j) = i + j
            b(i, j) = i - j
        end do
    end do
    !$omp parallel do collapse(2) num_threads(4) private(dot)
    do j = 1, n
        do i = 1, n
            dot = 0
            do k = 1, n
                dot = dot + a(i, k) * b(k, j)
            end do
            c(i, j) = dot
        end do
    end do
    print *, all(c == matmul(a, b)), c(3, 5), sum(c)

    cube = 0
    hits = 0
    !$omp parallel do collapse(3) reduction(+:hits) schedule(dynamic) num_threads(4)
    do k = 1, 7
        do j = 1, 6
            do i = 1, 5
                cube(i, j, k) = cube(i, j, k) + i * j * k
                hits = hits + 1
            end do
        end do
    end do
    print *, hits, sum(cube)

    !$omp simd
    do i = 1, n
        a(i, 1) = b(i, 1) * 2
    end do
    !$omp parallel do simd num_threads(4)
    do i = 1, n
        b(i, 2) = a(i, 1) + 1
    end do
    print *, sum(a(:, 1)), sum(b(:, 2))
end program
