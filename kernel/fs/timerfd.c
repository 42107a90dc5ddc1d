/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: timers as files. The lock (spin, taken by the timer's handler) protects
 * all but the queue and is taken outside it. Once expired, a periodic timer
 * stands still until it is read: then the expirations are counted.
 */
#include <hermit/kmalloc.h>
#include <hermit/poll.h>
#include <hermit/signal.h>
#include <hermit/timerfd.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/poll.h>

#include "file_internal.h"

struct timerfd {
    struct spinlock lock;
    struct clock_timer when;
    uint64_t interval;      /* ns, 0: once */
    _Atomic uint64_t ticks; /* expirations that were not read */
    bool armed;             /* the event is to come */
    bool expired;           /* stands still */
    bool may_cancel;        /* TFD_TIMER_CANCEL_ON_SET */
    bool canceled;
    bool realtime; /* constant */
    struct wait_queue can_read;
};

/* Locks with the handler not running and the event disarmed; unlock_armed() brings it back. */
static unsigned long lock_disarmed(struct timerfd *t)
{
    for (;;) {
        unsigned long irq = spin_lock(&t->lock);
        if (timer_try_cancel(&t->when.timer))
            return irq;
        spin_unlock(&t->lock, irq);
        arch_cpu_relax();
    }
}

static void unlock_armed(struct timerfd *t, unsigned long irq)
{
    if (t->armed)
        clock_timer_arm(&t->when);
    spin_unlock(&t->lock, irq);
}

static void fired(struct timer *timer)
{
    struct clock_timer *when = container_of(timer, struct clock_timer, timer);
    struct timerfd *t = container_of(when, struct timerfd, when);
    unsigned long irq = spin_lock(&t->lock);

    if (t->armed && !clock_timer_due(when)) {
        clock_timer_arm(when);
    } else if (t->armed) {
        t->armed = false;
        t->expired = true;
        t->ticks++;
        wake_all(&t->can_read);
    }
    spin_unlock(&t->lock, irq);
}

static void clock_was_set(struct clock_timer *when)
{
    struct timerfd *t = container_of(when, struct timerfd, when);
    unsigned long irq = lock_disarmed(t);

    if (t->may_cancel) {
        t->canceled = true;
        t->ticks++;
        wake_all(&t->can_read);
    }
    unlock_armed(t, irq);
}

/* Counts what has passed since the timer expired and lets it go on. Locked, disarmed. */
static void go_on(struct timerfd *t)
{
    if (!t->expired || t->interval == 0)
        return;
    t->expired = false;
    t->ticks += clock_timer_forward(&t->when, clock_timer_now(&t->when), t->interval) - 1;
    t->armed = true;
}

/* True once after the clock was set under a timer that this voids. Locked. */
static bool take_cancellation(struct timerfd *t)
{
    bool canceled = t->may_cancel && t->canceled;

    t->canceled = false;
    return canceled;
}

/* Takes what a read gets; 0: nothing there. −ECANCELED. */
static int take(struct timerfd *t, uint64_t *ticks)
{
    unsigned long irq = lock_disarmed(t);
    int err = 0;

    if (take_cancellation(t)) {
        err = -ECANCELED;
        *ticks = 0;
        t->expired = false;
    } else if (t->ticks != 0) {
        go_on(t);
        *ticks = t->ticks;
        t->expired = false;
    } else {
        *ticks = 0;
    }
    t->ticks = 0;
    unlock_armed(t, irq);
    return err;
}

static ssize_t timerfd_read(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    struct timerfd *t = f->private;
    uint64_t ticks;
    int err;
    (void)pos;
    if (io->left < sizeof(ticks))
        return -EINVAL;
    while ((err = take(t, &ticks)) == 0 && ticks == 0) {
        if (f->flags & O_NONBLOCK)
            return -EAGAIN;
        if (wait_event(&t->can_read, t->ticks != 0, WAIT_INTERRUPTIBLE, TIME_FOREVER) != 0)
            return -ERESTARTSYS;
    }
    if (err != 0)
        return err;
    return io_copy_to(io, &ticks, sizeof(ticks)) == sizeof(ticks) ? (ssize_t)sizeof(ticks)
                                                                  : -EFAULT;
}

static unsigned timerfd_poll(struct file *f, struct poll_table *pt)
{
    struct timerfd *t = f->private;
    poll_wait(pt, &t->can_read);
    return t->ticks != 0 ? POLLIN | POLLRDNORM : 0;
}

static void timerfd_release(struct file *f)
{
    struct timerfd *t = f->private;
    clock_timer_destroy(&t->when);
    unsigned long irq = lock_disarmed(t); /* nobody arms it any more */
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

    *s = (struct timer_setting){0, t->interval};
    if (t->armed && t->when.expires > now)
        s->value = t->when.expires - now;
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
    t->expired = false;
    t->armed = new->value != 0;
    t->interval = new->interval;
    t->may_cancel = cancel_on_set && absolute && t->realtime;
    if (t->armed) {
        clock_timer_set(&t->when, t->realtime ? CLOCK_TIMER_REALTIME : CLOCK_TIMER_MONOTONIC,
                        new->value, absolute);
        err = take_cancellation(t) ? -ECANCELED : 0;
    }
    unlock_armed(t, irq);
    return err;
}
