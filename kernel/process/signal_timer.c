/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns timers that send signals and the table of their ids; linked only into programs that use
 * them. Each timer has a lock, which protects its state and is taken outside the locks of tasks
 * and signals; signal_timers.lock protects the table and takes none.
 *
 * A timer's signal is out from its sending until signal_timer_taken(), which is called once for
 * each and begins with the timer's lock. The one entry is sent only when it is not out.
 *
 *                not set                 counts down               stands still
 *
 *                            set
 *   no signal      OFF ◄───────────────────► ARMED ◄──────────────────────────┐
 *   out             ▲         0             │  ▲  │                           │
 *                   │                       │  │  │ expires,                  │
 *             taken │        expires, once  │  │  │ periodic                  │ taken
 *                   │   ┌───────────────────┘  │  └──────────────────┐        │
 *                   │   ▼                      │         0           ▼        │
 *   signal         SENT ◄──────────────────────┼─────────────────── WAITING ──┘
 *   out            │  ▲                        │ taken              │   ▲
 *              set │  │ 0; expires, once ¹     │                set │   │ expires, periodic ¹
 *                  ▼  │                        │                    ▼   │
 *                 ┌───┴────────────────────────┴────────────────────────┴──┐
 *                 │                       ARMED_SENT                       │
 *                 └────────────────────────────────────────────────────────┘
 *
 *   ¹ counted only: the signal that is out tells of it.
 *
 * An ARMED timer whose signal is ignored, or merges with another's, does not send: it ends OFF, or
 * is ARMED for its next interval. If the thread has ended, it ends OFF; a signal that is dropped
 * with its thread leads from WAITING to OFF, else it counts as taken. SIGEV_NONE knows OFF and
 * QUIET alone. timer_delete(2) leads from each state to REMOVED, or to REMOVED_SENT and with
 * `taken` to REMOVED, from where nothing leads.
 */
#include <hermit/atomic.h>
#include <hermit/kmalloc.h>
#include <hermit/panic.h>
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

/* Locks with the handler not running and the event disarmed; unlock_armed() arms it again. */
static unsigned long lock_disarmed(struct signal_timer *t)
{
    return clock_timer_lock(&t->when, &t->lock);
}

static bool runs(const struct signal_timer *t)
{
    return t->state == TIMER_ARMED || t->state == TIMER_ARMED_SENT;
}

static bool is_out(const struct signal_timer *t)
{
    return t->state >= TIMER_SENT;
}

static bool is_removed(const struct signal_timer *t)
{
    return t->state == TIMER_REMOVED || t->state == TIMER_REMOVED_SENT;
}

static void unlock_armed(struct signal_timer *t, unsigned long irq)
{
    clock_timer_unlock(&t->when, &t->lock, irq, runs(t));
}

static void forward(struct signal_timer *t, uint64_t now)
{
    t->overrun += (int64_t)clock_timer_forward(&t->when, now);
}

static int clamp_overrun(int64_t n)
{
    return (int)(n < 0 ? 0 : MIN(n, (int64_t)INT32_MAX));
}

/* The transitions. Locked, in the handler or disarmed. */

static void turn_on(struct signal_timer *t)
{
    if (t->kind == TIMER_SENDS_NOT)
        t->state = TIMER_QUIET;
    else
        t->state = is_out(t) ? TIMER_ARMED_SENT : TIMER_ARMED;
}

static void turn_off(struct signal_timer *t)
{
    t->state = is_out(t) ? TIMER_SENT : TIMER_OFF;
}

static void turn_removed(struct signal_timer *t)
{
    t->state = is_out(t) ? TIMER_REMOVED_SENT : TIMER_REMOVED;
}

/* It has expired, and its signal is out. */
static void turn_sent(struct signal_timer *t)
{
    t->state = t->when.interval != 0 ? TIMER_WAITING : TIMER_SENT;
}

/* It has expired, and its signal is ignored. */
static void skip(struct signal_timer *t)
{
    uint64_t now = clock_timer_now(&t->when);

    if (t->when.interval == 0)
        t->state = TIMER_OFF;
    else
        forward(t, t->when.interval < SHORTEST_IGN ? now + SHORTEST_IGN : now);
}

static void expire(struct signal_timer *t)
{
    if (t->state == TIMER_ARMED_SENT) {
        t->missed++;
        turn_sent(t);
        return;
    }
    switch (signal_send_entry(t->target, &t->entry, t->kind == TIMER_MERGES)) {
    case ENTRY_QUEUED:
        add_relaxed(&t->refs, 1); /* the signal's: who takes it waits for the lock */
        turn_sent(t);
        break;
    case ENTRY_IGNORED:
        skip(t);
        break;
    case ENTRY_GONE:
        t->state = TIMER_OFF;
        break;
    }
}

/* The signal of a periodic timer was taken: it tells what was missed, and the timer goes on. */
static void go_on(struct signal_timer *t)
{
    forward(t, clock_timer_now(&t->when));
    t->last_overrun = t->overrun;
    t->overrun = -1;
    t->state = TIMER_ARMED;
}

static void turn_taken(struct signal_timer *t, bool dropped)
{
    switch (t->state) {
    case TIMER_WAITING:
        if (!dropped)
            go_on(t);
        else
            t->state = TIMER_OFF;
        break;
    case TIMER_ARMED_SENT:
        t->state = TIMER_ARMED;
        break;
    case TIMER_REMOVED_SENT:
        t->state = TIMER_REMOVED;
        break;
    default:
        ASSERT(t->state == TIMER_SENT);
        t->state = TIMER_OFF;
        break;
    }
}

void signal_timer_fired(struct timer *timer)
{
    struct clock_timer *when = container_of(timer, struct clock_timer, timer);
    struct signal_timer *t = container_of(when, struct signal_timer, when);
    unsigned long irq = spin_lock(&t->lock);

    if (runs(t) && clock_timer_due(when))
        expire(t);
    unlock_armed(t, irq);
}

void signal_timer_taken(struct signal_entry *e, struct siginfo_data *info)
{
    struct signal_timer *t = container_of(e, struct signal_timer, entry);
    unsigned long irq = lock_disarmed(t);

    turn_taken(t, info == NULL);
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

struct signal_timer *signal_timer_create(enum signal_timer_kind kind, enum clock_timer_clock clock,
                                         struct task *task, struct task *target)
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
    t->entry.taken = signal_timer_taken;
    t->kind = kind;
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
    turn_removed(t);
    spin_unlock(&t->lock, irq);
    return t;
}

/* Of a timer that is set, ns. Locked. */
static uint64_t time_left(struct signal_timer *t)
{
    uint64_t now = clock_timer_now(&t->when);

    if (runs(t))
        return MAX(time_until(t->when.expires, now), 1UL); /* due: about to fire */
    if (t->when.interval != 0)
        forward(t, now);
    return time_until(t->when.expires, now);
}

/* Locked. */
static void read_setting(struct signal_timer *t, struct timer_setting *s)
{
    bool is_set = runs(t) || t->state == TIMER_QUIET || t->state == TIMER_WAITING;

    *s = (struct timer_setting){is_set ? time_left(t) : 0, t->when.interval};
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
    if (is_removed(t)) {
        spin_unlock(&t->lock, irq);
        return -EINVAL;
    }
    if (old != NULL)
        read_setting(t, old);
    t->overrun = -1;
    t->last_overrun = 0;
    if (new->value != 0) {
        clock_timer_set(&t->when, t->clock, new, absolute);
        turn_on(t);
    } else {
        t->when.interval = 0;
        turn_off(t);
    }
    if (runs(t) && clock_timer_due(&t->when))
        expire(t); /* no need to wait for an interrupt */
    unlock_armed(t, irq);
    return 0;
}

int signal_timer_overrun(struct signal_timer *t)
{
    unsigned long irq = spin_lock(&t->lock);
    int n = clamp_overrun(t->last_overrun);

    spin_unlock(&t->lock, irq);
    return n;
}
