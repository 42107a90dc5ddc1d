/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* membarrier orders what other threads do: each writes its own word and reads the other's, one
 * with no fence but the compiler's; both never read what was before. Who has not registered may
 * not use the private one. */
#include "check.h"
#include <linux/membarrier.h>
#include <sys/syscall.h>

static atomic_int quick_word, slow_word, round_number, seen, finished;

static long barrier(int command)
{
    return syscall(SYS_membarrier, command, 0, 0);
}

static void *quick_side(void *rounds)
{
    for (int i = 1; i <= *(int *)rounds; i++) {
        await(&round_number, i);
        atomic_store_explicit(&quick_word, i, memory_order_relaxed);
        atomic_signal_fence(memory_order_seq_cst); /* the barrier is the other side's */
        atomic_store(&seen, atomic_load_explicit(&slow_word, memory_order_relaxed));
        atomic_store(&finished, i);
    }
    return NULL;
}

int main(void)
{
    int rounds = 2000, lost = 0;
    long known = barrier(MEMBARRIER_CMD_QUERY);

    CHECK(known & MEMBARRIER_CMD_GLOBAL && known & MEMBARRIER_CMD_PRIVATE_EXPEDITED);
    CHECK_ERRNO(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED), EPERM);
    CHECK_ERRNO(barrier(1 << 20), EINVAL);
    CHECK_ERRNO(barrier(-1), EINVAL);
    CHECK_ERRNO(syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 2, 0), EINVAL);
    CHECK(barrier(MEMBARRIER_CMD_GLOBAL) == 0);
    CHECK(barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0);
    CHECK(barrier(MEMBARRIER_CMD_GLOBAL_EXPEDITED) == 0);

    pthread_t thread = start(quick_side, &rounds);
    for (int i = 1; i <= rounds; i++) {
        atomic_store(&round_number, i);
        atomic_store_explicit(&slow_word, i, memory_order_relaxed);
        CHECK(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) == 0);
        int other = atomic_load_explicit(&quick_word, memory_order_relaxed);
        await(&finished, i);
        lost += other != i && atomic_load(&seen) != i;
    }
    join(thread);
    printf("%d rounds in which neither saw the other\n", lost);
    return check_done();
}
