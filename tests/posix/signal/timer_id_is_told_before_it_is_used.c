/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* A timer_create whose id cannot be told makes no timer, although other threads guess its id and
 * delete, set and read it meanwhile. */
#include "check.h"
#include <sys/mman.h>
#include <sys/syscall.h>

#define ROUNDS 2000
#define LARGE  (1UL << 20)

static atomic_int stop, found, next; /* next: the id that the next timer gets */

static void *guess(void *unused)
{
    struct itimerspec soon = {.it_value.tv_nsec = 1};

    while (!atomic_load(&stop)) {
        long id = atomic_load(&next);
        long a = syscall(SYS_timer_settime, id, 0, &soon, NULL);
        long b = syscall(SYS_timer_getoverrun, id);
        long c = syscall(SYS_timer_delete, id);
        if (a == 0 || b >= 0 || c == 0)
            atomic_fetch_add(&found, 1);
    }
    return unused;
}

/* Whoever meets a fault meanwhile may have to wait, and does so where the id is to be told. */
static void *hold_up_faults(void *unused)
{
    while (!atomic_load(&stop)) {
        void *at = mmap(NULL, LARGE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
        REQUIRE(at != MAP_FAILED && munmap(at, LARGE) == 0);
    }
    return unused;
}

int main(void)
{
    void *nowhere = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct sigevent silent = {.sigev_notify = SIGEV_NONE};
    pthread_t guessers[3];
    timer_t timer;

    REQUIRE(nowhere != MAP_FAILED);
    for (int i = 0; i < 3; i++)
        guessers[i] = start(guess, NULL);
    pthread_t mapper = start(hold_up_faults, NULL);
    for (int i = 0; i < ROUNDS; i++) {
        CHECK_ERRNO(syscall(SYS_timer_create, CLOCK_MONOTONIC, &silent, nowhere), EFAULT);
        atomic_fetch_add(&next, 1);
        if (i % 64 == 0)
            sched_yield();
    }
    printf("timers found that were never made: %d\n", atomic_load(&found));
    atomic_store(&stop, 1);
    for (int i = 0; i < 3; i++)
        join(guessers[i]);
    join(mapper);
    CHECK(timer_create(CLOCK_MONOTONIC, &silent, &timer) == 0 && timer_delete(timer) == 0);
    return check_done();
}
