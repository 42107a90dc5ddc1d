/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: timers as files. Once expired, a periodic timer stands still until somebody asks: the
 * expirations are counted then.
 *
 *            set                expires                  read, of one that expires once
 *     OFF ─────────► ARMED ──────────────► EXPIRED ─────────────────────────────────────► OFF
 *                      ▲                      │
 *                      └──────────────────────┘
 *               read, settime, gettime, of a periodic one
 *
 * timerfd_settime(2) leads from each state to ARMED, or with no time to OFF. A read that reports
 * that the clock was set leads from EXPIRED to OFF, and leaves a timer ARMED.
 *
 * Lock: timerfd.lock (spin, since the timer's handler takes it) protects all but
 * the queue and is taken outside the queue's lock. Each timer has one file, whose
 * release frees it once the handler no longer runs.
 */
#include <hermit/atomic.h>
#include <hermit/channel.h>
#include <hermit/kmalloc.h>
#include <hermit/poll.h>
#include <hermit/timerfd.h>
#include <linux/fcntl.h>
#include <linux/poll.h>

#include "file_internal.h"

struct timerfd {
    struct spinlock lock;
    struct clock_timer when;
    enum { TIMERFD_OFF, TIMERFD_ARMED, TIMERFD_EXPIRED } state;
    uint64_t ticks;  /* unread expirations, of those that were counted */
    bool may_cancel; /* TFD_TIMER_CANCEL_ON_SET */
    bool canceled;   /* the clock was set, and nobody was told */
    bool realtime;   /* constant */
    struct wait_queue can_read;
};

/* Locks with the handler not running and the event disarmed; unlock_armed() arms it again. */
static unsigned long lock_disarmed(struct timerfd *t)
{
    return clock_timer_lock(&t->when, &t->lock);
}

static void unlock_armed(struct timerfd *t, unsigned long irq)
{
    clock_timer_unlock(&t->when, &t->lock, irq, t->state == TIMERFD_ARMED);
}

/* Locked. */
static void add_tick(struct timerfd *t)
{
    t->ticks++;
    wake_all(&t->can_read);
}

static void fired(struct timer *timer)
{
    struct clock_timer *when = container_of(timer, struct clock_timer, timer);
    struct timerfd *t = container_of(when, struct timerfd, when);
    unsigned long irq = spin_lock(&t->lock);

    if (t->state == TIMERFD_ARMED && clock_timer_due(when)) {
        t->state = TIMERFD_EXPIRED;
        add_tick(t);
    }
    unlock_armed(t, irq);
}

static void clock_was_set(struct clock_timer *when)
{
    struct timerfd *t = container_of(when, struct timerfd, when);
    unsigned long irq = lock_disarmed(t);

    if (t->may_cancel) {
        t->canceled = true;
        add_tick(t);
    }
    unlock_armed(t, irq);
}

/* Counts the intervals since a periodic timer expired and continues it. Locked, disarmed. */
static void go_on(struct timerfd *t)
{
    if (t->state != TIMERFD_EXPIRED || t->when.interval == 0)
        return;
    t->ticks += clock_timer_forward(&t->when, clock_timer_now(&t->when)) - 1;
    t->state = TIMERFD_ARMED;
}

/* True once after the clock was set, if that cancels the timer. Locked. */
static bool take_cancellation(struct timerfd *t)
{
    bool canceled = t->may_cancel && t->canceled;

    t->canceled = false;
    return canceled;
}

/* Takes the expirations for a read. 0 or −ECANCELED. Locked, disarmed. */
static int take(struct timerfd *t, uint64_t *ticks)
{
    int err = 0;

    if (take_cancellation(t)) {
        err = -ECANCELED;
    } else {
        go_on(t);
        *ticks = t->ticks;
    }
    if (t->state == TIMERFD_EXPIRED)
        t->state = TIMERFD_OFF;
    t->ticks = 0;
    return err;
}

/* wait_unlocked() for a timer, which is armed meanwhile. */
static int sleep_armed(struct timerfd *t, unsigned long *irq)
{
    struct waiter w;

    wait_begin(&t->can_read, &w, WAIT_INTERRUPTIBLE);
    unlock_armed(t, *irq);
    int err = wait_sleep(TIME_FOREVER);
    wait_end(&t->can_read, &w);
    *irq = lock_disarmed(t);
    return err == -EINTR ? -ERESTARTSYS : err;
}

static ssize_t timerfd_read(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    struct timerfd *t = f->private;
    uint64_t ticks;
    (void)pos;
    if (io->left < sizeof(ticks))
        return -EINVAL;
    unsigned long irq = lock_disarmed(t);
    int err =
        wait_locked(t->ticks != 0, load_relaxed(&f->flags) & O_NONBLOCK, sleep_armed(t, &irq));
    if (err == 0)
        err = take(t, &ticks);
    unlock_armed(t, irq);
    if (err != 0)
        return err;
    return io_copy_to(io, &ticks, sizeof(ticks)) == sizeof(ticks) ? (ssize_t)sizeof(ticks)
                                                                  : -EFAULT;
}

/* Without POLLRDNORM, as on Linux. */
static unsigned timerfd_poll(struct file *f, struct poll_table *pt)
{
    struct timerfd *t = f->private;
    poll_wait(pt, &t->can_read, POLLIN);
    unsigned long irq = spin_lock(&t->lock);
    bool ready = t->ticks != 0;
    spin_unlock(&t->lock, irq);
    return ready ? POLLIN : 0;
}

static void timerfd_release(struct file *f)
{
    struct timerfd *t = f->private;
    clock_timer_destroy(&t->when);
    unsigned long irq = lock_disarmed(t); /* nothing arms it again */
    spin_unlock(&t->lock, irq);
    kfree(t);
}

static const struct file_ops timerfd_ops = {
    .read = timerfd_read,
    .poll = timerfd_poll,
    .stat = file_stat_anonymous,
    .name = "[timerfd]",
    .release = timerfd_release,
};

int timerfd_create(bool realtime, unsigned flags, struct file **file)
{
    struct timerfd *t = kzalloc(sizeof(*t));
    struct file *f = t == NULL ? NULL : file_alloc(&timerfd_ops, O_RDWR | flags);
    if (f == NULL) {
        kfree(t);
        return -ENOMEM;
    }
    spin_init(&t->lock, "timerfd");
    wait_queue_init(&t->can_read);
    t->realtime = realtime;
    clock_timer_init(&t->when, fired, realtime ? clock_was_set : NULL);
    f->private = t;
    *file = f;
    return 0;
}

/* Locked, disarmed. */
static void read_setting(const struct timerfd *t, struct timer_setting *s)
{
    uint64_t now = clock_timer_now(&t->when);

    *s = (struct timer_setting){.interval = t->when.interval};
    if (t->state == TIMERFD_ARMED)
        s->value = time_until(t->when.expires, now);
}

int timerfd_get(struct file *f, struct timer_setting *setting)
{
    struct timerfd *t = f->private;
    if (f->ops != &timerfd_ops)
        return -EINVAL;
    unsigned long irq = lock_disarmed(t);
    go_on(t);
    read_setting(t, setting);
    unlock_armed(t, irq);
    return 0;
}

int timerfd_set(struct file *f, const struct timer_setting *new, bool absolute, bool cancel_on_set,
                struct timer_setting *old)
{
    struct timerfd *t = f->private;
    int err = 0;
    if (f->ops != &timerfd_ops)
        return -EINVAL;
    unsigned long irq = lock_disarmed(t);
    go_on(t);
    read_setting(t, old);
    t->ticks = 0;
    t->state = new->value != 0 ? TIMERFD_ARMED : TIMERFD_OFF;
    t->may_cancel = cancel_on_set && absolute && t->realtime;
    clock_timer_set(&t->when, t->realtime ? CLOCK_TIMER_REALTIME : CLOCK_TIMER_MONOTONIC, new,
                    absolute);
    if (t->state == TIMERFD_ARMED && take_cancellation(t))
        err = -ECANCELED;
    unlock_armed(t, irq);
    return err;
}
