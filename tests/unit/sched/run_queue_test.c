/* SPDX-License-Identifier: BSD-3-Clause */
/* The choice of the next task: priorities, order of arrival, shares by nice, slices, yield. */
#include <kernel/sched/run_queue.h>
#include <linux/sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MS 1000000UL

static struct sched_cpu rq;
static struct task t[8];

static int set_up(void **state)
{
    (void)state;
    memset(t, 0, sizeof(t));
    for (unsigned i = 0; i < ARRAY_SIZE(t); i++) {
        t[i].tid = (int)i;
        memset(&t[i].affinity, 0xff, sizeof(t[i].affinity));
        task_set_weight(&t[i]);
    }
    rq_init(&rq);
    return 0;
}

static void make_rt(struct task *task, int policy, int priority)
{
    task->policy = policy;
    task->rt_priority = priority;
    task_set_weight(task);
}

static void empty_queue_keeps_current(void **state)
{
    (void)state;
    assert_null(rq_first(&rq));
    assert_null(rq_pick(&rq, NULL));
    assert_ptr_equal(rq_pick(&rq, &t[0]), &t[0]);
}

static void realtime_runs_by_priority_then_arrival(void **state)
{
    (void)state;
    make_rt(&t[0], SCHED_FIFO, 10);
    make_rt(&t[1], SCHED_RR, 99);
    make_rt(&t[2], SCHED_FIFO, 10);
    make_rt(&t[4], SCHED_FIFO, 64);
    for (int i = 0; i < 5; i++)
        rq_enqueue(&rq, &t[i], false);
    const int order[] = {1, 4, 0, 2, 3};
    for (unsigned i = 0; i < ARRAY_SIZE(order); i++)
        assert_int_equal(rq_pick(&rq, NULL)->tid, order[i]);
    assert_null(rq_pick(&rq, NULL));
}

static void preempted_fifo_keeps_its_place(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        make_rt(&t[i], SCHED_FIFO, 5);
    make_rt(&t[3], SCHED_FIFO, 6);
    rq_enqueue(&rq, &t[1], false);
    rq_enqueue(&rq, &t[2], false);
    rq_enqueue(&rq, &t[3], false);
    assert_int_equal(rq_pick(&rq, &t[0])->tid, 3);
    assert_int_equal(rq_pick(&rq, NULL)->tid, 0);
}

static void round_robin_goes_to_the_end_after_its_slice(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        make_rt(&t[i], SCHED_RR, 5);
        if (i > 0)
            rq_enqueue(&rq, &t[i], false);
    }
    assert_ptr_equal(rq_pick(&rq, &t[0]), &t[0]);
    t[0].slice_over = true;
    assert_int_equal(rq_pick(&rq, &t[0])->tid, 1);
    assert_int_equal(rq_pick(&rq, NULL)->tid, 2);
    assert_int_equal(rq_pick(&rq, NULL)->tid, 0);
}

/* Lets the queue run n slices of 1 ms among the first `tasks` tasks. */
static void run_slices(int tasks, int n)
{
    struct task *curr = NULL;

    for (int i = 0; i < tasks; i++)
        rq_enqueue(&rq, &t[i], false);
    for (int i = 0; i < n; i++) {
        curr = rq_pick(&rq, curr);
        curr->slice_over = false;
        rq_account(&rq, curr, MS);
        curr->slice_over = true;
    }
}

static void fair_tasks_share_equally(void **state)
{
    (void)state;
    run_slices(4, 4000);
    for (int i = 0; i < 4; i++)
        assert_in_range(t[i].cpu_time / MS, 999, 1001);
}

static void nice_changes_the_share(void **state)
{
    (void)state;
    t[1].nice = 5;
    task_set_weight(&t[1]); /* 335 to 1024 */
    run_slices(2, 13590);
    assert_in_range(t[0].cpu_time / MS, 10200, 10280);
    assert_in_range(t[1].cpu_time / MS, 3310, 3390);
}

static void yield_lets_all_others_run_first(void **state)
{
    (void)state;
    for (int i = 1; i < 5; i++) {
        t[i].vruntime = (uint64_t)i * MS;
        rq_enqueue(&rq, &t[i], false);
    }
    rq_yield(&rq, &t[0]);
    struct task *curr = rq_pick(&rq, &t[0]);
    assert_int_equal(curr->tid, 1);
    for (int i = 2; i < 5; i++)
        assert_int_equal(rq_pick(&rq, NULL)->tid, i);
    assert_int_equal(rq_pick(&rq, NULL)->tid, 0);
}

/* Beside a task that has run for a slice at the least weight, and one of equal weight. */
static void yield_gives_away_a_bounded_time(void **state)
{
    (void)state;
    t[0].vruntime = 10 * MS;
    t[1].vruntime = 12 * MS;
    t[2].policy = SCHED_IDLE;
    task_set_weight(&t[2]);
    t[2].vruntime = 1034 * MS;
    rq_enqueue(&rq, &t[1], false);
    rq_enqueue(&rq, &t[2], false);
    rq_yield(&rq, &t[0]);
    assert_true(t[0].vruntime == 12 * MS + 1);
    assert_ptr_equal(rq_pick(&rq, &t[0]), &t[1]);

    t[3].nice = -20; /* a heavy task gives away no more of its own time */
    task_set_weight(&t[3]);
    t[3].vruntime = 10 * MS;
    rq_yield(&rq, &t[3]);
    assert_true(t[3].vruntime == 10 * MS);
}

static void realtime_yields_to_its_equals_only(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        make_rt(&t[i], SCHED_FIFO, 5);
    make_rt(&t[3], SCHED_FIFO, 4);
    rq_enqueue(&rq, &t[3], false);
    rq_enqueue(&rq, &t[4], false);
    rq_yield(&rq, &t[0]);
    assert_ptr_equal(rq_pick(&rq, &t[0]), &t[0]);
    rq_enqueue(&rq, &t[1], false);
    rq_enqueue(&rq, &t[2], false);
    assert_ptr_equal(rq_pick(&rq, &t[0]), &t[1]);
    t[1].slice_over = true;
    assert_ptr_equal(rq_pick(&rq, &t[1]), &t[2]);
    t[2].slice_over = true;
    assert_ptr_equal(rq_pick(&rq, &t[2]), &t[0]);
}

/* A task whose weight grows keeps its lead in real time, not in virtual time. */
static void new_weight_keeps_the_lead(void **state)
{
    (void)state;
    rq.min_vruntime = 5000 * MS;
    t[0].policy = SCHED_IDLE;
    task_set_weight(&t[0]);
    t[0].vruntime = rq.min_vruntime + 1024 * MS;
    t[0].policy = SCHED_NORMAL;
    rq_reweight(&rq, &t[0]);
    assert_int_equal((t[0].vruntime - rq.min_vruntime) / MS, 3);
}

static uint64_t random_state = 88172645463325252;
static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

#define MANY 4000

static int by_time(const void *a, const void *b)
{
    const struct task *x = *(struct task *const *)a, *y = *(struct task *const *)b;
    return x->vruntime < y->vruntime ? -1 : x->vruntime > y->vruntime;
}

/* Long queues keep their order under insertion and removal, with a short list. */
static void long_queues_stay_in_order(void **state)
{
    (void)state;
    struct task *many = calloc(MANY, sizeof(*many));
    struct task **sorted = calloc(MANY, sizeof(struct task *));
    for (unsigned i = 0; i < MANY; i++) {
        many[i].vruntime = next_random() % (1000 * MS);
        task_set_weight(&many[i]);
        rq_enqueue(&rq, &many[i], false);
    }
    unsigned in_list = 0;
    list_for_each (it, &rq.fair)
        in_list++;
    assert_true(in_list < MANY / 4);         /* the ends */
    for (unsigned i = 0; i < MANY; i += 2) { /* some leave, and some of those come back */
        rq_dequeue(&rq, &many[i]);
        many[i].vruntime = next_random() % (1000 * MS);
        if (i % 4 == 0)
            rq_enqueue(&rq, &many[i], false);
    }
    unsigned n = 0;
    for (unsigned i = 0; i < MANY; i++)
        if (i % 4 != 2)
            sorted[n++] = &many[i];
    qsort(sorted, n, sizeof(*sorted), by_time);
    for (unsigned i = 0; i < n; i++) {
        struct task *picked = rq_pick(&rq, NULL);
        assert_true(picked->vruntime == sorted[i]->vruntime);
        assert_false(picked->far);
    }
    assert_null(rq_pick(&rq, NULL));
    assert_int_equal(rq.nr_apart, 0);
    free(sorted);
    free(many);
}

/* All orders of arrival of eight tasks, pairs of which have the same virtual time. */
static void fair_tasks_run_by_time_then_arrival(void **state)
{
    (void)state;
    for (unsigned order = 0; order < 40320; order++) {
        struct task *waiting[8];
        unsigned digits = order, left = 8;
        for (unsigned i = 0; i < 8; i++)
            waiting[i] = &t[i];
        for (unsigned i = 0; i < 8; i++) {
            unsigned k = digits % left;
            digits /= left;
            struct task *next = waiting[k];
            waiting[k] = waiting[--left];
            next->vruntime = (uint64_t)(next->tid / 2) * MS;
            next->cpu_time = i; /* order of arrival */
            rq_enqueue(&rq, next, false);
        }
        const struct task *before = rq_pick(&rq, NULL);
        for (unsigned i = 1; i < 8; i++) {
            const struct task *now = rq_pick(&rq, NULL);
            assert_true(before->vruntime < now->vruntime ||
                        (before->vruntime == now->vruntime && before->cpu_time < now->cpu_time));
            before = now;
        }
        assert_null(rq_pick(&rq, NULL));
    }
}

static void sleeper_gets_a_bounded_credit(void **state)
{
    (void)state;
    t[0].vruntime = 1000 * MS;
    rq_account(&rq, &t[0], 0);
    rq_place_woken(&rq, &t[1]);
    assert_true(t[1].vruntime == 1000 * MS - rq_spans.credit);
    assert_true(rq_preempts(&t[1], &t[0]));
    t[2].vruntime = 1000 * MS;
    assert_false(rq_preempts(&t[2], &t[0]));
}

static void who_preempts_whom(void **state)
{
    (void)state;
    make_rt(&t[0], SCHED_FIFO, 1);
    make_rt(&t[1], SCHED_FIFO, 2);
    t[2].vruntime = 1000 * MS;
    t[3].policy = SCHED_IDLE;
    task_set_weight(&t[3]);
    assert_true(rq_preempts(&t[0], &t[2]));
    assert_false(rq_preempts(&t[2], &t[0]));
    assert_true(rq_preempts(&t[1], &t[0]));
    assert_false(rq_preempts(&t[0], &t[1]));
    assert_true(rq_preempts(&t[2], &t[3]));
    assert_false(rq_preempts(&t[3], &t[2]));
}

static void finds_a_task_that_may_move(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        cpumask_clear(&t[i].affinity, 7);
        rq_enqueue(&rq, &t[i], false);
    }
    struct cpumask seven = {0};
    cpumask_set(&seven, 7);
    assert_null(rq_find_allowed(&rq, &seven));
    cpumask_set(&t[2].affinity, 7);
    assert_ptr_equal(rq_find_allowed(&rq, &seven), &t[2]);
}

static void virtual_time_wraps(void **state)
{
    (void)state;
    t[0].vruntime = UINT64_MAX - MS;
    t[1].vruntime = MS; /* later than the first */
    rq.min_vruntime = t[0].vruntime;
    rq_enqueue(&rq, &t[1], false);
    rq_enqueue(&rq, &t[0], false);
    assert_int_equal(rq_pick(&rq, NULL)->tid, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(empty_queue_keeps_current, set_up),
        cmocka_unit_test_setup(realtime_runs_by_priority_then_arrival, set_up),
        cmocka_unit_test_setup(preempted_fifo_keeps_its_place, set_up),
        cmocka_unit_test_setup(round_robin_goes_to_the_end_after_its_slice, set_up),
        cmocka_unit_test_setup(fair_tasks_share_equally, set_up),
        cmocka_unit_test_setup(nice_changes_the_share, set_up),
        cmocka_unit_test_setup(yield_lets_all_others_run_first, set_up),
        cmocka_unit_test_setup(yield_gives_away_a_bounded_time, set_up),
        cmocka_unit_test_setup(realtime_yields_to_its_equals_only, set_up),
        cmocka_unit_test_setup(new_weight_keeps_the_lead, set_up),
        cmocka_unit_test_setup(long_queues_stay_in_order, set_up),
        cmocka_unit_test_setup(fair_tasks_run_by_time_then_arrival, set_up),
        cmocka_unit_test_setup(sleeper_gets_a_bounded_credit, set_up),
        cmocka_unit_test_setup(who_preempts_whom, set_up),
        cmocka_unit_test_setup(finds_a_task_that_may_move, set_up),
        cmocka_unit_test_setup(virtual_time_wraps, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
