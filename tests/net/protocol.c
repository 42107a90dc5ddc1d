/* SPDX-License-Identifier: BSD-3-Clause */
/* The listener of the tests, and what it says of its connections. */
#include "protocol.h"

#include <string.h>

static void deliver(const void *packet, size_t size)
{
    sim_deliver(&sim_netif[0], packet, size);
}

const struct wire_link wire_link = {deliver, sim_caught};

struct tcp_pcb *listener, *accepted;
unsigned nr_accepted;
size_t received;
err_t ended;
char data[65535];

static err_t on_receive(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    (void)arg;
    (void)err;
    if (p) {
        received += p->tot_len;
        tcp_recved(pcb, p->tot_len);
        pbuf_free(p);
    }
    return ERR_OK;
}

static void on_error(void *arg, err_t err)
{
    (void)arg;
    ended = err;
    accepted = NULL;
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    if (err != ERR_OK)
        return err;
    accepted = pcb;
    nr_accepted++;
    tcp_recv(pcb, on_receive);
    tcp_err(pcb, on_error);
    return ERR_OK;
}

struct tcp_pcb *listen_on(uint16_t port, uint16_t backlog)
{
    struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_V4);
    assert_int_equal(tcp_bind(pcb, IP4_ADDR_ANY, port), ERR_OK);
    pcb = tcp_listen_with_backlog(pcb, backlog);
    tcp_accept(pcb, on_accept);
    return pcb;
}

int set_up(void **state)
{
    (void)state;
    sim_start(1);
    accepted = NULL;
    nr_accepted = 0;
    received = 0;
    ended = ERR_OK;
    memset(&sim_icmp_error, 0, sizeof(sim_icmp_error));
    sim_icmp_pcb = NULL;
    listener = listen_on(PORT, 1000);
    return 0;
}

int tear_down(void **state)
{
    (void)state;
    if (accepted)
        tcp_abort(accepted);
    tcp_close(listener);
    sim_stop();
    return 0;
}

struct wire peer(uint16_t port)
{
    return (struct wire){
        .port = PORT, .peer_port = port, .seq = 1000, .window = 65535, .mss = 1460};
}

void expect(struct wire *w, unsigned flags, struct segment *s)
{
    assert_true(wire_receive(w, s));
    assert_int_equal(s->flags, flags);
}

void expect_nothing(struct wire *w)
{
    struct segment s;
    assert_false(wire_receive(w, &s));
}

void into_time_wait(struct wire *w)
{
    struct segment s;
    wire_connect(w);
    tcp_close(accepted);
    accepted = NULL;
    expect(w, TCP_FIN | TCP_ACK, &s);
    wire_send(w, TCP_FIN | TCP_ACK, NULL, 0);
    expect(w, TCP_ACK, &s);
    assert_non_null(tcp_tw_pcbs);
}

static err_t on_connect(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    (void)err;
    accepted = pcb;
    return ERR_OK;
}

struct tcp_pcb *connect_from(struct wire *w, uint16_t port)
{
    struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_V4);
    struct segment s;
    ip_addr_t to;
    IP_ADDR4(&to, 10, 0, 0, 9);
    w->port = port;
    assert_int_equal(tcp_bind(pcb, IP4_ADDR_ANY, port), ERR_OK);
    tcp_err(pcb, on_error);
    tcp_recv(pcb, on_receive);
    assert_int_equal(tcp_connect(pcb, &to, w->peer_port, on_connect), ERR_OK);
    expect(w, TCP_SYN, &s);
    return pcb;
}
