/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* A thread that sleeps does not wake up with the flags AC and ID of the one that was interrupted
 * for it. */
#include "check.h"

#define AC     0x40000UL
#define ID     0x200000UL
#define ROUNDS 100

static atomic_bool stop;

static unsigned long flags_now(void)
{
    unsigned long flags;

    __asm__ volatile("pushfq\n\tpopq %0" : "=r"(flags));
    return flags;
}

/* Spins with both flags set. */
static void *spin(void *unused)
{
    while (!atomic_load(&stop))
        __asm__ volatile("pushfq\n\tpushfq\n\torq %0, (%%rsp)\n\tpopfq\n\t"
                         "movl $100000, %%ecx\n"
                         "1:\tdecl %%ecx\n\tjnz 1b\n\tpopfq" ::"r"(AC | ID)
                         : "ecx", "cc", "memory");
    return unused;
}

int main(void)
{
    int wrong = 0;
    pthread_t thread = start(spin, NULL);

    for (int i = 0; i < ROUNDS; i++) {
        usleep(500);
        wrong += (flags_now() & (AC | ID)) != 0;
    }
    atomic_store(&stop, true);
    join(thread);
    if (!CHECK(wrong == 0))
        printf("%d of %d times\n", wrong, ROUNDS);
    return check_done();
}
