/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 status=137 timeout=120 */
/* RLIMIT_CPU: SIGXCPU at the soft limit and each second after, which moves it; SIGKILL at the hard
 * one. Seconds lie between the two, since a busy host can make processor time jump. */
#include "check.h"
#include <sys/resource.h>

static atomic_int came;

static void on_limit(int signo)
{
    (void)signo;
    atomic_fetch_add(&came, 1);
}

static double used(void)
{
    return (double)now_ns(CLOCK_PROCESS_CPUTIME_ID) / 1e9;
}

static void *burn(void *unused)
{
    for (;;)
        (void)used();
    return unused;
}

int main(void)
{
    struct rlimit limit = {1, 6};

    REQUIRE(signal(SIGXCPU, on_limit) != SIG_ERR);
    start(burn, NULL);
    REQUIRE(setrlimit(RLIMIT_CPU, &limit) == 0);
    while (atomic_load(&came) == 0 && used() < 5.5)
        ;
    long moved = atomic_load(&came);
    REQUIRE(getrlimit(RLIMIT_CPU, &limit) == 0);
    printf("came %d, soft limit moved %d, hard one %ld\n", moved > 0,
           (long)limit.rlim_cur >= 1 + moved, (long)limit.rlim_max);
    fflush(stdout);
    while (used() < 8)
        ;
    puts("still there");
    return 0;
}
