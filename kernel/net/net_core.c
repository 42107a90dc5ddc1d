/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the lock of the protocols and their thread, and what lwIP needs of the kernel
 * (lwip/include/port.h).
 *
 * The thread runs on the last core. It sleeps until a timer is due, so it never runs while no
 * connection exists; devices wake it when packets have arrived.
 *
 * Lock: net_core, see net_core.h.
 */
#include "net_core.h"
#include "card.h"

#include "port.h"

#include <hermit/channel.h>
#include <hermit/kmalloc.h>
#include <hermit/panic.h>
#include <hermit/percpu.h>
#include <hermit/process.h>
#include <hermit/random.h>
#include <hermit/sched.h>
#include <hermit/task_table.h>
#include <hermit/timer.h>

#include "lwip/init.h"
#include "lwip/sys.h"

#define NSEC_PER_USEC 1000

static struct mutex net_core = MUTEX_INIT(net_core);
static bool started; /* net_core */

static struct {
    struct wait_queue wake;
    _Atomic bool woken; /* set by net_wake(), taken by the thread: docs/concurrency.md, "The net
                           thread" */
    struct timer timer; /* wakes it; the thread's own */
} thread = {.wake = WAIT_QUEUE_INIT(thread.wake)};

void net_lock(void)
{
    mutex_lock(&net_core);
}

void net_unlock(void)
{
    (void)loop_drain();
    cards_flush();
    mutex_unlock(&net_core);
}

int net_wait(struct wait_queue *wq, uint64_t deadline)
{
    bool late = deadline != TIME_FOREVER && clock_monotonic() >= deadline;
    bool any = loop_drain() || cards_poll();
    any = loop_drain() || any; /* what the answers were */
    cards_flush();
    if (any && !late && !signal_pending())
        return 0; /* perhaps that was what is waited for */
    return wait_unlocked(&net_core, wq, deadline);
}

void net_wake(void)
{
    /* Release, pairs with take_wake(): the thread sees what it is woken for. */
    atomic_store_explicit(&thread.woken, true, memory_order_release);
    wake_all(&thread.wake);
}

static bool take_wake(void)
{
    return atomic_exchange_explicit(&thread.woken, false, memory_order_acquire);
}

static void time_is_up(struct timer *timer)
{
    (void)timer;
    net_wake();
}

/* Armed for too early it stays: it costs less that the thread looks once in vain than that each
 * frame arms and disarms it. The thread runs where the timer does, so it sees whether it is. */
static void wake_at(uint64_t next)
{
    bool is_early = load_relaxed(&thread.timer.armed) && thread.timer.deadline <= next;
    if (!is_early && next != TIME_FOREVER)
        timer_arm(&thread.timer, next);
}

static void net_thread(void *arg)
{
    (void)arg;
    for (;;) {
        net_lock();
        (void)cards_poll();
        uint64_t next = net_timers_run(clock_monotonic());
        cards_tell_changes();
        net_unlock();
        wake_at(next);
        (void)wait_event(&thread.wake, take_wake(), 0, TIME_FOREVER);
    }
}

int net_start(void)
{
    if (likely(started))
        return 0;
    struct task *t = task_create_kernel("net", nr_cpus - 1, net_thread, NULL);
    if (t == NULL)
        return -ENOMEM;
    timer_init(&thread.timer, time_is_up);
    lwip_init();
    loop_start();
    cards_start();
    started = true;
    /* Release, pairs with process_exit(). */
    atomic_store_explicit(&process_end_hooks[PROCESS_END_NETWORK], net_end, memory_order_release);
    task_start(t);
    return 0;
}

int net_errno(err_t err)
{
    switch (err) {
    case ERR_OK:
        return 0;
    case ERR_MEM:
        return -ENOBUFS;
    case ERR_RTE:
        return -ENETUNREACH;
    case ERR_USE:
        return -EADDRINUSE;
    case ERR_BUF: /* no port is free */
        return -EADDRNOTAVAIL;
    case ERR_VAL: /* a broadcast without SO_BROADCAST */
        return -EACCES;
    default:
        return -EINVAL;
    }
}

void *lwip_port_malloc(size_t size)
{
    return kmalloc(size);
}

void *lwip_port_calloc(size_t count, size_t size)
{
    return kzalloc(count * size); /* of lwIP's own structures: no overflow */
}

void lwip_port_free(void *p)
{
    kfree(p);
}

void lwip_port_random(void *buf, size_t n)
{
    random_fill(buf, n);
}

uint64_t lwip_port_now_us(void)
{
    return clock_monotonic() / NSEC_PER_USEC;
}

u32_t sys_now(void)
{
    return (u32_t)(lwip_port_now_us() / 1000);
}

void lwip_port_failed(const char *what, const char *file, int line)
{
    panic("lwIP: %s (%s:%d)", what, file, line);
}
