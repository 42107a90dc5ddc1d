/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: poll(2), ppoll(2), select(2), pselect6(2). Locks: those of the polled queues. */
#include "syscall.h"
#include <hermit/fd_table.h>
#include <hermit/kmalloc.h>
#include <hermit/poll.h>
#include <hermit/rlimit.h>
#include <hermit/string.h>
#include <hermit/thread.h>
#include <hermit/uaccess.h>
#include <linux/poll.h>
#include <linux/resource.h>
#include <linux/time.h>

#include "call_mask.h"
#include "handlers.h"
#include "timespec.h"

/* One pass over the polled files. Returns how many are ready, or −errno. */
typedef long (*poll_round)(void *arg, struct poll_call *pc);

static long poll_loop(poll_round round, void *arg, uint64_t deadline)
{
    struct poll_call *pc = kmalloc(sizeof(*pc));
    long n;
    if (pc == NULL)
        return -ENOMEM;
    poll_call_init(pc);
    for (int err = 0;;) {
        poll_arm(pc);
        n = round(arg, pc);
        if (n == 0)
            n = pc->error;
        if (n != 0 || err == -ETIMEDOUT || deadline == 0)
            break;
        if (err == -EINTR) {
            n = -EINTR;
            break;
        }
        err = poll_sleep(pc, deadline);
    }
    poll_call_free(pc);
    kfree(pc);
    return n;
}

static long poll_descriptors(void *arg, struct poll_call *pc)
{
    struct poll_set {
        struct pollfd *fds;
        unsigned n;
    } *set = arg;
    long ready = 0;
    for (unsigned i = 0; i < set->n; i++) {
        struct pollfd *p = &set->fds[i];
        p->revents = 0;
        if (p->fd < 0)
            continue;
        struct file *f = fd_get(p->fd);
        if (f == NULL) {
            p->revents = POLLNVAL;
        } else {
            p->revents = (short)poll_file(f, (unsigned short)p->events, ready > 0 ? NULL : pc);
            file_put(f);
        }
        ready += p->revents != 0;
    }
    return ready;
}

/* Stores the revents; `user` may be unaligned. */
static int put_revents(const struct pollfd __user *user, const struct pollfd *fds, unsigned n)
{
    uintptr_t to = user_addr(user) + offsetof(struct pollfd, revents);
    for (unsigned i = 0; i < n; i++, to += sizeof(struct pollfd))
        if (copy_to_user(user_ptr(to), &fds[i].revents, sizeof(fds[i].revents)) != 0)
            return -EFAULT;
    return 0;
}

static long do_poll(struct pollfd __user *user, unsigned n, uint64_t deadline)
{
    struct {
        struct pollfd *fds;
        unsigned n;
    } set = {NULL, n};
    if (n > rlimit_soft(RLIMIT_NOFILE))
        return -EINVAL;
    set.fds = kmalloc(MAX(n, 1u) * sizeof(struct pollfd));
    if (set.fds == NULL)
        return -ENOMEM;
    long ready = -EFAULT;
    if (copy_from_user(set.fds, user, n * sizeof(struct pollfd)) == 0)
        ready = poll_loop(poll_descriptors, &set, deadline);
    if (ready >= 0 && put_revents(user, set.fds, n) != 0)
        ready = -EFAULT;
    kfree(set.fds);
    return ready;
}

static long poll_restart(struct restart_block *rb)
{
    long n = do_poll(user_ptr(rb->args[0]), (unsigned)rb->args[1], rb->args[2]);
    return n == -EINTR ? -ERESTART_RESTARTBLOCK : n;
}

long sys_poll(struct pollfd __user *fds, unsigned n, int timeout_ms)
{
    uint64_t deadline =
        timeout_ms < 0 ? TIME_FOREVER : deadline_after((uint64_t)timeout_ms * 1000000);
    long ready = do_poll(fds, n, deadline);
    if (ready != -EINTR)
        return ready;
    struct restart_block *rb = &task_thread(current_task())->restart;
    rb->fn = poll_restart;
    rb->args[0] = user_addr(fds);
    rb->args[1] = n;
    rb->args[2] = deadline;
    return -ERESTART_RESTARTBLOCK;
}

/* Writes the remaining time, as Linux does; errors are ignored there, too. */
static void put_timespec(struct __kernel_timespec __user *user, uint64_t deadline)
{
    if (user != NULL && put_user_time(user, time_until(deadline, clock_monotonic())) != 0)
        return;
}

long sys_ppoll(struct pollfd __user *fds, unsigned n, struct __kernel_timespec __user *timeout,
               const uint64_t __user *mask, size_t mask_size)
{
    uint64_t deadline;
    int err = get_user_deadline(&deadline, timeout);
    if (err == 0)
        err = set_call_mask(mask, mask_size);
    if (err != 0)
        return err;
    long ready = do_poll(fds, n, deadline);
    put_timespec(timeout, deadline);
    return ready == -EINTR ? -ERESTARTNOHAND : ready;
}

enum { SET_READ, SET_WRITE, SET_EXCEPT, NR_SETS };
#define SELECT_IN  (POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR | POLLNVAL)
#define SELECT_OUT (POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR | POLLNVAL)
#define SELECT_EX  (POLLPRI | POLLNVAL)

static const unsigned select_events[NR_SETS] = {
    [SET_READ] = SELECT_IN, [SET_WRITE] = SELECT_OUT, [SET_EXCEPT] = SELECT_EX};

struct select_sets {
    int nfds;
    size_t words;
    uint64_t *in[NR_SETS], *out[NR_SETS]; /* one allocation */
};

static bool wanted(const struct select_sets *s, int set, int fd)
{
    return s->in[set][fd / 64] >> (fd % 64) & 1;
}

/* The events that the sets request for the descriptor; 0: it is in none. */
static unsigned asked(const struct select_sets *s, int fd)
{
    unsigned events = 0;
    for (int set = 0; set < NR_SETS; set++)
        if (wanted(s, set, fd))
            events |= select_events[set];
    return events;
}

/* 0, or −EBADF if a descriptor is not open. */
static int sets_check(const struct select_sets *s)
{
    for (int fd = 0; fd < s->nfds; fd++) {
        if (asked(s, fd) == 0)
            continue;
        struct file *f = fd_get_raw(fd);
        if (f == NULL)
            return -EBADF;
        file_put(f);
    }
    return 0;
}

/* A descriptor closed meanwhile, or opened with O_PATH, is ready in all sets: calls on it fail. */
static unsigned select_poll(int fd, unsigned events, struct poll_call *pc)
{
    struct file *f = fd_get(fd);
    if (f == NULL)
        return POLLNVAL;
    unsigned is = poll_file(f, events, pc);
    file_put(f);
    return is;
}

static long select_one(struct select_sets *s, int fd, struct poll_call *pc)
{
    unsigned events = asked(s, fd);
    long ready = 0;
    if (events == 0)
        return 0;
    unsigned is = select_poll(fd, events, pc);
    for (int set = 0; set < NR_SETS; set++) {
        if (wanted(s, set, fd) && is & select_events[set]) {
            s->out[set][fd / 64] |= 1UL << (fd % 64);
            ready++;
        }
    }
    return ready;
}

static long select_round(void *arg, struct poll_call *pc)
{
    struct select_sets *s = arg;
    long ready = 0;
    memset(s->out[0], 0, NR_SETS * s->words * 8);
    for (int fd = 0; fd < s->nfds; fd++)
        ready += select_one(s, fd, ready > 0 ? NULL : pc);
    return ready;
}

static int sets_get(struct select_sets *s, fd_set __user *const user[NR_SETS])
{
    for (int i = 0; i < NR_SETS; i++)
        if (user[i] != NULL && copy_from_user(s->in[i], user[i], s->words * 8) != 0)
            return -EFAULT;
    return 0;
}

static int sets_put(const struct select_sets *s, fd_set __user *const user[NR_SETS])
{
    for (int i = 0; i < NR_SETS; i++)
        if (user[i] != NULL && copy_to_user(user[i], s->out[i], s->words * 8) != 0)
            return -EFAULT;
    return 0;
}

static long do_select(int nfds, fd_set __user *const user[NR_SETS], uint64_t deadline)
{
    struct select_sets s = {.nfds = nfds};
    if (s.nfds < 0)
        return -EINVAL;
    s.nfds = MIN(s.nfds, (int)rlimit_soft(RLIMIT_NOFILE));
    s.words = ((size_t)s.nfds + 63) / 64;
    uint64_t *memory = kzalloc(2 * NR_SETS * s.words * 8 + 8);
    if (memory == NULL)
        return -ENOMEM;
    for (int i = 0; i < NR_SETS; i++) {
        s.in[i] = memory + (size_t)i * s.words;
        s.out[i] = memory + (size_t)(NR_SETS + i) * s.words;
    }
    long ready = sets_get(&s, user);
    if (ready == 0)
        ready = sets_check(&s);
    if (ready == 0)
        ready = poll_loop(select_round, &s, deadline);
    if (ready >= 0 && sets_put(&s, user) != 0)
        ready = -EFAULT;
    kfree(memory);
    return ready;
}

/* As on Linux, what is beyond a second of tv_usec is carried over. 0 or −EINVAL. */
static int select_deadline(uint64_t *deadline, const struct __kernel_old_timeval *timeout)
{
    struct __kernel_timespec ts = {.tv_nsec = timeout->tv_usec % USEC_PER_SEC * 1000};
    uint64_t ns;
    if (__builtin_add_overflow(timeout->tv_sec, timeout->tv_usec / USEC_PER_SEC, &ts.tv_sec))
        return -EINVAL;
    int err = timespec_to_ns(&ts, &ns);
    if (err == 0)
        *deadline = deadline_after(ns);
    return err;
}

long sys_select(int nfds, fd_set __user *in, fd_set __user *out, fd_set __user *ex,
                struct __kernel_old_timeval __user *timeout)
{
    struct __kernel_old_timeval tv;
    uint64_t deadline = TIME_FOREVER;
    if (timeout != NULL) {
        if (copy_from_user(&tv, timeout, sizeof(tv)) != 0)
            return -EFAULT;
        int err = select_deadline(&deadline, &tv);
        if (err != 0)
            return err;
    }
    long ready = do_select(nfds, (fd_set __user *[]){in, out, ex}, deadline);
    if (timeout != NULL) {
        tv = ns_to_timeval(time_until(deadline, clock_monotonic()));
        if (copy_to_user(timeout, &tv, sizeof(tv)) != 0)
            return ready; /* as on Linux: the error is ignored */
    }
    return ready == -EINTR ? -ERESTARTNOHAND : ready;
}

long sys_pselect6(int nfds, fd_set __user *in, fd_set __user *out, fd_set __user *ex,
                  struct __kernel_timespec __user *timeout, const void __user *mask_arg)
{
    uint64_t deadline, mask[2] = {0, 0}; /* pointer and size */
    int err = 0;
    if (mask_arg != NULL && copy_from_user(mask, mask_arg, sizeof(mask)) != 0)
        err = -EFAULT;
    if (err == 0)
        err = get_user_deadline(&deadline, timeout);
    if (err == 0)
        err = set_call_mask(user_ptr(mask[0]), mask[1]);
    if (err != 0)
        return err;
    long ready = do_select(nfds, (fd_set __user *[]){in, out, ex}, deadline);
    put_timespec(timeout, deadline);
    return ready == -EINTR ? -ERESTARTNOHAND : ready;
}
