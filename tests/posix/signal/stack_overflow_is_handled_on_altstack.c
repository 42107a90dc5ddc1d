/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* A stack overflow in a thread can be caught on the alternate stack and left by longjmp. */
#include "check.h"
#include <setjmp.h>

static sigjmp_buf back;
static volatile int depth_limit = 1 << 30;
static __thread char altstack[32 << 10];

static void on_fault(int signal, siginfo_t *info, void *context)
{
    (void)context;
    CHECK(signal == SIGSEGV && info->si_addr != NULL);
    siglongjmp(back, 1);
}

__attribute__((noinline)) static int recurse(int depth)
{
    volatile char frame[512];

    frame[0] = (char)depth;
    if (depth > depth_limit)
        return 0;
    return recurse(depth + 1) + frame[0];
}

static void *overflow(void *unused)
{
    stack_t stack = {.ss_sp = altstack, .ss_size = sizeof(altstack)};

    (void)unused;
    CHECK(sigaltstack(&stack, NULL) == 0);
    for (volatile int i = 0; i < 3; i++)
        if (sigsetjmp(back, 1) == 0)
            printf("went %d deep\n", recurse(0));
        else
            printf("caught %d\n", i);
    return NULL;
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};

    CHECK(sigaction(SIGSEGV, &action, NULL) == 0);
    join(start(overflow, NULL));
    overflow(NULL);
    return check_done();
}
