/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 args={cpus} timeout=60 env="OMP_PROC_BIND=close OMP_PLACES=cores" */
/*
 * As many processors as --cpus, as many places as cores, and with
 * OMP_PROC_BIND=close each thread bound to the place that OpenMP names.
 * The number of CPUs to expect is the argument.
 */
#define _GNU_SOURCE
#include <omp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    int wanted = argc > 1 ? atoi(argv[1]) : 0, wrong = 0;
    int cpus = omp_get_num_procs(), places = omp_get_num_places();
    printf("processors as given: %d, threads as processors: %d, bound: %d\n", cpus == wanted,
           omp_get_max_threads() == cpus, omp_get_proc_bind() == omp_proc_bind_close);
#pragma omp parallel num_threads(cpus) reduction(+ : wrong)
    {
        cpu_set_t mine;
        int ids[64], place = omp_get_place_num();
        sched_getaffinity(0, sizeof(mine), &mine);
        omp_get_place_proc_ids(place, ids);
        wrong += place != omp_get_thread_num() * places / cpus;
        wrong += CPU_COUNT(&mine) != omp_get_place_num_procs(place);
        wrong += !CPU_ISSET(ids[0], &mine);
        for (int i = 0; i < 50; i++)
            wrong += !CPU_ISSET(sched_getcpu(), &mine);
    }
    printf("%d threads elsewhere\n", wrong);
    return wrong != 0;
}
