/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Timers that send signals, step by step: every transition of the diagram in signal_timer.c, what
 * is counted on the way, and what timer_gettime(2) says. Clock, event timers and the queue of
 * signals are the test's.
 */
#include <hermit/kmalloc.h>
#include <hermit/panic.h>
#include <hermit/percpu.h>
#include <hermit/sched.h>
#include <hermit/signal_timer.h>
#include <hermit/task.h>
#include <linux/errno.h>

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MS 1000000UL

_Thread_local struct task *shim_task;
_Thread_local struct cpu *shim_cpu;
unsigned nr_cpus = 1;
void (*_Atomic clock_set_hook)(void);

static uint64_t now, realtime_offset;
static struct timer *event;            /* armed; NULL: none */
static bool out;                       /* the signal is in the queue, or being taken */
static enum signal_entry_state answer; /* to the next signal */
static unsigned nr_sent, nr_charged;

uint64_t arch_clock_read(void)
{
    return now;
}

void arch_cpu_relax(void)
{
    fail(); /* no handler runs meanwhile */
}

uint64_t clock_realtime(void)
{
    return now + realtime_offset;
}

uint64_t sched_cpu_time(struct task *t)
{
    (void)t;
    return now;
}

uint64_t process_cpu_time(void)
{
    return now;
}

void timer_init(struct timer *t, void (*fn)(struct timer *t))
{
    *t = (struct timer){.deadline = TIME_FOREVER, .fn = fn};
}

void timer_arm(struct timer *t, uint64_t deadline)
{
    assert_null(event);
    t->deadline = deadline;
    event = t;
}

bool timer_try_cancel(struct timer *t)
{
    if (event == t)
        event = NULL;
    return true;
}

enum signal_entry_state signal_send_entry(struct task *t, struct signal_entry *e, bool merge)
{
    (void)t, (void)e, (void)merge;
    assert_false(out); /* one entry, one signal */
    nr_sent++;
    out = answer == ENTRY_QUEUED;
    return answer;
}

bool signal_charge(void)
{
    nr_charged++;
    return true;
}

void signal_uncharge(void)
{
    nr_charged--;
}

void task_free(struct task *t)
{
    (void)t;
}

void *kzalloc(size_t size)
{
    return calloc(1, size);
}

void kfree(void *p)
{
    free(p);
}

void panic(const char *fmt, ...)
{
    fail_msg("%s", fmt);
    abort();
}

/* Lets time pass; a handler that is due runs at the end. */
static void pass(uint64_t ns)
{
    now += ns;
    if (event == NULL || event->deadline > now)
        return;
    struct timer *due = event;
    event = NULL;
    due->fn(due);
}

static struct signal_timer *new_timer(enum signal_timer_kind kind, enum clock_timer_clock clock)
{
    now = 1000;
    answer = ENTRY_QUEUED;
    nr_sent = 0;
    out = false;
    struct signal_timer *t = signal_timer_create(kind, clock, NULL, NULL);
    assert_non_null(t);
    t->entry.info = (struct siginfo_data){.signo = SIGALRM, .code = SI_TIMER};
    (void)signal_timer_reserve(t);
    signal_timer_publish(t);
    return t;
}

static int set(struct signal_timer *t, uint64_t value, uint64_t interval)
{
    return signal_timer_set(t, &(struct timer_setting){value, interval}, false, NULL);
}

static void remove_timer(struct signal_timer *t)
{
    assert_ptr_equal(signal_timer_remove(t->id), t);
    assert_null(signal_timer_find(t->id));
    signal_timer_put(t); /* the table's */
}

/* Takes the signal that is out. Returns si_overrun. */
static unsigned take(struct signal_timer *t)
{
    struct siginfo_data info = t->entry.info;
    assert_true(out);
    t->entry.taken(&t->entry, &info);
    out = false;
    return (unsigned)(info.fields[0] >> 32);
}

/* The signal that is out is dropped with its thread. */
static void drop(struct signal_timer *t)
{
    assert_true(out);
    t->entry.taken(&t->entry, NULL);
    out = false;
}

static void end(struct signal_timer *t)
{
    if (t->state != TIMER_REMOVED && t->state != TIMER_REMOVED_SENT)
        remove_timer(t);
    if (out)
        take(t);
    assert_int_equal(t->state, TIMER_REMOVED);
    assert_null(event);
    signal_timer_put(t);
    assert_int_equal(nr_charged, 0);
}

#define VALUE    100
#define INTERVAL 10

static uint64_t interval_of(bool periodic)
{
    return periodic ? INTERVAL : 0;
}

/* Brings a new timer into a state. */
static void reach(struct signal_timer *t, enum signal_timer_state state, bool periodic)
{
    bool sent = state >= TIMER_SENT;

    if (sent) {
        set(t, VALUE, interval_of(state == TIMER_WAITING));
        pass(VALUE);
    }
    if (state == TIMER_ARMED || state == TIMER_ARMED_SENT || state == TIMER_QUIET)
        set(t, VALUE, interval_of(periodic));
    if (state == TIMER_REMOVED || state == TIMER_REMOVED_SENT)
        remove_timer(t);
    assert_int_equal(t->state, state);
    assert_int_equal(out, sent);
}

enum event { SET, SET_PERIODIC, SET_OFF, EXPIRE, EXPIRE_IGNORED, EXPIRE_GONE, TAKE, DROP, REMOVE };

static void happen(struct signal_timer *t, enum event what)
{
    int removed = t->state == TIMER_REMOVED || t->state == TIMER_REMOVED_SENT ? -EINVAL : 0;

    switch (what) {
    case SET:
    case SET_PERIODIC:
        assert_int_equal(set(t, VALUE, interval_of(what == SET_PERIODIC)), removed);
        break;
    case SET_OFF:
        assert_int_equal(set(t, 0, INTERVAL), removed);
        break;
    case EXPIRE:
        pass(VALUE);
        break;
    case EXPIRE_IGNORED:
        answer = ENTRY_IGNORED;
        pass(VALUE);
        break;
    case EXPIRE_GONE:
        answer = ENTRY_GONE;
        pass(VALUE);
        break;
    case TAKE:
        take(t);
        break;
    case DROP:
        drop(t);
        break;
    case REMOVE:
        remove_timer(t);
        break;
    }
}

static const struct transition {
    enum signal_timer_state from;
    bool periodic;
    enum event event;
    enum signal_timer_state to;
} transitions[] = {
    {TIMER_OFF, false, SET, TIMER_ARMED},
    {TIMER_OFF, false, SET_PERIODIC, TIMER_ARMED},
    {TIMER_OFF, false, SET_OFF, TIMER_OFF},
    {TIMER_OFF, false, EXPIRE, TIMER_OFF},
    {TIMER_OFF, false, REMOVE, TIMER_REMOVED},

    {TIMER_ARMED, false, SET, TIMER_ARMED},
    {TIMER_ARMED, false, SET_OFF, TIMER_OFF},
    {TIMER_ARMED, false, EXPIRE, TIMER_SENT},
    {TIMER_ARMED, true, EXPIRE, TIMER_WAITING},
    {TIMER_ARMED, false, EXPIRE_IGNORED, TIMER_OFF},
    {TIMER_ARMED, true, EXPIRE_IGNORED, TIMER_ARMED},
    {TIMER_ARMED, false, EXPIRE_GONE, TIMER_OFF},
    {TIMER_ARMED, true, EXPIRE_GONE, TIMER_OFF},
    {TIMER_ARMED, true, REMOVE, TIMER_REMOVED},

    {TIMER_SENT, false, SET, TIMER_ARMED_SENT},
    {TIMER_SENT, false, SET_PERIODIC, TIMER_ARMED_SENT},
    {TIMER_SENT, false, SET_OFF, TIMER_SENT},
    {TIMER_SENT, false, EXPIRE, TIMER_SENT},
    {TIMER_SENT, false, TAKE, TIMER_OFF},
    {TIMER_SENT, false, DROP, TIMER_OFF},
    {TIMER_SENT, false, REMOVE, TIMER_REMOVED_SENT},

    {TIMER_WAITING, true, SET, TIMER_ARMED_SENT},
    {TIMER_WAITING, true, SET_PERIODIC, TIMER_ARMED_SENT},
    {TIMER_WAITING, true, SET_OFF, TIMER_SENT},
    {TIMER_WAITING, true, EXPIRE, TIMER_WAITING},
    {TIMER_WAITING, true, TAKE, TIMER_ARMED},
    {TIMER_WAITING, true, DROP, TIMER_OFF},
    {TIMER_WAITING, true, REMOVE, TIMER_REMOVED_SENT},

    {TIMER_ARMED_SENT, false, SET, TIMER_ARMED_SENT},
    {TIMER_ARMED_SENT, true, SET_OFF, TIMER_SENT},
    {TIMER_ARMED_SENT, false, EXPIRE, TIMER_SENT},
    {TIMER_ARMED_SENT, true, EXPIRE, TIMER_WAITING},
    {TIMER_ARMED_SENT, true, TAKE, TIMER_ARMED},
    {TIMER_ARMED_SENT, true, DROP, TIMER_ARMED},
    {TIMER_ARMED_SENT, true, REMOVE, TIMER_REMOVED_SENT},

    {TIMER_REMOVED, false, SET, TIMER_REMOVED},
    {TIMER_REMOVED, false, SET_OFF, TIMER_REMOVED},
    {TIMER_REMOVED, false, EXPIRE, TIMER_REMOVED},
    {TIMER_REMOVED_SENT, false, SET_PERIODIC, TIMER_REMOVED_SENT},
    {TIMER_REMOVED_SENT, false, SET_OFF, TIMER_REMOVED_SENT},
    {TIMER_REMOVED_SENT, false, TAKE, TIMER_REMOVED},
    {TIMER_REMOVED_SENT, false, DROP, TIMER_REMOVED},

    {TIMER_QUIET, false, SET, TIMER_QUIET},
    {TIMER_QUIET, true, SET_OFF, TIMER_OFF},
    {TIMER_QUIET, true, EXPIRE, TIMER_QUIET},
    {TIMER_QUIET, true, REMOVE, TIMER_REMOVED},
};

static void every_transition(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(transitions); i++) {
        const struct transition *x = &transitions[i];
        struct signal_timer *t = new_timer(x->from == TIMER_QUIET ? TIMER_SENDS_NOT : TIMER_SENDS,
                                           CLOCK_TIMER_MONOTONIC);
        reach(t, x->from, x->periodic);
        happen(t, x->event);
        if (t->state != x->to)
            fail_msg("row %zu: %d -> %d rather than %d", i, x->from, t->state, x->to);
        assert_int_equal(out, t->state >= TIMER_SENT);
        assert_int_equal(event != NULL, t->state == TIMER_ARMED || t->state == TIMER_ARMED_SENT);
        end(t);
    }
}

static void missed_expirations_are_counted(void **state)
{
    (void)state;
    struct signal_timer *t = new_timer(TIMER_SENDS, CLOCK_TIMER_MONOTONIC);
    set(t, 10, 10);
    pass(10);
    pass(47); /* 20, 30, 40, 50 */
    assert_int_equal(take(t), 4);
    assert_int_equal(signal_timer_overrun(t), 4);
    assert_int_equal(event->deadline, 1000 + 60);
    pass(3);
    assert_int_equal(take(t), 0);
    assert_int_equal(nr_sent, 2);
    end(t);
}

static void an_expiry_of_a_new_setting_joins_the_signal_that_is_out(void **state)
{
    (void)state;
    struct signal_timer *t = new_timer(TIMER_SENDS, CLOCK_TIMER_MONOTONIC);
    set(t, 10, 0);
    pass(10);
    set(t, 10, 20);
    pass(10);
    assert_int_equal(nr_sent, 1);
    pass(45); /* two more of the new setting */
    assert_int_equal(take(t), 3);
    assert_int_equal(signal_timer_overrun(t), 2);
    assert_int_equal(event->deadline, 1000 + 80);
    end(t);
}

static uint64_t left(struct signal_timer *t)
{
    struct timer_setting s;
    signal_timer_get(t, &s);
    return s.value;
}

static void the_rest_is_told_in_each_state(void **state)
{
    (void)state;
    struct signal_timer *t = new_timer(TIMER_SENDS, CLOCK_TIMER_MONOTONIC);
    assert_int_equal(left(t), 0);
    set(t, 10, 20);
    assert_int_equal(left(t), 10);
    now += 10;
    assert_int_equal(left(t), 1); /* due, but its handler has not run */
    pass(0);
    assert_int_equal(t->state, TIMER_WAITING);
    assert_int_equal(left(t), 20);
    pass(45);
    assert_int_equal(left(t), 15);
    assert_int_equal(take(t), 2); /* looking has counted, once */
    set(t, 10, 0);
    pass(10);
    assert_int_equal(left(t), 0);
    end(t);

    t = new_timer(TIMER_SENDS_NOT, CLOCK_TIMER_MONOTONIC);
    set(t, 10, 20);
    pass(25);
    assert_int_equal(left(t), 5);
    set(t, 10, 0);
    pass(25);
    assert_int_equal(left(t), 0);
    assert_int_equal(nr_sent, 0);
    end(t);
}

static void an_ignored_signal_s_timer_goes_on_each_millisecond(void **state)
{
    (void)state;
    struct signal_timer *t = new_timer(TIMER_MERGES, CLOCK_TIMER_MONOTONIC);
    answer = ENTRY_IGNORED;
    set(t, 10, 10);
    pass(10);
    assert_true(event->deadline > now + MS && event->deadline <= now + MS + 10);
    answer = ENTRY_QUEUED;
    pass(MS + 10);
    assert_int_equal(t->state, TIMER_WAITING);
    assert_int_equal(nr_sent, 2);
    end(t);
}

static void a_time_that_is_past_sends_at_once(void **state)
{
    (void)state;
    struct signal_timer *t = new_timer(TIMER_SENDS, CLOCK_TIMER_MONOTONIC);
    assert_int_equal(signal_timer_set(t, &(struct timer_setting){now - 5, 0}, true, NULL), 0);
    assert_int_equal(t->state, TIMER_SENT);
    assert_null(event);
    end(t);
}

static void setting_the_clock_moves_absolute_times(void **state)
{
    (void)state;
    struct signal_timer *t = new_timer(TIMER_SENDS, CLOCK_TIMER_REALTIME);
    realtime_offset = 5000;
    signal_timer_set(t, &(struct timer_setting){clock_realtime() + 100, 0}, true, NULL);
    assert_int_equal(event->deadline, now + 100);
    realtime_offset = 5060;
    clock_set_hook();
    assert_int_equal(event->deadline, now + 40);
    set(t, 100, 0); /* from now */
    realtime_offset = 9000;
    clock_set_hook();
    assert_int_equal(event->deadline, now + 100);
    pass(100);
    clock_set_hook();
    assert_int_equal(t->state, TIMER_SENT);
    end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_transition),
        cmocka_unit_test(missed_expirations_are_counted),
        cmocka_unit_test(an_expiry_of_a_new_setting_joins_the_signal_that_is_out),
        cmocka_unit_test(the_rest_is_told_in_each_state),
        cmocka_unit_test(an_ignored_signal_s_timer_goes_on_each_millisecond),
        cmocka_unit_test(a_time_that_is_past_sends_at_once),
        cmocka_unit_test(setting_the_clock_moves_absolute_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
