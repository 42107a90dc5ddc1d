/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One-shot timers on a clock that the test sets: order, re-arming, cancelling, the deadline of a
 * core's event timer. The last test has two threads on core 1, under ThreadSanitizer: after
 * timer_cancel_sync() a timer's memory belongs to its owner alone.
 */
#include "kernel/cpu.h"
#include <hermit/timer.h>

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define CORES 2
#define SPAN  10000000UL /* ns: more than the span of bounded deferrals in timer.c */

static struct cpu_data cores[CORES];
_Thread_local struct task *shim_task;
_Thread_local struct cpu *shim_cpu;

static _Atomic uint64_t now;
static uint64_t event_timer[CORES]; /* deadline of each */
static unsigned events_set;

uint64_t arch_clock_read(void)
{
    return now;
}

void arch_timer_set(uint64_t deadline)
{
    event_timer[shim_cpu->id] = deadline;
    events_set++;
}

void arch_cpu_relax(void)
{
    sched_yield();
}

void *kzalloc(size_t size)
{
    (void)size;
    return NULL; /* no core is added */
}

static char order[32]; /* names of the timers that ran */
static unsigned nr_run, ran_on;

struct named {
    struct timer timer;
    char name;
    uint64_t period; /* 0: once */
};

static void note(struct timer *t)
{
    struct named *n = container_of(t, struct named, timer);

    order[nr_run++ % sizeof(order)] = n->name;
    ran_on = shim_cpu->id;
    if (n->period != 0)
        timer_arm(t, t->deadline + n->period);
}

static struct named named(char name)
{
    struct named n = {.name = name};

    timer_init(&n.timer, note);
    return n;
}

/* Sets the clock to `time`, and fires the core's event timer if it is due. */
static void turn_to(uint64_t time)
{
    now = time;
    if (event_timer[shim_cpu->id] <= time)
        timer_interrupt();
}

static int begin(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CORES; i++) {
        cpus[i] = &cores[i].cpu;
        cpus[i]->id = i;
        timer_cpu_init(&cores[i].timer);
        event_timer[i] = TIME_FOREVER;
    }
    shim_cpu = cpus[0];
    now += SPAN;
    nr_run = 0;
    for (unsigned i = 0; i < sizeof(order); i++)
        order[i] = 0;
    return 0;
}

static void they_run_in_order(void **state)
{
    struct named a = named('a'), b = named('b'), c = named('c');
    uint64_t at = now;

    (void)state;
    timer_arm(&b.timer, at + 200);
    timer_arm(&c.timer, at + 300);
    timer_arm(&a.timer, at + 100);
    assert_int_equal(event_timer[0], at + 100);
    turn_to(at + 99);
    assert_int_equal(nr_run, 0);
    turn_to(at + 100);
    assert_string_equal(order, "a");
    assert_int_equal(event_timer[0], at + 200);
    turn_to(at + 1000); /* late: both at once, in order */
    assert_string_equal(order, "abc");
    assert_int_equal(event_timer[0], at + 200); /* has fired; nothing is armed */
    assert_null(cores[0].timer.root);
}

static void cancelled_ones_do_not_run(void **state)
{
    struct named a = named('a'), b = named('b');
    uint64_t at = now;

    (void)state;
    assert_false(timer_cancel(&a.timer));
    timer_arm(&a.timer, at + 100);
    timer_arm(&b.timer, at + 200);
    assert_true(timer_cancel(&a.timer));
    assert_false(timer_cancel(&a.timer));
    assert_true(timer_try_cancel(&a.timer)); /* does not run */
    assert_int_equal(event_timer[0], at + 200);
    timer_cancel_sync(&b.timer);
    assert_int_equal(event_timer[0], TIME_FOREVER);
    turn_to(at + 1000);
    assert_int_equal(nr_run, 0);
}

static void arming_again_moves_it(void **state)
{
    struct named a = named('a');
    uint64_t at = now;

    (void)state;
    timer_arm(&a.timer, at + 100);
    timer_arm(&a.timer, at + 300);
    turn_to(at + 200);
    assert_int_equal(nr_run, 0);
    shim_cpu = cpus[1];
    timer_arm(&a.timer, at + 250);
    shim_cpu = cpus[0];
    turn_to(at + 400);
    assert_int_equal(nr_run, 0); /* now belongs to the other core */
    shim_cpu = cpus[1];
    turn_to(at + 400);
    assert_string_equal(order, "a");
    assert_int_equal(ran_on, 1);
}

static void handler_may_arm_it_again(void **state)
{
    struct named a = named('a'), b = named('b');
    uint64_t at = now;

    (void)state;
    a.period = 100;
    timer_arm(&a.timer, at + 100);
    timer_arm(&b.timer, at + 250);
    turn_to(at + 300);
    assert_string_equal(order, "aaba");
    assert_true(timer_cancel(&a.timer));
    turn_to(at + 900);
    assert_string_equal(order, "aaba");
}

/* A core without timers gets no interrupt, but deferrals are bounded in each span. */
static void putting_off_is_bounded(void **state)
{
    struct named a = named('a');
    unsigned stopped = 0;

    (void)state;
    for (unsigned i = 0; i < 100; i++) {
        timer_arm(&a.timer, now + 1000);
        assert_true(timer_cancel(&a.timer));
        stopped += event_timer[0] == TIME_FOREVER;
    }
    assert_in_range(stopped, 1, 50);
    assert_int_not_equal(event_timer[0], TIME_FOREVER);
    turn_to(now + SPAN); /* nothing is due, and there is no next timer to program */
    assert_int_equal(nr_run, 0);
    timer_arm(&a.timer, now + 1000);
    assert_true(timer_cancel(&a.timer));
    assert_int_equal(event_timer[0], TIME_FOREVER); /* a new span */
}

static void other_cores_leave_it_to_the_core(void **state)
{
    struct named a = named('a');
    uint64_t at = now;

    (void)state;
    timer_arm(&a.timer, at + 100);
    shim_cpu = cpus[1];
    assert_true(timer_cancel(&a.timer));
    assert_int_equal(event_timer[0], at + 100); /* only the core itself can set it */
    shim_cpu = cpus[0];
    timer_settle();
    assert_int_equal(event_timer[0], TIME_FOREVER);
    unsigned before = events_set;
    timer_settle();
    assert_int_equal(events_set, before);
}

struct owned {
    struct timer timer;
    long plain; /* written by handler and owner: never at once */
};

static atomic_bool over;

static void write_plain(struct timer *t)
{
    struct owned *o = container_of(t, struct owned, timer);

    o->plain++;
    if (o->plain % 3 == 0)
        timer_arm(t, now + 1);
}

/* Core 1: takes timer interrupts in a loop. */
static void *take_interrupts(void *arg)
{
    (void)arg;
    shim_cpu = cpus[1];
    while (!over) {
        now++;
        timer_interrupt();
        sched_yield();
    }
    return NULL;
}

/* Arms on core 1 the timers that core 0 cancels and frees. */
struct handing {
    struct owned *timer;
    atomic_int stage; /* even: the owner's; odd: to be armed */
};

static void *arm_for_others(void *arg)
{
    struct handing *h = arg;

    shim_cpu = cpus[1];
    while (!over) {
        if (h->stage % 2 == 1) {
            timer_arm(&h->timer->timer, now + 2);
            h->stage++;
        }
        sched_yield();
    }
    return NULL;
}

static void after_cancel_sync_it_is_the_owner_s(void **state)
{
    struct handing h = {0};
    pthread_t interrupts, arming;

    (void)state;
    over = false;
    pthread_create(&interrupts, NULL, take_interrupts, NULL);
    pthread_create(&arming, NULL, arm_for_others, &h);
    for (int i = 0; i < 2000; i++) {
        struct owned *o = calloc(1, sizeof(*o));
        assert_non_null(o);
        timer_init(&o->timer, write_plain);
        h.timer = o;
        h.stage++;
        while (h.stage % 2 == 1)
            sched_yield();
        for (int wait = i % 4; wait > 0; wait--)
            sched_yield();
        timer_cancel_sync(&o->timer);
        o->plain = -1;
        free(o);
    }
    over = true;
    pthread_join(interrupts, NULL);
    pthread_join(arming, NULL);
    assert_null(cores[1].timer.root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(they_run_in_order, begin),
        cmocka_unit_test_setup(cancelled_ones_do_not_run, begin),
        cmocka_unit_test_setup(arming_again_moves_it, begin),
        cmocka_unit_test_setup(handler_may_arm_it_again, begin),
        cmocka_unit_test_setup(putting_off_is_bounded, begin),
        cmocka_unit_test_setup(other_cores_leave_it_to_the_core, begin),
        cmocka_unit_test_setup(after_cancel_sync_it_is_the_owner_s, begin),
    };
    alarm(600);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
