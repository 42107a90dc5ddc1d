/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* What a handler does to the extended state in its frame is what the program goes on with: changed,
 * moved elsewhere, without the mark of XSAVE, or taken away. */
#include "check.h"
#include <ucontext.h>

enum { SW_RESERVED = 464 / 4, XSTATE_SIZE = 16384 };

static char elsewhere[XSTATE_SIZE] __attribute__((aligned(64)));
static int mode;

/* xmm9 in the FXSAVE image. */
static void set_xmm9(void *area, uint64_t value)
{
    memcpy((char *)area + 160 + 9 * 16, &value, sizeof(value));
}

static void on_ill(int signo, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    uint32_t *area = (uint32_t *)(void *)uc->uc_mcontext.fpregs;

    (void)signo, (void)info;
    uc->uc_mcontext.gregs[REG_RIP] += 2; /* behind ud2 */
    switch (mode) {
    case 1:
        set_xmm9(area, 100);
        break;
    case 2:
        memcpy(elsewhere, area, area[SW_RESERVED + 1]);
        set_xmm9(elsewhere, 200);
        uc->uc_mcontext.fpregs = (void *)elsewhere;
        break;
    case 3:
        area[SW_RESERVED] = 0;
        set_xmm9(area, 300);
        break;
    case 4:
        uc->uc_mcontext.fpregs = NULL;
        break;
    }
}

/* xmm9 behind an illegal instruction before which it was `value`. */
static uint64_t through_handler(uint64_t value)
{
    __asm__ volatile("movq %0, %%xmm9; ud2; movq %%xmm9, %0" : "+r"(value)::"xmm9", "memory");
    return value;
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_ill, .sa_flags = SA_SIGINFO};
    static const char *const names[] = {"kept", "changed", "moved", "legacy", "initial"};

    REQUIRE(sigaction(SIGILL, &action, NULL) == 0);
    for (mode = 0; mode < 5; mode++)
        printf("%s: %llu\n", names[mode], (unsigned long long)through_handler(7));
    return check_done();
}
