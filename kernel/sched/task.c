/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Tasks: owns their memory and the table of the program's threads by id.
 *
 * tasks.lock protects the table, the counts and the names; it is taken outside the
 * run-queue locks. task_cache.lock protects the list of ended tasks, whose memory and
 * kernel stacks new tasks reuse; it is taken inside everything. When a task's may be
 * reused: docs/concurrency.md, "The end of a task".
 */
#include "sched_internal.h"
#include <arch/init.h>
#include <hermit/kmalloc.h>
#include <hermit/kstack.h>
#include <hermit/panic.h>
#include <hermit/poison.h>
#include <hermit/string.h>

#define HASH_SIZE  64
#define CACHE_KEEP 16 /* ended tasks kept for reuse */

/* All zero until task_init_main(), so that it takes no room in the image. */
static struct {
    struct spinlock lock;
    struct list all;             /* struct task.all_link, oldest first */
    struct list hash[HASH_SIZE]; /* struct task.hash_link */
    unsigned nr;
    int last_tid;
    struct usage ended; /* of tasks that have ended; times in ticks */
    int main_code;      /* what the main thread exited with */
    bool ending;        /* process_exit() has begun */
} tasks = {.lock = SPINLOCK_INIT("tasks")};

static struct {
    struct spinlock lock;
    struct list ended; /* struct task.all_link */
    unsigned nr;
} task_cache = {.lock = SPINLOCK_INIT("task_cache"), .ended = LIST_INIT(task_cache.ended)};

static struct list *tid_bucket(int tid)
{
    struct list *bucket = &tasks.hash[(unsigned)tid % HASH_SIZE];

    if (bucket->next == NULL)
        list_init(bucket);
    return bucket;
}

/* tasks.lock held. */
static struct task *find_locked(int tid)
{
    list_for_each (it, tid_bucket(tid)) {
        struct task *t = list_entry(it, struct task, hash_link);
        if (t->tid == tid)
            return t;
    }
    return NULL;
}

/* An ended task whose last reference is gone; NULL: there are no more than `keep`. */
static struct task *cache_take(unsigned keep)
{
    unsigned long irq = spin_lock(&task_cache.lock);
    struct task *t = NULL;

    if (task_cache.nr > keep) {
        t = list_first(&task_cache.ended, struct task, all_link);
        list_remove(&t->all_link);
        task_cache.nr--;
    }
    spin_unlock(&task_cache.lock, irq);
    return t;
}

static bool stack_is_own(const struct task *t)
{
    return t->kstack_top != 0 && t->kstack_top != (uintptr_t)boot_stack_top;
}

/* A task in the cache keeps its stack and its link; the rest is unused. */
#define POISON_FROM (offsetof(struct task, all_link) + sizeof(struct list))

static void poison_task(struct task *t)
{
    poison_fill((char *)t + POISON_FROM, task_size() - POISON_FROM);
}

static void check_poisoned(const struct task *t)
{
    poison_check((const char *)t + POISON_FROM, task_size() - POISON_FROM,
                 "task, from hash_link on,", NULL);
}

/* Frees surplus ended tasks. Interrupts on: unmapping a stack may wait for other cores. */
SMALL static void cache_trim(void)
{
    struct task *t = cache_take(CACHE_KEEP);

    if (t == NULL)
        return;
    do {
        check_poisoned(t);
        if (stack_is_own(t))
            kstack_free(t->kstack_top);
        kfree(t);
    } while ((t = cache_take(CACHE_KEEP)) != NULL);
    kstack_trim();
}

void task_free(struct task *t)
{
    arch_task_free(t);
    poison_task(t);
    unsigned long irq = spin_lock(&task_cache.lock);
    list_push_front(&task_cache.ended, &t->all_link);
    task_cache.nr++;
    spin_unlock(&task_cache.lock, irq);
}

void task_reap(struct task *t)
{
    task_put(t);
}

/* A task with all fields zero except its kernel stack. A reused task may have one even if
 * `with_stack` is false. */
static struct task *task_memory(bool with_stack)
{
    struct task *t = cache_take(0);
    uintptr_t stack = 0;

    if (t != NULL) {
        check_poisoned(t);
        stack = stack_is_own(t) ? t->kstack_top : 0;
        memset(t, 0, task_size());
    } else {
        t = kzalloc(task_size());
    }
    if (t == NULL)
        return NULL;
    if (with_stack && stack == 0)
        stack = kstack_alloc();
    if (with_stack && stack == 0) {
        kfree(t);
        return NULL;
    }
    t->kstack_top = stack;
    return t;
}

/* Copies what a thread inherits from its creator. The creator is running, so only functions such as
 * sched_set_affinity() and sched_set_policy() change its fields meanwhile: hence the lock. */
static void inherit(struct task *t, struct task *parent)
{
    unsigned long irq;
    struct sched_cpu *rq = task_queue_lock(parent, &irq);

    t->affinity = parent->affinity;
    atomic_store_explicit(&t->cpu, task_cpu(parent), memory_order_relaxed);
    t->policy = parent->policy;
    t->rt_priority = parent->rt_priority;
    t->nice = parent->nice;
    if (parent->reset_on_fork && task_is_rt(parent)) /* to the defaults; others keep theirs … */
        t->policy = t->rt_priority = t->nice = 0;
    else if (parent->reset_on_fork && t->nice < 0) /* … except a negative nice */
        t->nice = 0;
    spin_unlock(&rq->lock, irq);
    memcpy(t->name, parent->name, sizeof(t->name));
}

SMALL static struct task *task_alloc(bool kernel, bool with_stack, struct task *parent)
{
    struct task *t = task_memory(with_stack);

    if (t == NULL)
        return NULL;
    atomic_store_explicit(&t->refs, 1, memory_order_relaxed);
    t->flags = kernel ? TASK_KERNEL : 0;
    list_init(&t->all_link);
    list_init(&t->hash_link);
    if (parent != NULL)
        inherit(t, parent);
    else
        memset(&t->affinity, 0xff, sizeof(t->affinity));
    task_set_weight(t);
    wait_task_init(t);
    task_init_parts(t, parent);
    if (arch_task_init(t, kernel) != 0) {
        task_put(t);
        return NULL;
    }
    return t;
}

struct task *task_alloc_idle(unsigned cpu, bool with_stack)
{
    struct task *t = task_alloc(true, with_stack, NULL);

    if (t == NULL)
        return NULL;
    t->weight = 0;
    ksnprintf(t->name, sizeof(t->name), "idle/%u", cpu);
    atomic_store_explicit(&t->cpu, cpu, memory_order_relaxed);
    return t;
}

struct task *task_init_main(void)
{
    struct task *t = task_alloc(false, false, NULL);

    list_init(&tasks.all);
    if (t == NULL)
        return NULL;
    t->kstack_top = (uintptr_t)boot_stack_top;
    this_cpu()->kstack_top = t->kstack_top;
    memcpy(t->name, "main", 5); /* until program_start() sets it */
    task_publish(t);
    return t;
}

struct task *task_create_thread(const struct trap_frame *frame)
{
    struct task *t = task_alloc(false, true, current_task());

    if (t == NULL)
        return NULL;
    arch_task_setup_thread(t, frame);
    return t;
}

struct task *task_create_kernel(const char *name, unsigned cpu, void (*fn)(void *arg), void *arg)
{
    struct task *t = task_alloc(true, true, NULL);

    if (t == NULL)
        return NULL;
    memset(&t->affinity, 0, sizeof(t->affinity));
    cpumask_set(&t->affinity, cpu);
    atomic_store_explicit(&t->cpu, cpu, memory_order_relaxed); /* nobody else sees it yet */
    ksnprintf(t->name, sizeof(t->name), "%s", name);
    arch_task_setup_kernel(t, fn, arg);
    return t;
}

/* tasks.lock held. */
static int new_tid(void)
{
    do
        tasks.last_tid = tasks.last_tid == TID_MAX ? 2 : tasks.last_tid + 1;
    while (find_locked(tasks.last_tid) != NULL);
    return tasks.last_tid;
}

void task_publish(struct task *t)
{
    unsigned long irq = spin_lock(&tasks.lock);

    t->tid = new_tid();
    list_push_back(&tasks.all, &t->all_link);
    list_push_back(tid_bucket(t->tid), &t->hash_link);
    tasks.nr++;
    if (tasks.ending)
        atomic_fetch_or_explicit(&t->work, TASK_WORK_EXIT, memory_order_relaxed);
    spin_unlock(&tasks.lock, irq);
}

struct task *task_find(int tid)
{
    unsigned long irq = spin_lock(&tasks.lock);
    struct task *t = find_locked(tid);

    if (t != NULL)
        atomic_fetch_add_explicit(&t->refs, 1, memory_order_relaxed);
    spin_unlock(&tasks.lock, irq);
    return t;
}

unsigned task_count(void)
{
    unsigned long irq = spin_lock(&tasks.lock);
    unsigned nr = tasks.nr;

    spin_unlock(&tasks.lock, irq);
    return nr;
}

void task_for_each(void (*fn)(struct task *t, void *arg), void *arg)
{
    unsigned long irq = spin_lock(&tasks.lock);

    list_for_each (it, &tasks.all)
        fn(list_entry(it, struct task, all_link), arg);
    spin_unlock(&tasks.lock, irq);
}

void task_set_name(struct task *t, const char name[16])
{
    unsigned long irq = spin_lock(&tasks.lock);

    memcpy(t->name, name, sizeof(t->name));
    t->name[sizeof(t->name) - 1] = '\0';
    spin_unlock(&tasks.lock, irq);
}

void task_get_name(struct task *t, char name[16])
{
    unsigned long irq = spin_lock(&tasks.lock);

    memcpy(name, t->name, sizeof(t->name));
    spin_unlock(&tasks.lock, irq);
}

void process_usage(struct usage *usage)
{
    unsigned long irq = spin_lock(&tasks.lock);

    *usage = tasks.ended;
    list_for_each (it, &tasks.all)
        usage_add(usage, list_entry(it, struct task, all_link));
    spin_unlock(&tasks.lock, irq);
    usage_to_ns(usage);
}

uint64_t process_cpu_time(void)
{
    struct usage usage;

    process_usage(&usage);
    return usage.cpu_time;
}

bool process_begin_exit(void)
{
    unsigned long irq = spin_lock(&tasks.lock);
    bool first = !tasks.ending;

    tasks.ending = true;
    spin_unlock(&tasks.lock, irq);
    return first;
}

bool task_unpublish(int *code)
{
    struct task *t = current_task();
    unsigned long irq = spin_lock(&tasks.lock);
    bool last = tasks.nr == 1;

    if (t->tid == PROCESS_ID)
        tasks.main_code = *code;
    if (last) {
        *code = tasks.main_code; /* stays findable: process_exit() ends it */
    } else {
        list_remove(&t->all_link);
        list_remove(&t->hash_link);
        tasks.nr--;
        usage_add(&tasks.ended, t);
    }
    spin_unlock(&tasks.lock, irq);
    return last;
}

_Noreturn void task_end(void)
{
    cache_trim();
    task_set_state(TASK_DEAD);
    schedule();
    panic("an ended task ran again");
}

_Noreturn void task_park(void)
{
    for (;;) {
        task_set_state(TASK_UNINTERRUPTIBLE);
        schedule();
    }
}
