/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 status=137 timeout=120 */
/* RLIMIT_CPU: SIGXCPU at the soft limit and each second after, which moves it; SIGKILL at the hard
 * one. */
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
    struct rlimit limit = {1, 2};

    REQUIRE(signal(SIGXCPU, on_limit) != SIG_ERR);
    start(burn, NULL);
    REQUIRE(setrlimit(RLIMIT_CPU, &limit) == 0);
    while (atomic_load(&came) == 0 && used() < 1.9)
        ;
    REQUIRE(getrlimit(RLIMIT_CPU, &limit) == 0);
    printf("came %d, limits now %ld %ld\n", atomic_load(&came), (long)limit.rlim_cur,
           (long)limit.rlim_max);
    fflush(stdout);
    while (used() < 3)
        ;
    puts("still there");
    return 0;
}
