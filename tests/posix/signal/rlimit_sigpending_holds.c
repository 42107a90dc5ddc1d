/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* RLIMIT_SIGPENDING bounds queued signals and timers together; kill(2) gets through beyond it. */
#include "check.h"
#include <sys/resource.h>
#include <time.h>

#define LIMIT 200 /* with room for what others of the user have pending on Linux */

static sigset_t set;

static int queue_all(void)
{
    int n = 0;
    while (n < 10 * LIMIT && sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = n}) == 0)
        n++;
    printf("sigqueue: %s\n", strerror(errno));
    return n;
}

static int take_all(void)
{
    int n = 0;
    while (sigtimedwait(&set, NULL, &(struct timespec){0, 0}) > 0)
        n++;
    return n;
}

int main(void)
{
    struct rlimit limit = {LIMIT, LIMIT};
    struct sigevent event = {.sigev_notify = SIGEV_NONE};
    timer_t timers[10 * LIMIT];
    int n = 0;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    sigaddset(&set, SIGRTMIN + 1);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    CHECK(setrlimit(RLIMIT_SIGPENDING, &limit) == 0);

    int queued = queue_all(); /* the user's other programs count on Linux, too */
    printf("some, at most the limit: %d\n", queued > 0 && queued <= LIMIT);
    CHECK(kill(getpid(), SIGUSR1) == 0);
    CHECK(kill(getpid(), SIGRTMIN + 1) == 0);
    printf("timer: %d", timer_create(CLOCK_MONOTONIC, &event, &timers[0]));
    printf(" %s\n", strerror(errno));
    printf("all taken: %d\n", take_all() == queued + 2);

    while (n < 10 * LIMIT && timer_create(CLOCK_MONOTONIC, &event, &timers[n]) == 0)
        n++;
    printf("timers, at most the limit: %d, %s\n", n > 0 && n <= LIMIT, strerror(errno));
    printf("signals beside them: %d\n", queue_all());
    for (int i = 0; i < n; i++)
        CHECK(timer_delete(timers[i]) == 0);
    printf("room again: %d\n", queue_all() > 0);
    return 0;
}
