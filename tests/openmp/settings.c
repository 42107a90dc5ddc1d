/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=4 stderr=compare env="OMP_NUM_THREADS=3,2 OMP_SCHEDULE=dynamic,7 OMP_DYNAMIC=true
 *       OMP_MAX_ACTIVE_LEVELS=5 OMP_THREAD_LIMIT=40 OMP_STACKSIZE=3M OMP_CANCELLATION=true
 *       OMP_MAX_TASK_PRIORITY=9 OMP_NUM_TEAMS=6 OMP_TEAMS_THREAD_LIMIT=2 OMP_WAIT_POLICY=passive
 *       OMP_DEFAULT_DEVICE=0 OMP_PROC_BIND=false
 *       OMP_AFFINITY_FORMAT=%n/%N KMP_BLOCKTIME=17 KMP_WARNINGS=0" */
/* What OMP_… and KMP_… of the environment set, by the routines and by omp_display_env. */
#include <omp.h>
#include <stdio.h>

int main(void)
{
    omp_sched_t kind;
    char format[64];
    int chunk, inner = 0;

    omp_get_schedule(&kind, &chunk);
    omp_get_affinity_format(format, sizeof(format));
    printf("threads %d, schedule %#x,%d, dynamic %d, levels %d, limit %d\n", omp_get_max_threads(),
           kind, chunk, omp_get_dynamic(), omp_get_max_active_levels(), omp_get_thread_limit());
    printf("cancellation %d, priority %d, teams %d of %d, device %d\n", omp_get_cancellation(),
           omp_get_max_task_priority(), omp_get_max_teams(), omp_get_teams_thread_limit(),
           omp_get_default_device());
    printf("stack %zu, block time %d, format %s\n", kmp_get_stacksize_s(), kmp_get_blocktime(),
           format);
    omp_set_dynamic(0);
    omp_display_env(0);
#pragma omp parallel num_threads(2) reduction(+ : inner)
    inner += omp_get_max_threads();
    printf("threads of an inner team: %d\n", inner / 2);
    return 0;
}
