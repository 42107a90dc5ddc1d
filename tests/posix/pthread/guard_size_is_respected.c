/* SPDX-License-Identifier: BSD-3-Clause */
/* A fault in the guard area of a thread's stack is delivered with its address. */
#include "check.h"
#include <setjmp.h>

static sigjmp_buf back;
static char *fault_address;

static void on_fault(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)context;
    fault_address = info->si_addr;
    siglongjmp(back, 1);
}

static void *touch_guard(void *unused)
{
    pthread_attr_t attr;
    void *stack;
    size_t size, guard;

    (void)unused;
    CHECK(pthread_getattr_np(pthread_self(), &attr) == 0);
    CHECK(pthread_attr_getstack(&attr, &stack, &size) == 0);
    CHECK(pthread_attr_getguardsize(&attr, &guard) == 0);
    printf("stack at least 256 KiB: %d, guard %zu KiB\n", size >= 256 << 10, guard / 1024);
    char *target = (char *)stack - 8;
    if (sigsetjmp(back, 1) == 0)
        *(volatile char *)target = 1;
    CHECK(fault_address == target);
    return NULL;
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    pthread_attr_t attr;
    pthread_t thread;

    CHECK(sigaction(SIGSEGV, &action, NULL) == 0);
    pthread_attr_init(&attr);
    CHECK(pthread_attr_setstacksize(&attr, 256 << 10) == 0);
    CHECK(pthread_attr_setguardsize(&attr, 64 << 10) == 0);
    REQUIRE(pthread_create(&thread, &attr, touch_guard, NULL) == 0);
    join(thread);
    return check_done();
}
