/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* CPU clocks advance with work, stand still in sleep, and the process's covers all threads. */
#include "check.h"
#include <sys/resource.h>
#include <sys/times.h>

static void *work(void *argument)
{
    long long goal = *(long long *)argument, begin = now_ns(CLOCK_THREAD_CPUTIME_ID);

    while (now_ns(CLOCK_THREAD_CPUTIME_ID) - begin < goal)
        ;
    return NULL;
}

static bool sleep_costs_nothing(void)
{
    long long own = now_ns(CLOCK_THREAD_CPUTIME_ID), whole = now_ns(CLOCK_PROCESS_CPUTIME_ID);

    sleep_ms(200);
    return now_ns(CLOCK_THREAD_CPUTIME_ID) - own < 100 * MS &&
           now_ns(CLOCK_PROCESS_CPUTIME_ID) - whole < 150 * MS;
}

int main(void)
{
    long long goal = 40 * MS, begin = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    pthread_t threads[3];
    clockid_t clock;
    struct rusage usage;
    struct tms ticks;

    for (int i = 0; i < 3; i++)
        threads[i] = start(work, &goal);
    for (int i = 0; i < 3; i++)
        join(threads[i]);
    CHECK(now_ns(CLOCK_PROCESS_CPUTIME_ID) - begin >= 3 * goal);
    int tries = 0;
    while (tries < TRIES && !sleep_costs_nothing())
        tries++;
    CHECK(tries < TRIES);
    long long own = now_ns(CLOCK_THREAD_CPUTIME_ID);
    CHECK(now_ns(CLOCK_PROCESS_CPUTIME_ID) >= now_ns(CLOCK_THREAD_CPUTIME_ID) + 3 * goal);
    CHECK(pthread_getcpuclockid(pthread_self(), &clock) == 0 && now_ns(clock) >= own);
    CHECK(getrusage(RUSAGE_SELF, &usage) == 0);
    CHECK((usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * SEC +
              (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000 >=
          2 * goal);
    CHECK(getrusage(RUSAGE_THREAD, &usage) == 0);
    CHECK_ERRNO(getrusage(77, &usage), EINVAL);
    CHECK(times(&ticks) != (clock_t)-1 && ticks.tms_utime + ticks.tms_stime >= 4);
    CHECK(ticks.tms_cutime == 0 && ticks.tms_cstime == 0);
    CHECK(clock_getres(CLOCK_THREAD_CPUTIME_ID, &(struct timespec){0}) == 0);
    CHECK(sysconf(_SC_CLK_TCK) == 100);
    return check_done();
}
