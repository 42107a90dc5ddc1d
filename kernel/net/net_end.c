/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: what is left to do for the network when the process has ended. On Linux the kernel goes on
 * sending; here the machine ends, so the end waits until what was sent has left, and what was
 * written to a connection is acknowledged, with the FIN behind it: five seconds at most.
 *
 * Lock: net_core.
 */
#include "card.h"

#include <hermit/sched.h>

#include "lwip/priv/tcp_priv.h"

#define LIMIT_NS (5 * NSEC_PER_SEC)
#define POLL_NS  100000UL

static bool is_open(const struct tcp_pcb *pcb)
{
    return pcb->state == ESTABLISHED || pcb->state == CLOSE_WAIT;
}

/* As close(2) of them does. */
static void close_connections(void)
{
    for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next)
        if (is_open(pcb))
            tcp_shutdown(pcb, 0, 1); /* out of memory: the peer hears nothing, as when we crash */
}

/* Does a connection that was there still wait for an acknowledgement? */
static bool is_sending(void)
{
    for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next)
        if (pcb->state >= ESTABLISHED && (pcb->unsent != NULL || pcb->unacked != NULL))
            return true;
    return false;
}

void net_end(void)
{
    uint64_t now = clock_monotonic(), limit = time_after(now, LIMIT_NS);
    net_lock();
    close_connections();
    for (;;) {
        net_unlock();
        net_lock(); /* what was handed over is delivered, and the devices are told */
        cards_poll();
        if ((!is_sending() && cards_are_idle()) || now >= limit)
            break;
        net_unlock();
        sleep_until(now + POLL_NS, 0);
        now = clock_monotonic();
        net_lock();
    }
    net_unlock();
}
