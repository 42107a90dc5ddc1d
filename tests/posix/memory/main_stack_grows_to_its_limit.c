/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 mem=256M */
/* The main thread's stack grows as far as RLIMIT_STACK says at that time,
 * unless a mapping is near. */
#include "check.h"
#include <setjmp.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define MIB   (1UL << 20)
#define FRAME 16384

static sigjmp_buf back;
static char *top; /* an address near the stack's top */
static volatile unsigned long deepest;

static void on_segv(int sig, siginfo_t *info, void *context)
{
    (void)sig;
    (void)context;
    printf("SIGSEGV, unmapped: %d\n", info->si_code == SEGV_MAPERR);
    siglongjmp(back, 1);
}

__attribute__((noinline)) static int use(unsigned long bytes)
{
    volatile char frame[FRAME];
    frame[0] = 1;
    deepest = (unsigned long)(top - (char *)frame);
    int n = bytes <= FRAME ? 0 : use(bytes - FRAME);
    return n + frame[0];
}

/* Uses so much of the stack. False: it overflowed. */
static bool fits(unsigned long bytes)
{
    if (sigsetjmp(back, 1) != 0)
        return false;
    use(bytes);
    return true;
}

static void set_limit(unsigned long bytes)
{
    struct rlimit limit;
    REQUIRE(getrlimit(RLIMIT_STACK, &limit) == 0);
    limit.rlim_cur = bytes;
    REQUIRE(setrlimit(RLIMIT_STACK, &limit) == 0);
}

int main(void)
{
    static char altstack[65536];
    stack_t ss = {.ss_sp = altstack, .ss_size = sizeof(altstack)};
    struct sigaction sa = {.sa_sigaction = on_segv, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    char here;
    top = &here;
    sigaltstack(&ss, NULL);
    sigaction(SIGSEGV, &sa, NULL);

    set_limit(4 * MIB);
    printf("3 MiB of 4: %d\n", fits(3 * MIB));
    printf("5 MiB of 4: %d\n", fits(5 * MIB));
    printf("nearly all was there: %d\n", deepest > 7 * MIB / 2 && deepest <= 4 * MIB);
    set_limit(64 * MIB);
    printf("32 MiB of 64: %d\n", fits(32 * MIB));
    set_limit(16 * MIB);
    printf("what it has got stays: %d\n", fits(31 * MIB));

    set_limit(64 * MIB);
    char *p = (char *)(((uintptr_t)top - 40 * MIB) & ~0xfffUL);
    char *near = mmap(p, 4096, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    REQUIRE(near == p);
    *near = 7;
    printf("48 MiB past a mapping: %d\n", fits(48 * MIB));
    printf("stopped short of it: %d %d\n", deepest > 38 * MIB && deepest < 39 * MIB + MIB / 4,
           *near);
    CHECK(mprotect(near, 4096, PROT_NONE) == 0);
    printf("what cannot be accessed is a guard: %d\n", fits(39 * MIB + MIB / 2));
    return check_failures != 0;
}
