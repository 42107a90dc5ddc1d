/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Enforces RLIMIT_CPU: SIGXCPU for each second from the soft limit on, which moves
 * along as on Linux, and SIGKILL at the hard limit. Owns a timer on the process's
 * clock, armed only if there is a limit. cpu_limit.lock is taken outside the locks of
 * tasks and signals.
 */
#include <hermit/clock_timer.h>
#include <hermit/process.h>
#include <hermit/rlimit.h>
#include <hermit/signal.h>
#include <hermit/spinlock.h>
#include <linux/resource.h>
#include <linux/signal.h>

static void limit_came(struct timer *timer);

static struct {
    struct spinlock lock;
    struct clock_timer when;
} cpu_limit = {
    .lock = SPINLOCK_INIT("cpu_limit"),
    .when = {.timer = {.deadline = TIME_FOREVER, .fn = limit_came}, .clock = CLOCK_TIMER_PROCESS},
};

/* Locked, in the handler or disarmed. */
static void arm(void)
{
    const struct rlimit_pair *limit = &rlimits[RLIMIT_CPU];
    cpu_limit.when.expires =
        MIN(seconds_to_ns(rlimit_word(RLIMIT_CPU)), seconds_to_ns(limit->hard));
    if (cpu_limit.when.expires != TIME_FOREVER)
        clock_timer_arm(&cpu_limit.when);
}

static void send(int sig)
{
    struct siginfo_data info;
    siginfo_init(&info, sig, SI_KERNEL);
    (void)signal_send(NULL, sig, &info); /* never refused: standard */
}

static void limit_came(struct timer *timer)
{
    uint64_t soft = rlimit_word(RLIMIT_CPU);
    (void)timer;
    unsigned long irq = spin_lock(&cpu_limit.lock);
    uint64_t now = clock_timer_now(&cpu_limit.when);
    if (now >= seconds_to_ns(rlimits[RLIMIT_CPU].hard)) {
        send(SIGKILL);
    } else {
        if (now >= seconds_to_ns(soft)) {
            send(SIGXCPU);
            /* Fails if the program has changed the limit meanwhile. */
            (void)atomic_compare_exchange_strong_explicit(&rlimits[RLIMIT_CPU].soft, &soft,
                                                          soft + 1, memory_order_relaxed,
                                                          memory_order_relaxed);
        }
        arm();
    }
    spin_unlock(&cpu_limit.lock, irq);
}

void cpu_limit_changed(void)
{
    unsigned long irq = clock_timer_lock(&cpu_limit.when, &cpu_limit.lock);
    arm();
    spin_unlock(&cpu_limit.lock, irq);
}
