/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* RLIMIT_SIGPENDING: queued signals and timers beyond it are EAGAIN; standard signals come all the
 * same; what is taken makes room. */
#include "check.h"
#include <sys/resource.h>

/* On Linux the user's other processes count too, and may change at any time: root becomes a user
 * who has none. Hermit has but one user. */
static void be_alone(void)
{
    if (getuid() == 0 && setuid(100000 + (uid_t)getpid()) != 0)
        CHECK(getuid() == 0);
}

static void limit(rlim_t n)
{
    struct rlimit both = {n, 65536};
    char line[128];
    FILE *status = fopen("/proc/self/status", "r");
    unsigned long queued = 0;

    while (status && fgets(line, sizeof(line), status))
        if (sscanf(line, "SigQ: %lu", &queued) == 1)
            break;
    if (status)
        fclose(status);
    both.rlim_cur += queued;
    REQUIRE(setrlimit(RLIMIT_SIGPENDING, &both) == 0);
}

static int queue(int signo, int wanted)
{
    union sigval value = {.sival_int = 7};
    int n = 0;

    while (n < wanted && sigqueue(getpid(), signo, value) == 0)
        n++;
    if (n < wanted)
        CHECK(errno == EAGAIN);
    return n;
}

static void timers(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 1};
    timer_t made[8];
    int n = 0;

    while (n < 8 && timer_create(CLOCK_MONOTONIC, &event, &made[n]) == 0)
        n++;
    CHECK(n == 8 || errno == EAGAIN);
    printf("timers: %d\n", n);
    printf("beside them: %d\n", queue(SIGRTMIN, 3));
    while (n > 0)
        CHECK(timer_delete(made[--n]) == 0);
}

int main(void)
{
    siginfo_t info;
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGUSR2);
    REQUIRE(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
    be_alone();
    limit(5);
    printf("queued: %d\n", queue(SIGRTMIN, 10));
    CHECK(kill(getpid(), SIGRTMIN) == 0);
    CHECK_ERRNO(raise(SIGRTMIN), EAGAIN);
    CHECK(kill(getpid(), SIGUSR1) == 0);
    printf("sigqueue of a standard signal: %d\n", queue(SIGUSR2, 1));
    for (int i = 0; i < 2; i++)
        CHECK(sigwaitinfo(&set, &info) > 0);
    CHECK(sigtimedwait(&set, &info, &(struct timespec){0}) == SIGRTMIN);
    printf("after one was taken: %d\n", queue(SIGRTMIN, 10) > 0);
    while (sigtimedwait(&set, &info, &(struct timespec){0}) > 0)
        ;
    limit(4);
    timers();
    limit(0);
    printf("none: %d\n", queue(SIGRTMIN, 1));
    return check_done();
}
