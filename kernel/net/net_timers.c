/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: lwIP's cyclic timers, in place of its own. Each runs only while something needs it,
 * so that a machine whose connections are idle has none at all.
 *
 * Lock: net_core.
 */
#include "card.h"
#include "tcp.h"

#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/igmp.h"
#include "lwip/ip4_frag.h"
#include "lwip/ip6_frag.h"
#include "lwip/mld6.h"
#include "lwip/nd6.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/timeouts.h"

#define NSEC_PER_MSEC 1000000UL
#define NSEC_PER_USEC 1000UL
#define CORK_MS       200 /* as Linux: how long bytes wait for more */
#define DEFER_MS      250 /* how exactly the time of TCP_DEFER_ACCEPT is kept */

/* Some connection waits for the next tick. */
static bool tcp_wants_tick(void)
{
    return tcp_ticking;
}

/* While none does: lets the ticks go on if something is due. When that is. */
static uint64_t wake_tcp(uint64_t now)
{
    uint32_t ms = tcp_ticking ? TCP_SLEEP_FOREVER : tcp_sleep_ms();
    if (ms == 0)
        tcp_start_ticking();
    return ms == 0 || ms == TCP_SLEEP_FOREVER ? TIME_FOREVER : time_after(now, ms * NSEC_PER_MSEC);
}

/* When the next segment that was overtaken counts as lost. */
static uint64_t wake_recovery(uint64_t now)
{
    uint32_t us = tcp_recovery_timers();
    return us == UINT32_MAX ? TIME_FOREVER : time_after(now, us * NSEC_PER_USEC);
}

static uint64_t wake_connections(uint64_t now)
{
    uint64_t recovery = wake_recovery(now), others = wake_tcp(now);
    return MIN(recovery, others);
}

/* Addresses of neighbours and fragments grow old, routers are asked for, addresses are tried. */
static void each_second(void)
{
    etharp_tmr();
    nd6_tmr();
    ip_reass_tmr();
    ip6_reass_tmr();
    cards_may_have_changed();
}

static void report_groups(void)
{
    igmp_tmr();
    mld6_tmr();
}

static struct net_timer {
    uint64_t interval; /* ns */
    void (*tick)(void);
    bool (*is_needed)(void);
    uint64_t due; /* 0: it does not run */
} timers[] = {
    {TCP_TMR_INTERVAL * NSEC_PER_MSEC, tcp_tmr, tcp_wants_tick, 0},
    {CORK_MS * NSEC_PER_MSEC, tcp_uncork_all, tcp_has_corked, 0},
    {DEFER_MS * NSEC_PER_MSEC, tcp_end_defers, tcp_has_silent, 0},
    {ARP_TMR_INTERVAL * NSEC_PER_MSEC, each_second, cards_exist, 0},
    {DHCP_FINE_TIMER_MSECS * NSEC_PER_MSEC, dhcp_fine_tmr, cards_ask_dhcp, 0},
    {DHCP_COARSE_TIMER_MSECS * NSEC_PER_MSEC, dhcp_coarse_tmr, cards_exist, 0},
    {IGMP_TMR_INTERVAL * NSEC_PER_MSEC, report_groups, cards_have_reports, 0},
};

uint64_t net_timers_run(uint64_t now)
{
    uint64_t next = wake_connections(now);
    bool ticked = false;
    for (struct net_timer *t = timers; t < timers + ARRAY_SIZE(timers); t++) {
        if (t->due != 0 && t->due <= now) {
            t->tick();
            ticked = true;
            t->due = MAX(t->due + t->interval, now + 1); /* what was missed is not made up for */
        }
        if (!t->is_needed())
            t->due = 0;
        else if (t->due == 0)
            t->due = time_after(now, t->interval);
        if (t->due != 0)
            next = MIN(next, t->due);
    }
    return ticked ? MIN(next, wake_connections(now)) : next;
}

void net_timers_changed(void)
{
    for (struct net_timer *t = timers; t < timers + ARRAY_SIZE(timers); t++)
        if (t->due == 0 && t->is_needed()) {
            net_wake();
            return;
        }
}

/* lwip/tcp_recovery.c calls it. */
void lwip_port_timer_set(void)
{
    net_wake();
}

/* lwIP calls it when a connection waits for ticks. */
void tcp_timer_needed(void)
{
    net_timers_changed();
}

/* lwip_init() calls it. */
void sys_timeouts_init(void)
{
}
