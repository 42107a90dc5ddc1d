! build: -fopenmp
! threadprivate variables of a module and of a common block keep their values between regions.
module own
    implicit none
    integer, save :: counter = 10
    real(8), save :: buffer(1000)
    !$omp threadprivate(counter, buffer)
end module

program threadprivate_and_copyin
    use own
    use omp_lib
    implicit none
    integer :: shared_sum, me, in_common, results(4)
    common /block/ in_common
    !$omp threadprivate(/block/)

    call omp_set_dynamic(.false.)
    call omp_set_num_threads(4)
    counter = 5
    in_common = 100
    !$omp parallel copyin(counter, /block/) private(me)
    me = omp_get_thread_num()
    counter = counter + me
    in_common = in_common + 10 * me
    buffer = me
    !$omp end parallel
    shared_sum = 0
    results = 0
    !$omp parallel private(me) reduction(+:shared_sum)
    me = omp_get_thread_num()
    results(me + 1) = counter + in_common
    shared_sum = shared_sum + int(sum(buffer))
    !$omp end parallel
    print *, results, shared_sum
    print *, counter, in_common
end program
