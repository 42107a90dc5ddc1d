/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/*
 * What a register holds while the program computes is no system call's result, be it the
 * least number there is or what an interrupted call would return.
 */
#include "check.h"

#include <limits.h>
#include <sys/time.h>

static volatile int alarms;
static atomic_bool done;

static void on_alarm(int sig)
{
    (void)sig;
    alarms++;
}

/* Computes with `value` in rax until a few alarms have come; what rax holds then. */
static long hold(long value)
{
    int until = alarms + 5;

    __asm__ volatile("1: pause; cmpl %2, %1; jl 1b" : "+a"(value) : "m"(alarms), "r"(until) : "cc");
    return value;
}

/* Competes for the core, and takes some of the alarms. */
static void *compete(void *unused)
{
    while (!atomic_load(&done))
        ;
    return unused;
}

int main(void)
{
    const long values[] = {LONG_MIN, LONG_MAX, -1, -EINTR, -512, -513, -514, -516};
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    struct itimerval each = {{0, 1000}, {0, 1000}};

    REQUIRE(sigaction(SIGALRM, &action, NULL) == 0);
    REQUIRE(setitimer(ITIMER_REAL, &each, NULL) == 0);
    pthread_t thread = start(compete, NULL);
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        CHECK(hold(values[i]) == values[i]);
    atomic_store(&done, true);
    join(thread);
    return check_done();
}
