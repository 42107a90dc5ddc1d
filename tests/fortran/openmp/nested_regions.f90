! build: -fopenmp
! Regions within regions: levels, numbers of threads, ancestors, and a region that is refused.
program nested_regions
    use omp_lib
    implicit none
    integer :: inner_sizes(2), levels(2), ancestors(2), total, outer, serial

    call omp_set_dynamic(.false.)
    call omp_set_max_active_levels(2)
    total = 0
    !$omp parallel num_threads(2) private(outer)
    outer = omp_get_thread_num() + 1
    !$omp parallel num_threads(3)
    !$omp atomic
    total = total + 1
    !$omp master
    inner_sizes(outer) = omp_get_num_threads()
    levels(outer) = omp_get_level()
    ancestors(outer) = omp_get_ancestor_thread_num(1) + 1
    !$omp end master
    !$omp end parallel
    !$omp end parallel
    print *, inner_sizes, levels, ancestors, omp_get_max_active_levels()
    print *, total

    call omp_set_max_active_levels(1)
    serial = 0
    !$omp parallel num_threads(2)
    !$omp parallel num_threads(3)
    !$omp atomic
    serial = serial + omp_get_num_threads()
    !$omp end parallel
    !$omp end parallel
    print *, serial
    !$omp parallel if(serial > 100) num_threads(4)
    !$omp single
    print *, omp_get_num_threads(), omp_in_parallel()
    !$omp end single
    !$omp end parallel
end program
