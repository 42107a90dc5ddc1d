! test: mem=768M
! Large arrays on the heap, in static storage and on the stack, copied and passed by section.
module large_static
    implicit none
    real(8), save :: static(4 * 1024 * 1024) = 0
end module

program large_arrays
    use large_static
    implicit none
    real(8), allocatable :: heap(:, :)
    integer :: i

    allocate (heap(2048, 2048))
    do i = 1, 2048
        heap(:, i) = i
    end do
    print *, sum(heap(1:2048:32, :)), heap(2048, 2048)
    static(1::1024) = 1
    print *, sum(static)
    call section(heap(2::2, 1:1024:8))
    print *, on_the_stack(512 * 1024)
    deallocate (heap)
    allocate (heap(2048, 1024), source=1d0)
    heap = heap + cshift(heap, 1, 2)
    print *, sum(heap)

contains
    subroutine section(part)
        real(8), intent(inout) :: part(:, :)
        call contiguous_part(part, size(part, 1), size(part, 2))
        print *, shape(part), part(1, 1), part(1024, 128)
    end subroutine

    subroutine contiguous_part(part, rows, columns)
        integer, intent(in) :: rows, columns
        real(8), intent(inout) :: part(rows, columns)
        part = part + 0.5d0
    end subroutine

    real(8) function on_the_stack(n)
        integer, intent(in) :: n
        real(8) :: own(n)
        own = 2
        own(1) = static(1)
        on_the_stack = sum(own)
    end function
end program
