/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a connection costs does not depend on how many others there are, open or in TIME_WAIT. Cost
 * is counted in executed branches of lwIP, which the compiler reports one by one (trace-pc).
 */
#include "sim.h"

#include <stdio.h>
#include <stdlib.h>

#include "lwip/priv/tcp_priv.h"

enum { MANY = 10000, SAMPLE = 100 };

static uint64_t branches;
static struct tcp_pcb *accepted;

void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_pc(void)
{
    branches++;
}

static err_t on_receive(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    (void)arg;
    (void)err;
    if (p) {
        tcp_recved(pcb, p->tot_len);
        pbuf_free(p);
    }
    return ERR_OK;
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    if (err != ERR_OK)
        return err;
    tcp_recv(pcb, on_receive);
    accepted = pcb;
    return ERR_OK;
}

static void settle(void)
{
    while (sim_step(sim_now_us() + 1))
        ;
}

static struct tcp_pcb *connect_one(void)
{
    struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_V4);
    accepted = NULL;
    if (!pcb || tcp_connect(pcb, &sim_netif[1].ip_addr, 80, NULL) != ERR_OK)
        abort();
    settle();
    if (!accepted)
        abort();
    return pcb;
}

static void close_one(struct tcp_pcb *pcb)
{
    struct tcp_pcb *other = accepted;
    tcp_close(pcb);
    settle();
    tcp_close(other);
    settle();
}

/* Branches for a connection, opened and closed, on average. */
static uint64_t cost_of_connecting(void)
{
    uint64_t before = branches;
    for (int i = 0; i < SAMPLE; i++)
        close_one(connect_one());
    return (branches - before) / SAMPLE;
}

static uint64_t cost_of_a_second(void)
{
    uint64_t before = branches;
    sim_run_ms(1000);
    return branches - before;
}

static unsigned length(const struct tcp_pcb *list)
{
    unsigned n = 0;
    for (; list; list = list->next)
        n++;
    return n;
}

static void check(const char *what, uint64_t few, uint64_t many, uint64_t bound)
{
    printf("%s: %lu with none, %lu with %d, of %lu allowed\n", what, few, many, MANY, bound);
    if (many > bound)
        exit(1);
}

int main(void)
{
    struct tcp_pcb *listener;
    uint64_t connecting, second;
    sim_start(1);
    listener = tcp_new_ip_type(IPADDR_TYPE_V4);
    tcp_bind(listener, IP4_ADDR_ANY, 80);
    listener = tcp_listen_with_backlog(listener, 100);
    tcp_accept(listener, on_accept);
    cost_of_connecting();
    connecting = cost_of_connecting();
    second = cost_of_a_second();

    while (length(tcp_tw_pcbs) < MANY)
        cost_of_connecting();
    check("connect and close, TIME_WAIT", connecting, cost_of_connecting(), connecting * 5 / 4);
    check("a second, TIME_WAIT", second, cost_of_a_second(), second * 5 / 4);
    sim_run_ms(70000);

    for (int i = 0; i < MANY; i++)
        connect_one();
    check("connect and close, open", connecting, cost_of_connecting(), connecting * 5 / 4);
    tcp_close(listener);
    while (tcp_active_pcbs)
        tcp_abort(tcp_active_pcbs);
    settle();
    sim_stop();
    return 0;
}
