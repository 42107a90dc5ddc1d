/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* main, threads and handlers all start with the stack aligned as the ABI says. */
#include "check.h"

static void aligned(const char *where)
{
    /* A 16-byte aligned SSE store of a local faults if the caller's stack is off. */
    __attribute__((aligned(16))) volatile char local[16];

    __asm__ volatile("pxor %%xmm0, %%xmm0\n\tmovaps %%xmm0, %0" : "=m"(local) : : "xmm0");
    printf("%s: %d\n", where, (int)((uintptr_t)__builtin_frame_address(0) % 16));
}

static void on_signal(int signal)
{
    (void)signal;
    aligned("handler");
}

static void *body(void *unused)
{
    aligned("thread");
    raise(SIGUSR1);
    return unused;
}

__attribute__((constructor)) static void construct(void)
{
    aligned("constructor");
}

static void at_end(void)
{
    aligned("atexit");
}

int main(void)
{
    signal(SIGUSR1, on_signal);
    atexit(at_end);
    aligned("main");
    raise(SIGUSR1);
    join(start(body, NULL));
    return check_done();
}
