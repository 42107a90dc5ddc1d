/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/*
 * Timeouts that do not fit into 64 bits of nanoseconds wait, rather than end after what is left of
 * them; select(2) carries microseconds beyond a second over, as others do not.
 */
#include "check.h"
#include <limits.h>
#include <poll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

/* 2^64 ns and 0.29 s */
static const struct timespec wraps = {.tv_sec = 18446744074};

static void on_alarm(int sig)
{
    (void)sig;
}

/* A signal ends the next wait after half a second. */
static void set_alarm(void)
{
    CHECK(setitimer(ITIMER_REAL, &(struct itimerval){.it_value.tv_usec = 500000}, NULL) == 0);
}

static void tell(const char *call, long result)
{
    printf("%s: %ld %s\n", call, result, result < 0 ? strerror(errno) : "");
}

static long select_for(long seconds, long us)
{
    return syscall(SYS_select, 0, NULL, NULL, NULL, &(struct timeval){seconds, us});
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_alarm};
    sigset_t none;

    sigemptyset(&none);
    CHECK(sigaction(SIGALRM, &action, NULL) == 0);
    set_alarm();
    tell("nanosleep", nanosleep(&wraps, NULL));
    set_alarm();
    tell("ppoll", ppoll(NULL, 0, &wraps, NULL));
    set_alarm();
    tell("pselect", pselect(0, NULL, NULL, NULL, &wraps, NULL));
    set_alarm();
    tell("select", select_for(wraps.tv_sec, 0));
    set_alarm();
    /* the library's function waits again */
    tell("sigtimedwait", syscall(SYS_rt_sigtimedwait, &none, NULL, &wraps, sizeof(uint64_t)));

    tell("select of a second in us", select_for(0, 1000000));
    tell("select of no time", select_for(1, -1000000));
    tell("select of less", select_for(0, -1));
    tell("select of more than LONG_MAX", select_for(LONG_MAX, 1000000));
    return 0;
}
