/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns timers that send signals and the table of their ids; linked only into
 * programs that use them. Each timer has a lock, taken outside the locks of
 * tasks and signals; signal_timers.lock protects the table and takes none.
 */
#include <hermit/atomic.h>
#include <hermit/kmalloc.h>
#include <hermit/signal_timer.h>
#include <hermit/task_table.h>
#include <linux/errno.h>
#include <linux/signal.h>

#define NR_BUCKETS   256
#define SHORTEST_IGN 1000000UL /* ns: period of a timer whose signal is ignored */

static struct {
    struct spinlock lock;
    struct list buckets[NR_BUCKETS]; /* struct signal_timer.link */
    int next_id;
} signal_timers = {.lock = SPINLOCK_INIT("signal_timers")};

/*
 * Locks the timer with its handler not running and the event disarmed: then it may be
 * armed on this core. unlock_armed() arms the event again.
 */
static unsigned long lock_disarmed(struct signal_timer *t)
{
    return clock_timer_lock(&t->when, &t->lock);
}

static void unlock_armed(struct signal_timer *t, unsigned long irq)
{
    if (t->armed && !t->silent)
        clock_timer_arm(&t->when);
    spin_unlock(&t->lock, irq);
}

static void forward(struct signal_timer *t, uint64_t now)
{
    t->overrun += (int64_t)clock_timer_forward(&t->when, now, t->interval);
}

static int clamp_overrun(int64_t n)
{
    return (int)(n < 0 ? 0 : MIN(n, (int64_t)INT32_MAX));
}

/* The timer expires. Locked, in the handler or disarmed. */
static void expire(struct signal_timer *t)
{
    bool periodic = t->interval != 0;

    t->armed = false;
    add_relaxed(&t->refs, 1); /* the pending signal's */
    enum signal_entry_state state = signal_send_entry(t->target, &t->entry, t->merge);
    if (state != ENTRY_QUEUED) /* never the last: the table's is dropped later */
        atomic_fetch_sub_explicit(&t->refs, 1, memory_order_release);
    if (state == ENTRY_PENDING)
        t->missed++;
    if (state == ENTRY_QUEUED || state == ENTRY_PENDING) {
        t->requeue = periodic;
    } else if (state == ENTRY_IGNORED && periodic) {
        uint64_t now = clock_timer_now(&t->when);
        forward(t, t->interval < SHORTEST_IGN ? now + SHORTEST_IGN : now);
        t->armed = true;
        clock_timer_arm(&t->when);
    }
}

void signal_timer_fired(struct timer *timer)
{
    struct clock_timer *when = container_of(timer, struct clock_timer, timer);
    struct signal_timer *t = container_of(when, struct signal_timer, when);
    unsigned long irq = spin_lock(&t->lock);

    if (t->armed && !clock_timer_due(when))
        clock_timer_arm(when);
    else if (t->armed)
        expire(t);
    spin_unlock(&t->lock, irq);
}

void signal_timer_taken(struct signal_entry *e, struct siginfo_data *info)
{
    struct signal_timer *t = container_of(e, struct signal_timer, entry);
    unsigned long irq = lock_disarmed(t);

    if (t->requeue && info != NULL) {
        forward(t, clock_timer_now(&t->when));
        t->last_overrun = t->overrun;
        t->overrun = -1;
        t->armed = true;
    }
    t->requeue = false;
    if (info != NULL && info->code == SI_TIMER) /* si_overrun */
        info->fields[0] |= (uint64_t)clamp_overrun(t->last_overrun + t->missed) << 32;
    t->missed = 0;
    unlock_armed(t, irq);
    signal_timer_put(t);
}

static void clock_was_set(struct clock_timer *when)
{
    struct signal_timer *t = container_of(when, struct signal_timer, when);

    unlock_armed(t, lock_disarmed(t));
}

struct signal_timer *signal_timer_create(enum clock_timer_clock clock, struct task *task,
                                         struct task *target)
{
    if (!signal_charge())
        return NULL;
    struct signal_timer *t = kzalloc(sizeof(*t));
    if (t == NULL) {
        signal_uncharge();
        return NULL;
    }
    spin_init(&t->lock, "signal_timer");
    clock_timer_init(&t->when, signal_timer_fired,
                     clock == CLOCK_TIMER_REALTIME ? clock_was_set : NULL);
    t->when.task = task;
    list_init(&t->entry.link);
    t->entry.taken = signal_timer_taken;
    t->clock = clock;
    t->target = target;
    store_relaxed(&t->refs, 1);
    list_init(&t->link);
    return t;
}

void signal_timer_put(struct signal_timer *t)
{
    if (atomic_fetch_sub_explicit(&t->refs, 1, memory_order_acq_rel) != 1)
        return;
    clock_timer_destroy(&t->when);
    if (t->when.task != NULL)
        task_put(t->when.task);
    if (t->target != NULL)
        task_put(t->target);
    kfree(t);
    signal_uncharge();
}

static struct list *bucket(int id)
{
    struct list *b = &signal_timers.buckets[(unsigned)id % NR_BUCKETS];

    if (b->next == NULL)
        list_init(b);
    return b;
}

/* Table locked. */
static struct signal_timer *find_locked(int id)
{
    list_for_each (it, bucket(id)) {
        struct signal_timer *t = list_entry(it, struct signal_timer, link);
        if (t->id == id)
            return t;
    }
    return NULL;
}

/* The same for calls that name a timer. */
static struct signal_timer *find_published(int id)
{
    struct signal_timer *t = find_locked(id);

    return t != NULL && t->published ? t : NULL;
}

int signal_timer_reserve(struct signal_timer *t)
{
    unsigned long irq = spin_lock(&signal_timers.lock);

    while (find_locked(signal_timers.next_id) != NULL)
        signal_timers.next_id = (signal_timers.next_id + 1) & INT32_MAX;
    t->id = signal_timers.next_id;
    signal_timers.next_id = (t->id + 1) & INT32_MAX;
    list_push_back(bucket(t->id), &t->link);
    spin_unlock(&signal_timers.lock, irq);
    return t->id;
}

void signal_timer_publish(struct signal_timer *t)
{
    unsigned long irq = spin_lock(&signal_timers.lock);

    add_relaxed(&t->refs, 1); /* the table's */
    t->published = true;
    spin_unlock(&signal_timers.lock, irq);
}

void signal_timer_cancel(struct signal_timer *t)
{
    unsigned long irq = spin_lock(&signal_timers.lock);

    list_remove(&t->link);
    spin_unlock(&signal_timers.lock, irq);
}

struct signal_timer *signal_timer_find(int id)
{
    unsigned long irq = spin_lock(&signal_timers.lock);
    struct signal_timer *t = find_published(id);

    if (t != NULL)
        add_relaxed(&t->refs, 1);
    spin_unlock(&signal_timers.lock, irq);
    return t;
}

struct signal_timer *signal_timer_remove(int id)
{
    unsigned long irq = spin_lock(&signal_timers.lock);
    struct signal_timer *t = find_published(id); /* the table's reference becomes the caller's */

    if (t != NULL)
        list_remove(&t->link);
    spin_unlock(&signal_timers.lock, irq);
    if (t == NULL)
        return NULL;
    irq = lock_disarmed(t);
    t->removed = true;
    t->armed = t->requeue = false;
    spin_unlock(&t->lock, irq);
    return t;
}

/* Locked. */
static void read_setting(struct signal_timer *t, struct timer_setting *s)
{
    uint64_t now = clock_timer_now(&t->when);

    *s = (struct timer_setting){0, t->interval};
    if (!t->armed && !t->requeue)
        return;
    if (t->interval != 0 && (t->requeue || t->silent))
        forward(t, now);
    if (t->when.expires > now)
        s->value = t->when.expires - now;
    else if (!t->silent)
        s->value = 1; /* about to fire */
}

void signal_timer_get(struct signal_timer *t, struct timer_setting *setting)
{
    unsigned long irq = spin_lock(&t->lock);

    read_setting(t, setting);
    spin_unlock(&t->lock, irq);
}

int signal_timer_set(struct signal_timer *t, const struct timer_setting *new, bool absolute,
                     struct timer_setting *old)
{
    if (new->value != 0 && t->clock == CLOCK_TIMER_THREAD &&
        load_relaxed(&t->when.task->state) == TASK_DEAD)
        return -ESRCH;
    unsigned long irq = lock_disarmed(t);
    if (t->removed) {
        spin_unlock(&t->lock, irq);
        return -EINVAL;
    }
    if (old != NULL)
        read_setting(t, old);
    t->requeue = false;
    t->overrun = -1;
    t->last_overrun = 0;
    t->armed = new->value != 0;
    t->interval = t->armed ? new->interval : 0;
    if (t->armed)
        clock_timer_set(&t->when, t->clock, new->value, absolute);
    if (t->armed && !t->silent && clock_timer_due(&t->when)) {
        expire(t); /* no need to wait for an interrupt */
        spin_unlock(&t->lock, irq);
    } else {
        unlock_armed(t, irq);
    }
    return 0;
}

int signal_timer_overrun(struct signal_timer *t)
{
    unsigned long irq = spin_lock(&t->lock);
    int n = clamp_overrun(t->last_overrun);

    spin_unlock(&t->lock, irq);
    return n;
}
