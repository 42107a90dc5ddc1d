! test: cpus=1,4
! Threads that C makes call Fortran, which computes, allocates and writes to internal files.
module worker
    use, intrinsic :: iso_c_binding
    implicit none
    interface
        subroutine c_runs_threads(count, results) bind(c)
            import :: c_int, c_long
            integer(c_int), value :: count
            integer(c_long), intent(out) :: results(count)
        end subroutine
    end interface
contains
    integer(c_long) function fortran_work(number) bind(c)
        integer(c_int), value :: number
        integer, allocatable :: values(:)
        character(len=20) :: text
        integer :: round, i, back
        fortran_work = 0
        do round = 1, 200
            allocate (values(number * round), source=[(i, i = 1, number * round)])
            write (text, '(i0)') sum(values)
            read (text, *) back
            fortran_work = fortran_work + back
            deallocate (values)
        end do
    end function
end module

program threads_of_c_call_fortran
    use worker
    implicit none
    integer(c_long) :: results(6)
    integer :: i

    call c_runs_threads(6, results)
    print *, results
    print *, all(results == [(fortran_work(i), i = 1, 6)])
end program
