/* SPDX-License-Identifier: BSD-3-Clause */
/* Helpers for programs about scheduling: pinned threads with a policy. */
#ifndef TESTS_POSIX_SCHED_H
#define TESTS_POSIX_SCHED_H

#include "check.h"
#include <sys/resource.h>
#include <sys/syscall.h>

static atomic_bool stop_spinning UNUSED;

/* Binds the caller, and threads that it makes from now on, to the first CPU allowed. */
UNUSED static void use_one_cpu(void)
{
    cpu_set_t allowed, one;

    REQUIRE(sched_getaffinity(0, sizeof(allowed), &allowed) == 0);
    CPU_ZERO(&one);
    for (int cpu = 0; CPU_COUNT(&one) == 0; cpu++)
        if (CPU_ISSET(cpu, &allowed))
            CPU_SET(cpu, &one);
    REQUIRE(sched_setaffinity(0, sizeof(one), &one) == 0);
}

/* The caller's; the C library has no function for it. */
UNUSED static void set_policy(int policy, int priority)
{
    struct sched_param param = {.sched_priority = priority};

    REQUIRE(syscall(SYS_sched_setscheduler, 0, policy, &param) == 0);
}

/* Runs until stop_spinning. */
UNUSED static void *spin(void *unused)
{
    while (!atomic_load(&stop_spinning))
        ;
    return unused;
}

#endif
