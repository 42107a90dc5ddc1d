! build: -fopenmp
! workshare over array statements, and ordered regions within a dynamic loop.
program workshare_and_ordered
    implicit none
    integer :: a(100), b(100), i, sequence(20), at

    !$omp parallel num_threads(4)
    !$omp workshare
    a = [(i, i = 1, 100)]
    b = a * 2
    where (b > 100) b = 100
    !$omp end workshare
    !$omp end parallel
    print *, sum(a), sum(b)

    at = 0
    sequence = 0
    !$omp parallel do ordered schedule(dynamic) num_threads(4)
    do i = 1, 20
        a(i) = a(i) * a(i)
        !$omp ordered
        at = at + 1
        sequence(at) = i
        !$omp end ordered
    end do
    print *, sequence
    print *, a(20)
end program
