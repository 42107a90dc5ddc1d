/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Addresses that clone cannot use: of thread data it is EPERM and no thread comes to be; ids that
 * cannot be stored are not stored. */
#include "check.h"
#include <stdalign.h>
#include <sys/syscall.h>

#define THREAD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)

static atomic_int started;
alignas(16) static char stack[65536];

static int body(void *unused)
{
    (void)unused;
    atomic_fetch_add(&started, 1);
    syscall(SYS_exit, 0);
    return 0;
}

static long attempt(long flags, void *parent, void *child, unsigned long tls)
{
    long tid =
        clone(body, stack + sizeof(stack), (int)(THREAD | flags), NULL, parent, (void *)tls, child);

    if (tid > 0)
        while (syscall(SYS_tgkill, getpid(), tid, 0) == 0)
            sched_yield();
    return tid;
}

int main(void)
{
    static const unsigned long bad[] = {0x7ffffffff000, 0x800000000000, 0x8000000000000000,
                                        0xffff800000000000, 0xffffffffffffffff};

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        CHECK_ERRNO(attempt(CLONE_SETTLS, NULL, NULL, bad[i]), EPERM);
    printf("started: %d\n", atomic_load(&started));
    CHECK(attempt(CLONE_PARENT_SETTID, (void *)8, NULL, 0) > 0);
    CHECK(attempt(CLONE_PARENT_SETTID, (void *)0x8000000000000000, NULL, 0) > 0);
    CHECK(attempt(CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID, NULL, (void *)8, 0) > 0);
    CHECK(attempt(CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID, NULL, (void *)-1, 0) > 0);
    printf("started: %d\n", atomic_load(&started));
    return check_done();
}
