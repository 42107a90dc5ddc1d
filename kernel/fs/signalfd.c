/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: files from which pending signals are read. Such a file has a mask and nothing else: what it
 * reports depends on who reads. All of them share one queue, which every signal wakes that its
 * target may not take at once.
 *
 * No locks: the mask is one word, the signals have their own lock.
 */
#include <hermit/signalfd.h>

#include <hermit/atomic.h>
#include <hermit/channel.h>
#include <hermit/kmalloc.h>
#include <linux/fcntl.h>
#include <linux/poll.h>
#include <linux/signal.h>
#include <linux/signalfd.h>

#include "file_internal.h"

struct signalfd {
    _Atomic sigset mask;
};

static struct wait_queue told = WAIT_QUEUE_INIT(told);

static void signal_was_sent(void)
{
    wake_all(&told);
}

/* What si_code says that the rest of a siginfo is. */
static void describe(struct signalfd_siginfo *to, const struct siginfo_data *info)
{
    uint32_t low = (uint32_t)info->fields[0], high = (uint32_t)(info->fields[0] >> 32);
    *to = (struct signalfd_siginfo){
        .ssi_signo = (uint32_t)info->signo, .ssi_errno = info->err, .ssi_code = info->code};
    if (info->code > SI_USER && info->code < SI_KERNEL) { /* a fault */
        to->ssi_addr = info->fields[0];
        return;
    }
    if (info->code == SI_TIMER) {
        to->ssi_tid = low;
        to->ssi_overrun = high;
    } else {
        to->ssi_pid = low;
        to->ssi_uid = high;
    }
    if (info->code < SI_USER) {
        to->ssi_ptr = info->fields[1];
        to->ssi_int = (int32_t)info->fields[1];
    }
}

/* Takes a signal. Its number; −EAGAIN, −ERESTARTSYS. */
static int take(struct signalfd *s, bool nonblock, struct siginfo_data *info)
{
    int sig = signal_take(load_relaxed(&s->mask), info);
    if (sig != 0 || nonblock)
        return sig != 0 ? sig : -EAGAIN;
    int err = wait_event(&told, (sig = signal_take(load_relaxed(&s->mask), info)) != 0,
                         WAIT_INTERRUPTIBLE, TIME_FOREVER);
    if (err == 0)
        return sig;
    return err == -EINTR ? -ERESTARTSYS : err;
}

static ssize_t signalfd_read(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    bool nonblock = load_relaxed(&f->flags) & O_NONBLOCK;
    ssize_t done = 0;
    (void)pos;
    if (io->left < sizeof(struct signalfd_siginfo))
        return -EINVAL;
    do {
        struct siginfo_data info;
        struct signalfd_siginfo out;
        int sig = take(f->private, nonblock || done > 0, &info);
        if (sig < 0)
            return done > 0 ? done : sig;
        describe(&out, &info);
        if (io_copy_to(io, &out, sizeof(out)) != sizeof(out))
            return done > 0 ? done : -EFAULT; /* the signal is lost, as on Linux */
        done += (ssize_t)sizeof(out);
    } while (io->left >= sizeof(struct signalfd_siginfo));
    return done;
}

/* Without POLLRDNORM, as on Linux. */
static unsigned signalfd_poll(struct file *f, struct poll_table *pt)
{
    struct signalfd *s = f->private;
    poll_wait(pt, &told, POLLIN);
    return signal_pending_set() & load_relaxed(&s->mask) ? POLLIN : 0;
}

static void signalfd_release(struct file *f)
{
    kfree(f->private);
}

static const struct file_ops signalfd_ops = {
    .read = signalfd_read,
    .poll = signalfd_poll,
    .stat = file_stat_anonymous,
    .name = "[signalfd]",
    .release = signalfd_release,
};

int signalfd_create(sigset mask, unsigned flags, struct file **file)
{
    struct signalfd *s = kzalloc(sizeof(*s));
    struct file *f = s == NULL ? NULL : file_alloc(&signalfd_ops, O_RDWR | flags);
    if (f == NULL) {
        kfree(s);
        return -ENOMEM;
    }
    store_relaxed(&s->mask, mask & ~SIGNALS_UNBLOCKABLE);
    poke(signal_sent_hook, signal_was_sent);
    f->private = s;
    *file = f;
    return 0;
}

int signalfd_set_mask(struct file *f, sigset mask)
{
    struct signalfd *s = f->private;
    if (f->ops != &signalfd_ops)
        return -EINVAL;
    store_relaxed(&s->mask, mask & ~SIGNALS_UNBLOCKABLE);
    wake_all(&told);
    return 0;
}
