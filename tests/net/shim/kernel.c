/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the socket layer takes of the rest of the kernel, on the host: tasks that sleep, locks,
 * memory, the application's memory, and the names of what is not there.
 *
 * A thread of the host is a task. One runs at a time, until it sleeps; so locks are looked at, but
 * nobody ever waits for a spin lock.
 */
#include <hermit/atomic.h>
#include <hermit/boot_info.h>
#include <hermit/error_signal.h>
#include <hermit/file.h>
#include <hermit/kmalloc.h>
#include <hermit/locks.h>
#include <hermit/made_file.h>
#include <hermit/panic.h>
#include <hermit/pipe.h>
#include <hermit/process.h>
#include <hermit/random.h>
#include <hermit/rlimit.h>
#include <hermit/signal.h>
#include <hermit/signal_pending.h>
#include <hermit/socket_node.h>
#include <hermit/string.h>
#include <hermit/task_table.h>
#include <hermit/thread.h>
#include <hermit/uaccess.h>
#include <hermit/wait.h>
#include <linux/errno.h>

#include "shim.h"

/* Of the C library, whose headers do not go with the kernel's. */
void *malloc(size_t size);
void free(void *p);
_Noreturn void abort(void);
int dprintf(int fd, const char *format, ...);

uint64_t machine_patience = 600 * NSEC_PER_SEC;
size_t machine_memory;
unsigned machine_out_of_memory, machine_sigpipes;

/* --- tasks */

static _Thread_local struct task self;
static _Thread_local struct task_thread self_thread;
static _Thread_local bool interrupted; /* the running call has slept too long */

struct task *machine_task(void)
{
    return &self;
}

struct task_thread *task_thread(const struct task *t)
{
    (void)t; /* always the calling one */
    return &self_thread;
}

void shim_begin_call(void)
{
    interrupted = false;
}

bool signal_pending(void)
{
    return interrupted;
}

bool task_wake(struct task *t)
{
    return atomic_exchange_explicit(&t->state, TASK_RUNNING, memory_order_relaxed) != TASK_RUNNING;
}

void sleep_prepare(unsigned flags)
{
    store_relaxed(&self.state, flags != 0 ? TASK_INTERRUPTIBLE : TASK_UNINTERRUPTIBLE);
}

static int end_sleep(int err)
{
    store_relaxed(&self.state, TASK_RUNNING);
    return err;
}

int wait_sleep(uint64_t deadline)
{
    uint64_t give_up = time_after(machine_now, machine_patience);
    while (load_relaxed(&self.state) != TASK_RUNNING) {
        if (interrupted && load_relaxed(&self.state) == TASK_INTERRUPTIBLE)
            return end_sleep(-EINTR);
        if (machine_now >= deadline)
            return end_sleep(-ETIMEDOUT);
        if (interrupted)
            panic("a sleep without an end");
        machine_idle(MIN(deadline, give_up));
        interrupted = machine_now >= give_up;
    }
    return 0;
}

int sleep_until(uint64_t deadline, unsigned flags)
{
    int err;
    do {
        sleep_prepare(flags);
        err = wait_sleep(deadline);
    } while (err == 0);
    return err;
}

void wait_queue_init(struct wait_queue *wq)
{
    spin_init(&wq->lock, "wait_queue");
    list_init(&wq->waiters);
}

void wait_join(struct wait_queue *wq, struct waiter *w)
{
    list_push_back(&wq->waiters, &w->link);
}

void wait_leave(struct wait_queue *wq, struct waiter *w)
{
    (void)wq;
    list_remove(&w->link);
}

void wait_begin(struct wait_queue *wq, struct waiter *w, unsigned flags)
{
    *w = (struct waiter){.task = &self};
    wait_join(wq, w);
    sleep_prepare(flags & (WAIT_INTERRUPTIBLE | WAIT_KILLABLE));
}

void wait_end(struct wait_queue *wq, struct waiter *w)
{
    wait_leave(wq, w);
    (void)end_sleep(0);
}

/* Exclusive waiters are woken like all others, which they allow for. */
void wake_all(struct wait_queue *wq)
{
    list_for_each_safe (it, next, &wq->waiters) {
        struct waiter *w = list_entry(it, struct waiter, link);
        if (w->notify != NULL)
            (void)w->notify(w);
        else
            (void)task_wake(w->task);
    }
}

void mutex_init(struct mutex *m, const char *name)
{
    (void)name;
    *m = (struct mutex){.owner = 0};
}

bool mutex_trylock(struct mutex *m)
{
    if (load_relaxed(&m->owner) != 0)
        return false;
    store_relaxed(&m->owner, (uintptr_t)&self);
    return true;
}

void mutex_lock(struct mutex *m)
{
    if (load_relaxed(&m->owner) == (uintptr_t)&self)
        panic("a task takes a lock that it holds");
    while (!mutex_trylock(m))
        machine_idle(TIME_FOREVER);
}

void mutex_unlock(struct mutex *m)
{
    if (load_relaxed(&m->owner) != (uintptr_t)&self)
        panic("a task gives a lock back that it does not hold");
    store_relaxed(&m->owner, 0);
}

/* The net thread, whose loop is machine_step()'s, as its timer is. */
struct task *task_create_kernel(const char *name, unsigned cpu, void (*fn)(void *arg), void *arg)
{
    (void)name, (void)cpu, (void)fn, (void)arg;
    return &self;
}

void task_start(struct task *t)
{
    (void)t;
}

void timer_init(struct timer *t, void (*fn)(struct timer *t))
{
    (void)t, (void)fn;
}

void timer_arm(struct timer *t, uint64_t deadline)
{
    (void)t, (void)deadline;
}

int error_signal(int err)
{
    machine_sigpipes++;
    return err;
}

void signal_set_call_mask(uint64_t mask)
{
    (void)mask; /* there are no handlers */
}

/* --- memory */

#define HEADER 16 /* before each allocation: its size */

void *kmalloc(size_t size)
{
    if (machine_out_of_memory != 0 && machine_random() % 1000 < machine_out_of_memory)
        return NULL;
    size_t *p = malloc(HEADER + size);
    if (p == NULL)
        panic("the host has no memory");
    *p = size;
    machine_memory += size;
    return (char *)p + HEADER;
}

void *kmalloc_for(size_t size, unsigned flags)
{
    (void)flags;
    return kmalloc(size);
}

void *kzalloc(size_t size)
{
    void *p = kmalloc(size);
    return p != NULL ? memset(p, 0, size) : NULL;
}

void kfree(void *p)
{
    if (p == NULL)
        return;
    size_t *start = (size_t *)(void *)((char *)p - HEADER);
    machine_memory -= *start;
    free(start);
}

/* Always moves, so that who keeps the old pointer is found. */
void *krealloc(void *p, size_t size)
{
    void *q = kmalloc(size);
    if (q != NULL && p != NULL) {
        memcpy(q, p, MIN(size, *(const size_t *)(const void *)((char *)p - HEADER)));
        kfree(p);
    }
    return q;
}

struct kmem_cache {
    size_t size;
};

struct kmem_cache *kmem_cache_create(const char *name, size_t size, size_t align)
{
    static struct kmem_cache files; /* the only one here */
    (void)name, (void)align;
    files.size = size;
    return &files;
}

void *kmem_cache_alloc(struct kmem_cache *c, unsigned flags)
{
    (void)flags;
    return kmalloc(c->size);
}

void frame_stats(struct frame_stats *st)
{
    *st = (struct frame_stats){1UL << 30, 1UL << 29};
}

/* --- the application's memory */

#define USER_FIRST 0x10000UL
#define USER_END   (1UL << 47)

bool user_range_ok(const void __user *p, size_t n)
{
    uintptr_t at = user_addr(p);
    return n == 0 || (at >= USER_FIRST && at < USER_END && n < USER_END - at);
}

/* What an address of the application points to. */
static void *user_bytes(const void __user *p)
{
    return (void *)user_addr(p);
}

size_t copy_from_user_partial(void *dst, const void __user *src, size_t n)
{
    if (!user_range_ok(src, n))
        return n;
    memcpy(dst, user_bytes(src), n);
    return 0;
}

size_t copy_to_user_partial(void __user *dst, const void *src, size_t n)
{
    if (!user_range_ok(dst, n))
        return n;
    memcpy(user_bytes(dst), src, n);
    return 0;
}

int copy_from_user(void *dst, const void __user *src, size_t n)
{
    return copy_from_user_partial(dst, src, n) == 0 ? 0 : -EFAULT;
}

int copy_to_user(void __user *dst, const void *src, size_t n)
{
    return copy_to_user_partial(dst, src, n) == 0 ? 0 : -EFAULT;
}

int clear_user(void __user *dst, size_t n)
{
    if (!user_range_ok(dst, n))
        return -EFAULT;
    memset(user_bytes(dst), 0, n);
    return 0;
}

int get_user_u32(uint32_t *value, const uint32_t __user *src)
{
    return copy_from_user(value, src, sizeof(*value));
}

int put_user_u32(uint32_t __user *dst, uint32_t value)
{
    return copy_to_user(dst, &value, sizeof(value));
}

int get_user_u64(uint64_t *value, const uint64_t __user *src)
{
    return copy_from_user(value, src, sizeof(*value));
}

int put_user_u64(uint64_t __user *dst, uint64_t value)
{
    return copy_to_user(dst, &value, sizeof(value));
}

int fault_in_user(const void __user *p, bool write)
{
    (void)write;
    return user_range_ok(p, 1) ? 0 : -EFAULT;
}

/* --- the rest */

unsigned nr_cpus = 1;
struct boot_info boot_info;
void (*_Atomic process_end_hooks[NR_PROCESS_ENDS])(void);

void panic(const char *format, ...)
{
    char text[256];
    __builtin_va_list ap;
    __builtin_va_start(ap, format);
    (void)kvsnprintf(text, sizeof(text), format, ap);
    __builtin_va_end(ap);
    (void)dprintf(2, "panic: %s\n", text);
    abort();
}

void random_fill(void *buf, size_t n)
{
    for (uint8_t *p = buf; n > 0; n--)
        *p++ = (uint8_t)machine_random();
}

uint64_t clock_realtime(void)
{
    return machine_now;
}

uint64_t rlimit_soft(unsigned resource)
{
    (void)resource; /* of descriptors */
    return 1024;
}

/* --- what is not there */

void text_add(struct text *t, const void *bytes, size_t n)
{
    (void)t, (void)bytes, (void)n;
}

void text_printf(struct text *t, const char *format, ...)
{
    (void)t, (void)format;
}

int vfs_make_socket(const char *path, struct dentry **node)
{
    (void)path, (void)node;
    return -EROFS;
}

int vfs_find_socket(const char *path, struct dentry **node)
{
    (void)path, (void)node;
    return -ENOENT;
}

void dentry_get(struct dentry *d)
{
    (void)d;
}

void dentry_put(struct dentry *d)
{
    (void)d;
}

bool file_is_pipe(const struct file *f)
{
    (void)f;
    return false;
}

long pipe_get_size(struct file *f)
{
    (void)f;
    return -EBADF;
}

long pipe_set_size(struct file *f, unsigned long size)
{
    (void)f, (void)size;
    return -EBADF;
}

long lock_fcntl(struct file *f, int fd, unsigned cmd, unsigned long user)
{
    (void)f, (void)fd, (void)cmd, (void)user;
    return -EINVAL; /* as on sockets */
}

long lock_flock(struct file *f, int how)
{
    (void)f, (void)how;
    return -EINVAL;
}
