/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The scheduler: owns each core's queue, the state of tasks and the switch.
 *
 * sched_cpu.lock protects a core's queue and the scheduling fields of tasks whose `cpu`
 * names it. It is held across arch_switch() and released by the task that runs next, so
 * a task that is seen off its core has its context saved. Nobody holds two queue locks:
 * a task that changes cores is on its way in between, see sched_internal.h. Only the
 * task itself sets its state to sleeping, without the lock; others make it TASK_RUNNING
 * again, under the lock.
 */
#include "sched_internal.h"
#include <arch/time.h>
#include <hermit/atomic.h>
#include <hermit/boot_info.h>
#include <hermit/irq.h>
#include <hermit/panic.h>
#include <hermit/wait.h>

/* How long a yield to the host sleeps: the least is about what a halt and the timer that ends it
 * cost. A task that has run longer since its last one than NAP_WORK_NS did more than wait. */
#define NAP_LEAST_NS 50000UL
#define NAP_MOST_NS  1000000UL
#define NAP_WORK_NS  20000UL

/* A yield matters if a core has at least this many runnable tasks; 1 where virtual CPUs share host
 * CPUs. Constant after sched_init(). */
static unsigned yield_length = 2;

struct sched_cpu *task_queue_lock(struct task *t, unsigned long *irq)
{
    for (;;) {
        unsigned cpu = task_cpu(t);
        struct sched_cpu *rq = queue_of(cpu);
        chaos_point("task_queue_lock");
        *irq = spin_lock(&rq->lock);
        if (task_cpu(t) == cpu)
            return rq;
        spin_unlock(&rq->lock, *irq);
    }
}

static inline void count_in(struct sched_cpu *rq, struct task *t)
{
    uint64_t load = atomic_load_explicit(&rq->load, memory_order_relaxed);
    uint32_t n = (uint32_t)load;

    t->on_rq = true;
    if (n == 0)
        idle_cores_clear(task_cpu(t));
    else if (n == 1)
        crowded_cores_add(1);
    atomic_store_explicit(&rq->load, load + t->load, memory_order_relaxed);
}

/* One task is left: the slice timer would only disturb it. */
static inline void competition_ends(struct sched_cpu *rq)
{
    crowded_cores_add(-1);
    rq->uncrowded = true;
    if (timer_cpu_may_put_off(cpu_timer(cpu_of_queue(rq))))
        timer_cancel(&rq->slice);
}

void sched_count_out(struct sched_cpu *rq, struct task *t)
{
    uint64_t load = atomic_load_explicit(&rq->load, memory_order_relaxed);
    uint32_t n = (uint32_t)load;

    ASSERT(t->on_rq && n > 0);
    t->on_rq = false;
    atomic_store_explicit(&rq->load, load - t->load, memory_order_relaxed);
    if (n == 1)
        idle_cores_set(task_cpu(t));
    else if (n == 2)
        competition_ends(rq);
}

static inline void charge(struct sched_cpu *rq, struct task *curr)
{
    uint64_t now = arch_clock_ticks();

    if (rq_before(curr->exec_start, now)) {
        rq_account(rq, curr, now - curr->exec_start);
        curr->exec_start = now;
    }
}

void sched_charge(struct sched_cpu *rq)
{
    charge(rq, cpu_of_queue(rq)->current);
}

/*
 * Out of line: only called when tasks compete. The timer stays armed whichever task
 * runs next, so it is never armed for longer than the shortest slice.
 */
__attribute__((noinline)) static void slice_arm(struct sched_cpu *rq, const struct task *curr)
{
    uint64_t slice = rq_slice(curr);
    if (slice == TIME_FOREVER && (nr_cpus == 1 || list_empty(&rq->fair)))
        return; /* nothing to push either */
    int64_t left = (int64_t)(curr->slice_start + slice - arch_clock_ticks());
    if (slice == TIME_FOREVER)
        left = INT64_MAX;
    left = MIN(MAX(left, 0), (int64_t)rq_spans.slice_fair);
    timer_arm(&rq->slice, clock_monotonic() + arch_ticks_to_ns((uint64_t)left) + 1);
}

/* Starts the slice timer of this core for the running task if it competes. Queue locked. */
static inline void slice_start(struct sched_cpu *rq, const struct task *curr)
{
    if (queue_length(rq) > 1 && !atomic_load_explicit(&rq->slice.armed, memory_order_relaxed))
        slice_arm(rq, curr);
}

/* The slice timer may have been armed for an earlier task, so check the one that runs now. */
static void slice_expired(struct timer *timer)
{
    struct sched_cpu *rq = container_of(timer, struct sched_cpu, slice);
    unsigned long irq = spin_lock(&rq->lock);
    struct task *curr = current_task();

    if (curr != rq->idle && queue_length(rq) > 1) {
        uint64_t slice = rq_slice(curr);
        if (slice != TIME_FOREVER && !rq_before(arch_clock_ticks(), curr->slice_start + slice)) {
            curr->slice_over = true;
            atomic_fetch_or_explicit(&curr->work, TASK_WORK_RESCHED, memory_order_relaxed);
        } else {
            slice_start(rq, curr);
        }
    }
    bool competes = queue_length(rq) > 1;
    spin_unlock(&rq->lock, irq);
    if (competes && nr_cpus > 1)
        sched_push();
}

/* True: not requested before, so another core must be interrupted for it. */
static inline bool set_resched(struct task *curr)
{
    uint32_t old = atomic_fetch_or_explicit(&curr->work, TASK_WORK_RESCHED, memory_order_seq_cst);

    return !(old & TASK_WORK_RESCHED);
}

/*
 * Makes a core take notice of the task that was just queued on it. Queue locked. True:
 * it needs an interrupt, which is sent after the unlock. The fence pairs with the one
 * in idle_wait(): either the idle task sees the count before it halts, or kick() sees
 * that it does not poll. docs/concurrency.md, "Idle cores and wake-ups".
 */
static inline bool kick(struct sched_cpu *rq, struct task *t)
{
    struct task *curr = cpu_of_queue(rq)->current;
    bool here = rq == cpu_sched(this_cpu());

    if (curr == rq->idle) {
        atomic_thread_fence(memory_order_seq_cst);
        return !here && !atomic_load_explicit(&rq->polling, memory_order_relaxed);
    }
    if (rq_preempts(t, curr))
        return set_resched(curr) && !here;
    if (here)
        slice_start(rq, curr);
    else if (queue_length(rq) == 2 && (rq_slice(curr) != TIME_FOREVER || nr_cpus > 1))
        return set_resched(curr); /* only that core can start its slice timer */
    return false;
}

/* Queues a runnable task on the core that it belongs to and unlocks that core's queue. */
__attribute__((always_inline)) static inline void activate(struct sched_cpu *rq, struct task *t,
                                                           unsigned long irq)
{
    rq_enqueue(rq, t, false);
    count_in(rq, t);
    bool interrupt = kick(rq, t);
    spin_unlock(&rq->lock, irq);
    chaos_point("task_queued");
    if (interrupt)
        ipi_reschedule(cpu_of_queue(rq)->id);
}

void sched_detach(struct sched_cpu *rq, struct task *t, unsigned cpu, int64_t lead)
{
    rq_dequeue(rq, t);
    sched_count_out(rq, t);
    rq_leave(rq, t, lead);
    unsigned from = task_cpu(t);
    atomic_store_explicit(&t->cpu, cpu, memory_order_relaxed);
    /* Interrupts the remaining task now, during the move, and not later at a slice's end. */
    if (queue_length(rq) == 1 && from != this_cpu()->id &&
        atomic_load_explicit(&cpu_timer(cpus[from])->surplus, memory_order_relaxed))
        ipi_reschedule(from);
}

void sched_place(struct task *t)
{
    for (bool again = false;; again = true) {
        unsigned long irq;
        struct sched_cpu *rq = task_queue_lock(t, &irq);
        unsigned cpu = task_cpu(t);
        unsigned better = cpu;
        if (!cpumask_test(&t->affinity, cpu))
            better = place_new(t);
        else if (!again && queue_length(rq) > 0)
            better = place_idle(t, cpu); /* others may have taken the idle core that was chosen */
        if (better == cpu) {
            sched_charge(rq);
            t->vruntime += rq->min_vruntime;
            t->misplaced = false;
            activate(rq, t, irq);
            return;
        }
        atomic_store_explicit(&t->cpu, better, memory_order_relaxed);
        spin_unlock(&rq->lock, irq);
    }
}

/* Sends a woken task to another core; unlocks. */
__attribute__((noinline)) static void wake_elsewhere(struct sched_cpu *rq, struct task *t,
                                                     unsigned cpu, unsigned long irq)
{
    t->vruntime -= rq->min_vruntime;
    atomic_store_explicit(&t->cpu, cpu, memory_order_relaxed);
    spin_unlock(&rq->lock, irq);
    chaos_point("task_on_its_way");
    sched_place(t);
}

bool task_wake(struct task *t)
{
    unsigned long irq;
    struct sched_cpu *rq = task_queue_lock(t, &irq);

    if (unlikely(!task_is_sleeping(t))) {
        spin_unlock(&rq->lock, irq);
        return false;
    }
    atomic_store_explicit(&t->state, TASK_RUNNING, memory_order_relaxed);
    if (t->on_rq) { /* it had not gone to sleep yet */
        spin_unlock(&rq->lock, irq);
        return true;
    }
    unsigned cpu = place_woken(rq, t);
    sched_charge(rq);
    rq_place_woken(rq, t);
    if (likely(cpu == cpu_of_queue(rq)->id))
        activate(rq, t, irq);
    else
        wake_elsewhere(rq, t, cpu, irq);
    return true;
}

void task_set_work(struct task *t, unsigned bits)
{
    unsigned long irq;

    atomic_fetch_or_explicit(&t->work, bits, memory_order_seq_cst);
    /* The task itself needs no wake-up, unless an interrupt does this when it has checked and is
     * about to sleep. */
    if (t == current_task() &&
        atomic_load_explicit(&t->state, memory_order_relaxed) == TASK_RUNNING)
        return;
    struct sched_cpu *rq = task_queue_lock(t, &irq);
    if (bits & (TASK_WORK_SIGNAL | TASK_WORK_EXIT) &&
        atomic_load_explicit(&t->state, memory_order_relaxed) == TASK_INTERRUPTIBLE) {
        spin_unlock(&rq->lock, irq);
        task_wake(t); /* if it sleeps for another reason by now, it checks and sleeps again */
        return;
    }
    unsigned cpu = task_cpu(t);
    if (cpus[cpu]->current == t && cpu != this_cpu()->id)
        ipi_reschedule(cpu);
    spin_unlock(&rq->lock, irq);
}

void task_start(struct task *t)
{
    unsigned long irq;
    struct sched_cpu *rq = task_queue_lock(t, &irq);

    atomic_store_explicit(&t->cpu, place_new(t), memory_order_relaxed);
    spin_unlock(&rq->lock, irq);
    sched_place(t);
}

bool sched_yield_matters(void)
{
    return queue_length(cpu_sched(this_cpu())) >= yield_length;
}

/* Finishes the switch for the task that left the core: its context is saved. */
static inline void finish_switch(void)
{
    struct sched_cpu *rq = cpu_sched(this_cpu());
    struct task *prev = rq->previous;
    int state = atomic_load_explicit(&prev->state, memory_order_relaxed);
    bool leaves = state == TASK_RUNNING && !prev->on_rq && prev != rq->idle;

    atomic_store_explicit(&prev->on_cpu, false, memory_order_release);
    spin_unlock_irqs_off(&rq->lock);
    chaos_point("switched");
    if (unlikely(leaves))
        sched_place(prev);
    else if (unlikely(state == TASK_DEAD))
        task_reap(prev);
}

void sched_finish_switch(void)
{
    finish_switch();
}

/* Takes the running task off the queue if it sleeps, ends or must leave this core; it then
 * certainly leaves. Queue locked. */
static inline bool stays_runnable(struct sched_cpu *rq, struct task *prev)
{
    if (atomic_load_explicit(&prev->state, memory_order_relaxed) != TASK_RUNNING) {
        prev->nr_switches++;
        sched_count_out(rq, prev);
        return false;
    }
    if (!prev->on_rq) /* the idle task */
        return false;
    if (likely(!prev->misplaced))
        return true;
    prev->nr_preemptions++;
    sched_count_out(rq, prev);
    prev->vruntime -= rq->min_vruntime;
    atomic_store_explicit(&prev->cpu, place_new(prev), memory_order_relaxed);
    return false;
}

/* Queue locked by the caller, unlocked by the task that runs next. */
static inline void switch_to(struct sched_cpu *rq, struct task *prev, struct task *next)
{
    rq->previous = prev;
    atomic_store_explicit(&next->on_cpu, true, memory_order_relaxed);
    arch_switch(prev, next);
    finish_switch();
}

/* Switches to the task that should run now. Not inlined: long, with two callers. */
__attribute__((noinline)) static void run_next(bool yields)
{
    chaos_point("schedule");
    arch_irq_disable();
    struct task *prev = current_task();
    struct sched_cpu *rq = cpu_sched(this_cpu());

    spin_lock_irqs_off(&rq->lock);
    if (atomic_load_explicit(&prev->work, memory_order_relaxed) & TASK_WORK_RESCHED)
        atomic_fetch_and_explicit(&prev->work, ~(uint32_t)TASK_WORK_RESCHED, memory_order_relaxed);
    charge(rq, prev);
    if (yields)
        rq_yield(rq, prev);
    bool stays = stays_runnable(rq, prev);
    struct task *next = rq_pick(rq, stays ? prev : NULL);
    if (next == NULL) {
        next = rq->idle;
        atomic_store_explicit(&rq->polling, true, memory_order_relaxed); /* until it halts */
    }
    if (next != prev || next->slice_over) {
        next->exec_start = next->slice_start = prev->exec_start;
        next->slice_over = false;
    }
    slice_start(rq, next);
    if (next == prev) {
        spin_unlock_irqs_off(&rq->lock);
    } else {
        if (stays)
            prev->nr_preemptions++;
        switch_to(rq, prev, next);
    }
    arch_irq_enable();
}

void schedule(void)
{
    might_sleep();
    ASSERT(!vm_is_entered());
    run_next(false);
}

/* Sleeps twice as long each time while the task does nothing but yield: what it waits for then
 * comes late by no more than it has taken so far. Out of line, so that the usual yield needs no
 * stack frame. */
__attribute__((noinline)) static void yield_to_host(void)
{
    struct task_sleep *sleep = task_sleep(current_task());
    uint64_t now = clock_monotonic();
    uint64_t ns = now - sleep->nap_end > NAP_WORK_NS ? NAP_LEAST_NS : 2 * sleep->nap_ns;

    sleep->nap_ns = ns < NAP_MOST_NS ? ns : NAP_MOST_NS;
    sleep_until(now + sleep->nap_ns, 0);
    sleep->nap_end = clock_monotonic();
}

void sched_yield_now(void)
{
    if (unlikely(yield_length == 1) && !task_is_rt(current_task()))
        yield_to_host();
    else
        run_next(true);
}

void sched_time_init(void)
{
    rq_spans.slice_fair = arch_ns_to_ticks(rq_spans.slice_fair);
    rq_spans.slice_rr = arch_ns_to_ticks(rq_spans.slice_rr);
    rq_spans.credit = arch_ns_to_ticks(rq_spans.credit);
    rq_spans.margin = arch_ns_to_ticks(rq_spans.margin);
    rq_spans.yield = arch_ns_to_ticks(rq_spans.yield);
    task_set_weight(current_task());
}

static void queue_init(struct sched_cpu *rq)
{
    rq_init(rq);
    rq->previous = NULL;
    timer_init(&rq->slice, slice_expired);
    atomic_store_explicit(&rq->polling, false, memory_order_relaxed);
}

/* The running context becomes task `t` of this core. */
static void adopt(struct task *t)
{
    struct cpu *c = this_cpu();

    if (t->kstack_top == 0)
        t->kstack_top = c->kstack_top;
    atomic_store_explicit(&t->cpu, c->id, memory_order_relaxed);
    atomic_store_explicit(&t->on_cpu, true, memory_order_relaxed);
    t->exec_start = t->slice_start = arch_clock_ticks();
    c->current = t;
}

void sched_init(void)
{
    struct sched_cpu *rq = cpu_sched(this_cpu());
    struct task *t = task_init_main();
    struct task *idle = task_alloc_idle(this_cpu()->id, true);

    if (t == NULL || idle == NULL)
        boot_fail("not enough memory for the first tasks");
    if (boot_info.block != NULL && boot_info.block->flags & HERMIT_BOOT_CPUS_SHARED)
        yield_length = 1;
    queue_init(rq);
    rq->idle = idle;
    arch_task_setup_kernel(idle, idle_start, NULL);
    adopt(t);
    count_in(rq, t);
}

void sched_cpu_init(struct sched_cpu *rq)
{
    struct task *idle = task_alloc_idle(this_cpu()->id, false);

    if (idle == NULL)
        boot_fail("not enough memory for the idle task of CPU %u", this_cpu()->id);
    queue_init(rq);
    rq->idle = idle;
    adopt(idle);
    idle_cores_set(this_cpu()->id);
}
