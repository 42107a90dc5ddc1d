/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* WAKE_OP changes the second word in all five ways and wakes there if the old value compares
 * true. */
#include "futex.h"

static struct waiter waiters[2];
static atomic_int one, two;

static void change(const char *name, int operation, int argument, int from)
{
    atomic_store(&two, from);
    long woken = futex(&one, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1, &two,
                       FUTEX_OP(operation, argument, FUTEX_OP_CMP_EQ, 0));
    printf("%s: %d becomes %d, woke %ld\n", name, from, two, woken);
}

static void compare(const char *name, int comparison, int old, int against)
{
    atomic_store(&two, old);
    park(&waiters[0], &one, ~0u);
    park(&waiters[1], &two, ~0u);
    long woken = futex(&one, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1, &two,
                       FUTEX_OP(FUTEX_OP_ADD, 0, comparison, against));
    printf("%d %s %d: woke %ld\n", old, name, against, woken);
    futex(&two, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    join(waiters[0].thread);
    join(waiters[1].thread);
}

int main(void)
{
    change("set", FUTEX_OP_SET, 9, 4);
    change("add", FUTEX_OP_ADD, 3, 4);
    change("add negative", FUTEX_OP_ADD, 0xfff, 4);
    change("or", FUTEX_OP_OR, 3, 4);
    change("and not", FUTEX_OP_ANDN, 6, 4);
    change("xor", FUTEX_OP_XOR, 5, 4);
    change("or shifted", FUTEX_OP_OR | FUTEX_OP_OPARG_SHIFT, 10, 1);
    compare("==", FUTEX_OP_CMP_EQ, 4, 4);
    compare("!=", FUTEX_OP_CMP_NE, 4, 4);
    compare("<", FUTEX_OP_CMP_LT, 3, 4);
    compare("<=", FUTEX_OP_CMP_LE, 5, 4);
    compare(">", FUTEX_OP_CMP_GT, 5, 4);
    compare(">=", FUTEX_OP_CMP_GE, 3, 4);
    CHECK_ERRNO(futex(&one, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1, (void *)16, 0), EFAULT);
    CHECK_ERRNO(futex(&one, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1, &two, 7u << 28), ENOSYS);
    return check_done();
}
