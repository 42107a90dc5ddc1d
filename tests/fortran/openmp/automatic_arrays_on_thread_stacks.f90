! build: -fopenmp
! test: env="OMP_STACKSIZE=48M OMP_NUM_THREADS=4" mem=512M
! Automatic arrays of 32 MiB on the stacks of threads, which OMP_STACKSIZE makes large enough.
program automatic_arrays_on_thread_stacks
    use omp_lib
    implicit none
    real(8) :: sums(4)
    integer :: me

    sums = 0
    !$omp parallel private(me)
    me = omp_get_thread_num()
    ! The first thread's stack is not OMP_STACKSIZE's to say.
    if (me > 0) sums(me + 1) = filled(4 * 1024 * 1024, real(me, 8))
    !$omp end parallel
    print *, sums, omp_get_max_threads()

contains
    real(8) function filled(n, value)
        integer, intent(in) :: n
        real(8), intent(in) :: value
        real(8) :: own(n)
        own = value
        own(1:n:n / 4) = own(1:n:n / 4) + 1
        filled = sum(own)
    end function
end program
