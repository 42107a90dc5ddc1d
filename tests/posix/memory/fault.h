/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Tells which signal, if any, an access or a call raises. For one thread at a
 * time: the state is per thread, but the handlers are the program's.
 */
#ifndef TESTS_POSIX_FAULT_H
#define TESTS_POSIX_FAULT_H

#include "check.h"
#include <setjmp.h>

static __thread sigjmp_buf fault_back;
static __thread void *fault_address UNUSED;

UNUSED static void fault_handler(int signal, siginfo_t *info, void *context)
{
    (void)context;
    fault_address = info->si_addr;
    siglongjmp(fault_back, signal);
}

UNUSED static void catch_faults(void)
{
    struct sigaction action = {.sa_sigaction = fault_handler, .sa_flags = SA_SIGINFO};

    REQUIRE(sigaction(SIGSEGV, &action, NULL) == 0 && sigaction(SIGBUS, &action, NULL) == 0);
}

/* The signal that reading the byte raises, or 0. */
UNUSED static int read_fault(const volatile void *address)
{
    int signal = sigsetjmp(fault_back, 1);

    if (signal == 0)
        (void)*(const volatile char *)address;
    return signal;
}

/* The signal that writing the byte (its own value, or 1) raises, or 0. */
UNUSED static int write_fault(volatile void *address)
{
    int signal = sigsetjmp(fault_back, 1);

    if (signal == 0)
        *(volatile char *)address = 1;
    return signal;
}

/* The signal that calling the address raises, or 0. */
UNUSED static int call_fault(void *address)
{
    int signal = sigsetjmp(fault_back, 1);

    if (signal == 0)
        ((void (*)(void))(uintptr_t)address)();
    return signal;
}

#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS)
#define PAGE      4096

#endif
