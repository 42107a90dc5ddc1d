/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* What interrupts a program beside the instruction cmpxchg16b, a timer's signal or a call of its
 * own, leaves its flags alone. QEMU 7.2 has flags there that no processor has. */
#include "check.h"
#include <sys/time.h>

static _Alignas(16) uint64_t word[2];
static volatile sig_atomic_t expiries;

static void on_alarm(int sig)
{
    (void)sig;
    expiries++;
}

/* Takes one from the 128 bits of `word`, as compilers do it for an atomic object of this size. */
static inline void count_down(void)
{
    uint64_t low = word[0], high = word[1], new_low, new_high;

    __asm__ volatile("1: movq %[low], %%rbx\n\t"
                     "addq $-1, %%rbx\n\t"
                     "movq %[high], %%rcx\n\t"
                     "adcq $-1, %%rcx\n\t"
                     "lock cmpxchg16b %[word]\n\t"
                     "jne 1b\n\t"
                     "movq %%rbx, %[new_low]\n\t"
                     "movq %%rcx, %[new_high]"
                     : [low] "+a"(low), [high] "+d"(high), [word] "+m"(word),
                       [new_low] "=r"(new_low), [new_high] "=r"(new_high)
                     :
                     : "rbx", "rcx", "cc", "memory");
}

int main(void)
{
    static const struct itimerval often = {{0, 500}, {0, 500}}, never;
    unsigned long n = 0;

    signal(SIGALRM, on_alarm);
    word[1] = 1UL << 40;
    CHECK(setitimer(ITIMER_REAL, &often, NULL) == 0);
    /* Twice in a row: the flags before the second are those of a cmpxchg16b. */
    for (; expiries < 1000; n += 2) {
        count_down();
        count_down();
    }
    CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
    CHECK(word[1] == (1UL << 40) - (n != 0) && word[0] == -n);
    for (int i = 0; i < 1000; i++) {
        count_down();
        count_down();
        (void)close(-1);
    }
    return check_done();
}
