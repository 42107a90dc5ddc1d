! build: -fopenmp
! test: status=5
! stop in a task, whichever thread runs it, ends the program in good order.
program stop_in_a_task
    implicit none
    integer :: done

    print *, 'before'
    done = 0
    !$omp parallel num_threads(4)
    !$omp single
    !$omp task
    call finish(4)
    !$omp end task
    !$omp task
    call finish(5)
    !$omp end task
    !$omp end single
    !$omp end parallel
    print *, 'not reached'

contains
    subroutine finish(code)
        integer, intent(in) :: code
        if (code == 5) stop code, quiet=.true.
        !$omp atomic
        done = done + 1
    end subroutine
end program
