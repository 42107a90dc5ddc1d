/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fairness of the scheduler, in virtual time, against a fluid reference: the real queue,
 * weights, slices and rules for moving tasks, on 1, 2 and 4 cores, with tasks that
 * compute, sleep at random, are niced or real-time. At each moment the reference gives
 * each runnable fair task its weight's share of the cores without real-time tasks, at
 * most one core. Over any 100 ms in which a task was runnable throughout, its time must
 * match the reference to within 10 % of the span.
 *
 * The steps that kernel/sched/sched.c and place.c take under locks run sequentially here:
 * the switch, the slice timer, wake-ups, idle cores that take work and busy cores that
 * give it away.
 */
#include <kernel/sched/run_queue.h>
#include <linux/sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define US        1000UL
#define MS        1000000UL
#define STEP      (100 * US)
#define WINDOW    (100 * MS)
#define TOLERANCE (10 * MS)
#define MAX_CORES 4
#define MAX_TASKS 24
#define LENGTH    (3000 * MS)
#define SAMPLES   (WINDOW / MS)

struct model_task {
    struct task task;
    unsigned core;
    bool runnable;
    uint64_t run_ns, sleep_ns; /* means; sleep_ns 0: it never sleeps */
    uint64_t left;             /* of this burst, or this sleep */
    uint64_t had;
    double deserved;
    uint64_t runnable_since;
    double late[SAMPLES]; /* had − deserved at the last 100 whole milliseconds */
};

struct model_core {
    struct sched_cpu rq;
    struct task *current;
    unsigned arrivals;
    bool slice_armed;
    uint64_t slice_at;
};

static struct {
    unsigned nr_cores, nr_tasks;
    struct model_core cores[MAX_CORES];
    struct model_task tasks[MAX_TASKS];
    uint64_t now;
    double worst;
} m;

static uint64_t random_state;
static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static unsigned length(const struct model_core *c)
{
    return (uint32_t)c->rq.load;
}

static struct model_task *of(struct task *t)
{
    return container_of(t, struct model_task, task);
}

static void slice_start(struct model_core *c)
{
    if (length(c) < 2 || c->slice_armed)
        return;
    uint64_t slice = rq_slice(c->current);
    uint64_t end = slice == TIME_FOREVER ? UINT64_MAX : c->current->slice_start + slice;
    c->slice_armed = true;
    c->slice_at = end < m.now + rq_spans.slice_fair ? end : m.now + rq_spans.slice_fair;
}

/* run_next() */
static void reschedule(struct model_core *c)
{
    struct task *prev = c->current;
    struct task *next = rq_pick(&c->rq, prev);

    c->current = next;
    if (next == NULL)
        return;
    if (next != prev || next->slice_over) {
        next->slice_start = m.now;
        next->slice_over = false;
    }
    slice_start(c);
}

/* activate() */
static void arrive(struct task *t, unsigned core)
{
    struct model_core *c = &m.cores[core];

    of(t)->core = core;
    c->arrivals++;
    rq_enqueue(&c->rq, t, false);
    c->rq.load += t->load;
    if (c->current == NULL || rq_preempts(t, c->current))
        reschedule(c);
    else
        slice_start(c);
}

static void leave(struct model_core *c, struct task *t)
{
    c->rq.load -= t->load;
    if (length(c) == 1) {
        c->slice_armed = false;
        c->rq.uncrowded = true;
    }
    (void)t;
}

/* find_idle() */
static int idle_core(unsigned from)
{
    for (unsigned i = 1; i <= m.nr_cores; i++)
        if (length(&m.cores[(from + i) % m.nr_cores]) == 0)
            return (int)((from + i) % m.nr_cores);
    return -1;
}

static void move(struct model_core *from, struct task *t, unsigned to, int64_t lead)
{
    rq_dequeue(&from->rq, t);
    leave(from, t);
    rq_leave(&from->rq, t, lead);
    t->vruntime += m.cores[to].rq.min_vruntime;
    arrive(t, to);
}

/* place_woken(), place_rt() */
static unsigned core_for(struct model_task *t)
{
    int idle = length(&m.cores[t->core]) == 0 ? (int)t->core : idle_core(t->core);

    if (idle >= 0)
        return (unsigned)idle;
    for (unsigned i = 0; task_is_rt(&t->task) && i < m.nr_cores; i++)
        if (LOAD_WEIGHT(m.cores[(t->core + i) % m.nr_cores].rq.load) < LOAD_RT)
            return (t->core + i) % m.nr_cores;
    return t->core;
}

static void wake(struct model_task *t)
{
    struct model_core *last = &m.cores[t->core];
    unsigned core = core_for(t);

    t->runnable = true;
    t->runnable_since = m.now;
    rq_place_woken(&last->rq, &t->task);
    t->task.vruntime += m.cores[core].rq.min_vruntime - last->rq.min_vruntime;
    arrive(&t->task, core);
}

/* sched_push() */
static void push(unsigned me)
{
    struct model_core *c = &m.cores[me];
    struct cpumask others = cpumask_first_n(m.nr_cores);
    int64_t best = NO_PUSH, best_lead = 0;
    unsigned to = me;

    cpumask_clear(&others, me);
    rq_note_crowd(&c->rq, m.now);
    struct task *t = length(c) > 1 ? rq_find_fair(&c->rq, &others) : NULL;
    if (t == NULL)
        return;
    for (unsigned i = 1; i < m.nr_cores; i++) {
        unsigned core = (me + i) % m.nr_cores;
        struct sched_cpu *rq = &m.cores[core].rq;
        if (LOAD_WEIGHT(rq->load) >= LOAD_WEIGHT(c->rq.load))
            continue;
        int64_t lead = rq_lead(rq, rq_clock(&c->rq));
        int64_t rank =
            rq_push_rank(c->rq.load, rq->load, t->weight, rq_crowded_long(&c->rq) ? lead : 0);
        if (rank > best) {
            best = rank;
            best_lead = lead;
            to = core;
        }
    }
    if (to != me)
        move(c, t, to, best_lead);
}

/* sched_pull() */
static void pull(unsigned me)
{
    struct cpumask core = {0};

    cpumask_set(&core, me);
    for (unsigned i = 1; i < m.nr_cores; i++) {
        struct model_core *c = &m.cores[(me + i) % m.nr_cores];
        struct task *t = length(c) > 1 ? rq_find_allowed(&c->rq, &core) : NULL;
        if (t != NULL) {
            move(c, t, me, 0);
            return;
        }
    }
}

static void slice_timer(unsigned core)
{
    struct model_core *c = &m.cores[core];

    c->slice_armed = false;
    if (length(c) < 2)
        return;
    struct task *curr = c->current;
    uint64_t slice = rq_slice(curr);
    bool over = slice != TIME_FOREVER && m.now - curr->slice_start >= slice;
    if (over)
        curr->slice_over = true;
    else
        slice_start(c);
    push(core);
    if (over)
        reschedule(c);
}

static uint64_t around(uint64_t mean)
{
    return mean / 2 + next_random() % mean;
}

static void sleep_now(struct model_task *t)
{
    struct model_core *c = &m.cores[t->core];

    t->runnable = false;
    t->left = around(t->sleep_ns);
    leave(c, &t->task);
    c->current = NULL;
    reschedule(c);
}

static void run_core(unsigned core)
{
    struct model_core *c = &m.cores[core];

    if (c->current == NULL)
        pull(core);
    if (c->current == NULL)
        return;
    struct model_task *t = of(c->current);
    rq_account(&c->rq, &t->task, STEP);
    t->had += STEP;
    if (t->sleep_ns != 0) {
        t->left = t->left > STEP ? t->left - STEP : 0;
        if (t->left == 0)
            sleep_now(t);
    }
}

/* Adds each runnable fair task's share of this step in the reference: at most one core. */
static void flow(void)
{
    double cores = m.nr_cores, weights = 0;
    bool full[MAX_TASKS] = {false};

    for (unsigned i = 0; i < m.nr_tasks; i++) {
        struct model_task *t = &m.tasks[i];
        if (!t->runnable)
            continue;
        if (task_is_rt(&t->task))
            cores = cores > 1 ? cores - 1 : 0;
        else
            weights += t->task.weight;
    }
    for (bool again = true; again;) {
        again = false;
        for (unsigned i = 0; i < m.nr_tasks; i++) {
            struct model_task *t = &m.tasks[i];
            if (!t->runnable || task_is_rt(&t->task) || full[i] ||
                t->task.weight * cores < weights || cores < 1)
                continue;
            full[i] = again = true;
            t->deserved += STEP;
            cores -= 1;
            weights -= t->task.weight;
        }
    }
    for (unsigned i = 0; i < m.nr_tasks; i++) {
        struct model_task *t = &m.tasks[i];
        if (t->runnable && !task_is_rt(&t->task) && !full[i] && weights > 0)
            t->deserved += (double)STEP * cores * t->task.weight / weights;
    }
}

static void check(void)
{
    unsigned at = m.now / MS % SAMPLES;

    for (unsigned i = 0; i < m.nr_tasks; i++) {
        struct model_task *t = &m.tasks[i];
        double late = (double)t->had - t->deserved;
        if (t->runnable && !task_is_rt(&t->task) && t->runnable_since + WINDOW <= m.now) {
            double off = late - t->late[at];
            off = off < 0 ? -off : off;
            if (off > m.worst)
                m.worst = off;
            if (off > TOLERANCE) {
                print_error("task %u (nice %d) on %u cores at %lu ms: %.1f ms off\n", i,
                            t->task.nice, m.nr_cores, (unsigned long)(m.now / MS), off / MS);
                fail();
            }
        }
        t->late[at] = late;
    }
}

static void begin(unsigned nr_cores)
{
    memset(&m, 0, sizeof(m));
    m.nr_cores = nr_cores;
    for (unsigned i = 0; i < nr_cores; i++)
        rq_init(&m.cores[i].rq);
}

static struct model_task *add(int policy, int value, uint64_t run_ns, uint64_t sleep_ns)
{
    assert_true(m.nr_tasks < MAX_TASKS);
    struct model_task *t = &m.tasks[m.nr_tasks++];
    memset(&t->task.affinity, 0xff, sizeof(t->task.affinity));
    t->task.policy = policy;
    if (policy == SCHED_FIFO || policy == SCHED_RR)
        t->task.rt_priority = value;
    else
        t->task.nice = value;
    task_set_weight(&t->task);
    t->run_ns = run_ns;
    t->sleep_ns = sleep_ns;
    t->left = sleep_ns != 0 ? around(sleep_ns) : 0;
    return t;
}

static void run(void)
{
    for (m.now = STEP; m.now < LENGTH; m.now += STEP) {
        for (unsigned i = 0; i < m.nr_tasks; i++) {
            struct model_task *t = &m.tasks[i];
            if (t->runnable)
                continue;
            t->left = t->left > STEP ? t->left - STEP : 0;
            if (t->left != 0)
                continue;
            t->left = t->run_ns != 0 ? around(t->run_ns) : 0;
            wake(t);
        }
        flow();
        for (unsigned i = 0; i < m.nr_cores; i++)
            run_core(i);
        for (unsigned i = 0; i < m.nr_cores; i++)
            if (m.cores[i].slice_armed && m.cores[i].slice_at <= m.now)
                slice_timer(i);
        if (m.now % MS == 0)
            check();
    }
}

static const unsigned core_counts[] = {1, 2, 4};

/* Any number of tasks, also one that the number of cores does not divide. */
static void equal_tasks(void **state)
{
    (void)state;
    for (unsigned c = 0; c < ARRAY_SIZE(core_counts); c++) {
        for (unsigned n = 1; n <= 12; n++) {
            begin(core_counts[c]);
            for (unsigned i = 0; i < n; i++)
                add(SCHED_NORMAL, 0, 0, 0);
            run();
        }
    }
}

/* Three tasks on one core and one on each other core: no idle core takes work. */
static void crowded_core_gives_away(void **state)
{
    (void)state;
    begin(4);
    for (unsigned i = 0; i < 6; i++) {
        struct model_task *t = add(SCHED_NORMAL, 0, 0, 0);
        t->core = i < 3 ? 0 : i - 2;
        t->runnable = true;
        arrive(&t->task, t->core);
    }
    run();
    for (unsigned i = 0; i < 6; i++)
        assert_true(m.tasks[i].had > LENGTH * 4 / 6 * 95 / 100);
}

/* A core on which two tasks meet briefly now and then gives none to a core with one task. */
static void short_crowd_disturbs_nobody(void **state)
{
    (void)state;
    begin(2);
    for (unsigned i = 0; i < 2; i++) {
        struct model_task *t = add(SCHED_NORMAL, 0, 0, 0);
        t->core = i;
        t->runnable = true;
        arrive(&t->task, i);
    }
    add(SCHED_NORMAL, 0, 2 * MS, 200 * MS);
    run();
    assert_int_equal(m.cores[1].arrivals, 1);
    assert_int_equal(m.tasks[2].core, 0);
}

/* A host that runs the core for a slice in every hundred: the core is crowded all the same, and
 * forgets that only in time without competition. */
static void crowd_on_a_busy_host(void **state)
{
    (void)state;
    begin(1);
    struct sched_cpu *rq = &m.cores[0].rq;
    uint64_t slice = rq_spans.slice_fair, now = 0;
    for (unsigned i = 0; i <= RQ_CROWDED_LONG; i++)
        rq_note_crowd(rq, now += 100 * slice);
    assert_true(rq_crowded_long(rq));
    rq->uncrowded = true;
    rq_note_crowd(rq, now += 100 * slice);
    assert_false(rq_crowded_long(rq));
}

static void niced_tasks(void **state)
{
    (void)state;
    for (unsigned c = 0; c < ARRAY_SIZE(core_counts); c++) {
        for (unsigned round = 0; round < 20; round++) {
            begin(core_counts[c]);
            unsigned n = 2 + (unsigned)(next_random() % 9);
            for (unsigned i = 0; i < n; i++)
                add(SCHED_NORMAL, (int)(next_random() % 11) - 5, 0, 0);
            run();
        }
    }
}

static void sleepers(void **state)
{
    (void)state;
    for (unsigned c = 0; c < ARRAY_SIZE(core_counts); c++) {
        for (unsigned round = 0; round < 20; round++) {
            begin(core_counts[c]);
            unsigned n = 1 + (unsigned)(next_random() % 6), sleeping = (unsigned)next_random() % 6;
            for (unsigned i = 0; i < n; i++)
                add(SCHED_NORMAL, (int)(next_random() % 7) - 3, 0, 0);
            for (unsigned i = 0; i < sleeping; i++)
                add(SCHED_NORMAL, 0, MS + next_random() % (20 * MS),
                    MS + next_random() % (40 * MS));
            run();
        }
    }
}

/* Each real-time task takes up to a fifth of a core. */
static void realtime_beside(void **state)
{
    (void)state;
    for (unsigned c = 0; c < ARRAY_SIZE(core_counts); c++) {
        for (unsigned round = 0; round < 20; round++) {
            begin(core_counts[c]);
            unsigned n = 2 + (unsigned)(next_random() % 7),
                     urgent = 1 + (unsigned)next_random() % 2;
            for (unsigned i = 0; i < n; i++)
                add(SCHED_NORMAL, (int)(next_random() % 7) - 3, 0, 0);
            for (unsigned i = 0; i < urgent; i++)
                add(i == 0 ? SCHED_FIFO : SCHED_RR, 10 + (int)i, MS + next_random() % (2 * MS),
                    15 * MS + next_random() % (20 * MS));
            run();
        }
    }
}

/* Restarts the random numbers, so that tests are independent of each other. */
static int set_up(void **state)
{
    (void)state;
    random_state = 88172645463325252;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(equal_tasks, set_up),
        cmocka_unit_test_setup(crowded_core_gives_away, set_up),
        cmocka_unit_test_setup(short_crowd_disturbs_nobody, set_up),
        cmocka_unit_test_setup(crowd_on_a_busy_host, set_up),
        cmocka_unit_test_setup(niced_tasks, set_up),
        cmocka_unit_test_setup(sleepers, set_up),
        cmocka_unit_test_setup(realtime_beside, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
