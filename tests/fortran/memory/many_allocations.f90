! build: -fopenmp
! Threads allocate and free arrays of many sizes; the contents stay each thread's own.
program many_allocations
    implicit none
    type item
        integer, allocatable :: values(:)
    end type
    integer :: errors, thread

    errors = 0
    !$omp parallel do reduction(+:errors) num_threads(4)
    do thread = 1, 8
        errors = errors + busy(thread)
    end do
    !$omp end parallel do
    print *, errors

contains
    integer function busy(seed)
        integer, intent(in) :: seed
        type(item) :: items(64)
        integer :: round, at, length
        busy = 0
        do round = 1, 400
            at = mod(round * 37 + seed, 64) + 1
            if (allocated(items(at)%values)) then
                length = size(items(at)%values)
                if (any(items(at)%values /= seed * length)) busy = busy + 1
                deallocate (items(at)%values)
            end if
            length = mod(round * 7919 + seed, 3000) + 1
            allocate (items(at)%values(length), source=seed * length)
        end do
    end function
end program
