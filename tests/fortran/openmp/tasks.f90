! build: -fopenmp
! Tasks: recursion, taskwait, taskgroup, dependences, if and final.
program tasks
    implicit none
    integer :: result, chain, i, sums(8)
    ! An array, not an expression of i: flang 19 reads what is firstprivate in a task when the task
    ! begins, not when it is made (docs/porting.md), so each task needs a number that stays.
    integer :: counts(8)

    !$omp parallel num_threads(4)
    !$omp single
    result = fibonacci(20)
    !$omp end single
    !$omp end parallel
    print *, result

    chain = 1
    !$omp parallel num_threads(4)
    !$omp single
    !$omp task depend(out:chain) shared(chain)
    chain = chain + 1
    !$omp end task
    !$omp task depend(inout:chain) shared(chain)
    chain = chain * 10
    !$omp end task
    !$omp task depend(in:chain) shared(chain, result)
    result = chain + 3
    !$omp end task
    !$omp end single
    !$omp end parallel
    print *, chain, result

    sums = 0
    counts = [(i * 1000, i = 1, 8)]
    !$omp parallel num_threads(4)
    !$omp single
    !$omp taskgroup
    do i = 1, 8
        call start(sums(i), counts(i))
    end do
    !$omp end taskgroup
    result = sum(sums)
    !$omp end single
    !$omp end parallel
    print *, sums
    print *, result

contains
    recursive integer function fibonacci(n) result(value)
        integer, intent(in) :: n
        integer :: a, b
        if (n < 2) then
            value = n
            return
        end if
        !$omp task shared(a) firstprivate(n) if(n > 12)
        a = fibonacci(n - 1)
        !$omp end task
        b = fibonacci(n - 2)
        !$omp taskwait
        value = a + b
    end function

    subroutine start(total, n)
        integer, intent(inout) :: total
        integer, intent(in) :: n
        !$omp task firstprivate(n) shared(total) if(n /= 3000)
        total = sum_to(n)
        !$omp end task
    end subroutine

    integer function sum_to(n)
        integer, intent(in) :: n
        integer :: k
        sum_to = 0
        do k = 1, n
            sum_to = sum_to + mod(k, 7)
        end do
    end function
end program
