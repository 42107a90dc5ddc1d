/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The protocols, lwIP, as the sockets of AF_INET and AF_INET6 and the interfaces use them: one
 * sleeping lock, net_core, and one thread for what no call waits for. docs/network.md has the
 * picture.
 *
 * net_core protects all of lwIP, and of each such socket what lwIP's callbacks touch. The
 * application's memory is never touched under it. Packets for this machine itself are delivered
 * when it is released, and so are those that cards have received while somebody waits, so whoever
 * holds it sees no callback but from net_unlock() and net_wait().
 */
#ifndef NET_NET_CORE_H
#define NET_NET_CORE_H

#include <hermit/wait.h>

#include "lwip/err.h"

void net_lock(void);
void net_unlock(void);

/* Starts the protocols, the loop interface and the thread, if that has not been done. Locked. 0 or
 * −ENOMEM. */
int net_start(void);

/* One sleep, as wait_unlocked(): 0, −ERESTARTSYS, −ETIMEDOUT. Locked. */
int net_wait(struct wait_queue *wq, uint64_t deadline);

/* net_end.c: the process has ended. Not locked. */
void net_end(void);

/* Lets the net thread look at the timers and at its work once more. Any context, locked or not. */
void net_wake(void);

/* −errno of a result of lwIP's. */
int net_errno(err_t err);

/* net_timers.c: lwIP's cyclic timers. Runs those that are due, returns when the next one is;
 * TIME_FOREVER: none is needed. Locked. */
uint64_t net_timers_run(uint64_t now);
/* Something may need a timer that does not run. Locked. */
void net_timers_changed(void);

/* loop.c: adds the interface; delivers what it was given (false: nothing). Locked. */
struct pbuf;
extern struct pbuf *loop_pending;
void loop_start(void);
void loop_deliver(void);

static inline bool loop_drain(void)
{
    bool any = loop_pending != NULL;
    if (any)
        loop_deliver();
    return any;
}

#endif
