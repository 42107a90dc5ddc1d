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

static uint64_t in_ns(uint64_t seconds)
{
    uint64_t ns;
    return __builtin_mul_overflow(seconds, NSEC_PER_SEC, &ns) ? TIME_FOREVER : ns;
}

/* Locked, in the handler or disarmed. */
static void arm(void)
{
    const struct rlimit_pair *limit = &rlimits[RLIMIT_CPU];
    cpu_limit.when.expires = MIN(in_ns(rlimit_word(RLIMIT_CPU)), in_ns(limit->hard));
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
    if (now >= in_ns(rlimits[RLIMIT_CPU].hard)) {
        send(SIGKILL);
    } else {
        if (now >= in_ns(soft)) {
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
    for (;;) {
        unsigned long irq = spin_lock(&cpu_limit.lock);
        bool mine = timer_try_cancel(&cpu_limit.when.timer);
        if (mine)
            arm();
        spin_unlock(&cpu_limit.lock, irq);
        if (mine)
            return;
        arch_cpu_relax();
    }
}
