/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Placement of tasks: idle cores first, then the least loaded, never a forbidden one, on 1 to 200
 * cores; tasks that an idle core takes and a busy one gives away. Uses the real queues and
 * kernel/sched/place.c; moves a task in one step, unlike sched.c.
 */
#include "kernel/cpu.h"
#include <kernel/sched/sched_internal.h>

#include <linux/sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define MANY 200

static struct cpu_data cores[MANY];
static struct task tasks[MANY + 10];
static unsigned nr_tasks;
_Thread_local struct task *shim_task;
_Thread_local struct cpu *shim_cpu;

uint64_t arch_clock_read(void)
{
    return 0;
}

uint64_t arch_clock_ticks(void)
{
    return 0;
}

void arch_timer_set(uint64_t deadline)
{
    (void)deadline;
}

void arch_cpu_relax(void)
{
}

void *kzalloc(size_t size)
{
    (void)size;
    return NULL; /* no core is added */
}

void sched_charge(struct sched_cpu *rq)
{
    (void)rq;
}

/* Counts a task to or from a core: load, idle and crowded as in activate() of sched.c. */
static void count(struct task *t, unsigned cpu, bool comes)
{
    struct sched_cpu *rq = queue_of(cpu);
    unsigned before = queue_length(rq);

    if (comes)
        atomic_fetch_add(&rq->load, t->load);
    else
        atomic_fetch_sub(&rq->load, t->load);
    unsigned after = queue_length(rq);
    if (after == 0)
        idle_cores_set(cpu);
    else
        idle_cores_clear(cpu);
    crowded_cores_add((after > 1) - (before > 1));
}

void sched_detach(struct sched_cpu *rq, struct task *t, unsigned cpu, int64_t lead)
{
    (void)lead;
    rq_dequeue(rq, t);
    count(t, t->cpu, false);
    t->cpu = cpu;
}

void sched_place(struct task *t)
{
    rq_enqueue(queue_of(t->cpu), t, false);
    count(t, t->cpu, true);
}

static void begin(unsigned n)
{
    nr_cpus = n;
    nr_tasks = 0;
    memset(tasks, 0, sizeof(tasks));
    memset(cores, 0, sizeof(cores));
    memset(idle_cores, 0, sizeof(idle_cores));
    for (unsigned i = 0; i < MAX_CPUS + 1; i++)
        cpus[i] = i < n ? &cores[i].cpu : NULL;
    for (unsigned i = 0; i < n; i++) {
        cpus[i]->id = i;
        rq_init(&cores[i].sched);
        spin_init(&cores[i].sched.lock, "queue");
        idle_cores_set(i);
    }
    shim_cpu = cpus[0];
}

static struct task *new_task(unsigned cpu, int priority)
{
    struct task *t = &tasks[nr_tasks++];

    assert_in_range(nr_tasks, 1, ARRAY_SIZE(tasks));
    t->cpu = cpu;
    t->policy = priority > 0 ? SCHED_FIFO : SCHED_NORMAL;
    t->rt_priority = priority;
    t->affinity = cpumask_first_n(nr_cpus);
    task_set_weight(t);
    return t;
}

/* A new task in the queue of core `cpu`. */
static struct task *on_core(unsigned cpu, int priority)
{
    struct task *t = new_task(cpu, priority);

    sched_place(t);
    return t;
}

static struct cpumask only(unsigned a, unsigned b)
{
    struct cpumask m = {0};

    cpumask_set(&m, a);
    cpumask_set(&m, b);
    return m;
}

static void new_ones_go_to_idle_cores_in_turn(void **state)
{
    static const unsigned sizes[] = {1, 4, 64, 65, 130, MANY};

    (void)state;
    for (unsigned s = 0; s < ARRAY_SIZE(sizes); s++) {
        begin(sizes[s]);
        for (unsigned i = 0; i < nr_cpus; i++) {
            struct task *t = new_task(i, 0);
            t->cpu = place_new(t);
            assert_int_equal(t->cpu, (i + 1) % nr_cpus);
            sched_place(t);
        }
        for (unsigned i = 0; i < nr_cpus; i++)
            assert_int_equal(queue_length(queue_of(i)), 1);
        assert_int_equal(place_idle(new_task(0, 0), 7), 7); /* none is idle */
    }
}

static void without_idle_cores_the_least_loaded(void **state)
{
    (void)state;
    begin(4);
    for (unsigned i = 0; i < 4; i++)
        for (unsigned n = 0; n < (i == 2 ? 1 : 2); n++)
            on_core(i, 0);
    struct task *t = new_task(0, 0);
    assert_int_equal(place_new(t), 2);
    t->affinity = only(0, 3);
    assert_int_equal(place_new(t), 3); /* equal: the first one after its own */
    t->affinity = only(0, 0);
    assert_int_equal(place_new(t), 0);
}

static void forbidden_cores_are_never_chosen(void **state)
{
    (void)state;
    begin(MANY);
    for (unsigned a = 0; a < MANY; a += 7) {
        unsigned b = (a * 31 + 5) % MANY;
        struct task *t = new_task((a + 50) % MANY, 0);
        t->affinity = only(a, b);
        unsigned cpu = place_new(t);
        assert_true(cpu == a || cpu == b);
        t->misplaced = true;
        cpu = place_woken_busy(t);
        assert_true(cpu == a || cpu == b);
    }
}

static void woken_ones_stay_unless_another_is_idle(void **state)
{
    (void)state;
    begin(4);
    for (unsigned i = 0; i < 4; i++)
        on_core(i, 0);
    struct task *t = new_task(2, 0);
    assert_int_equal(place_woken(queue_of(2), t), 2);
    struct task *gone = rq_first(queue_of(1));
    sched_detach(queue_of(1), gone, 0, 0);
    assert_int_equal(place_woken(queue_of(2), t), 1);
    t->affinity = only(2, 3);
    assert_int_equal(place_woken(queue_of(2), t), 2);
}

static void real_time_ones_go_where_they_may_run(void **state)
{
    (void)state;
    begin(4);
    for (unsigned i = 0; i < 4; i++) {
        rq_dequeue(queue_of(i), on_core(i, i == 2 ? 0 : 50)); /* runs there */
        cores[i].sched.running_rt = i == 2 ? 0 : 50;
    }
    assert_int_equal(place_woken_busy(new_task(0, 10)), 2); /* beside the fair one */
    assert_int_equal(place_woken_busy(new_task(0, 60)), 0); /* preempts on its last core */
    struct task *t = new_task(0, 10);
    t->affinity = only(0, 1);
    assert_int_equal(place_woken_busy(t), 0); /* nowhere: it waits */
}

static void idle_cores_take_what_may_come(void **state)
{
    (void)state;
    begin(4);
    assert_false(sched_pull());
    struct task *runs = on_core(1, 0);
    rq_dequeue(queue_of(1), runs);
    assert_false(sched_pull()); /* the running one stays */
    struct task *waits = on_core(1, 0);
    waits->affinity = only(1, 2);
    assert_false(sched_pull()); /* it may not come here */
    shim_cpu = cpus[2];
    assert_true(sched_pull());
    assert_int_equal(waits->cpu, 2);
    assert_int_equal(queue_length(queue_of(1)), 1);
}

static void crowded_cores_give(void **state)
{
    (void)state;
    begin(4);
    for (unsigned i = 0; i < 4; i++)
        rq_dequeue(queue_of(i), on_core(i, 0));
    for (unsigned n = 0; n < 3; n++)
        on_core(0, 0);
    sched_push();
    assert_int_equal(queue_length(queue_of(0)), 3);
    sched_push();
    assert_int_equal(queue_length(queue_of(0)), 2);
    sched_push(); /* 2, 2, 2, 1: no move improves this */
    unsigned all = 0;
    for (unsigned i = 0; i < 4; i++) {
        assert_in_range(queue_length(queue_of(i)), 1, 2);
        all += queue_length(queue_of(i));
    }
    assert_int_equal(all, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_ones_go_to_idle_cores_in_turn),
        cmocka_unit_test(without_idle_cores_the_least_loaded),
        cmocka_unit_test(forbidden_cores_are_never_chosen),
        cmocka_unit_test(woken_ones_stay_unless_another_is_idle),
        cmocka_unit_test(real_time_ones_go_where_they_may_run),
        cmocka_unit_test(idle_cores_take_what_may_come),
        cmocka_unit_test(crowded_cores_give),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
