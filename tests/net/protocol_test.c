/* SPDX-License-Identifier: BSD-3-Clause */
/* What the patches promise, and what TCP must do, segment by segment; the test is the peer. */
#include "hooks.h"
#include "sim.h"
#include "wire.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lwip/inet_chksum.h"
#include "lwip/prot/icmp.h"
#include "lwip/udp.h"

#define PORT 80

static void deliver(const void *packet, size_t size)
{
    sim_deliver(&sim_netif[0], packet, size);
}

const struct wire_link wire_link = {deliver, sim_caught};

static struct tcp_pcb *listener, *accepted;
static unsigned nr_accepted;
static size_t received;
static err_t ended; /* what the error callback said */
static char data[65535];

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

static struct tcp_pcb *listen_on(uint16_t port, uint16_t backlog)
{
    struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_V4);
    assert_int_equal(tcp_bind(pcb, IP4_ADDR_ANY, port), ERR_OK);
    pcb = tcp_listen_with_backlog(pcb, backlog);
    tcp_accept(pcb, on_accept);
    return pcb;
}

static int set_up(void **state)
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

static int tear_down(void **state)
{
    (void)state;
    if (accepted)
        tcp_abort(accepted);
    tcp_close(listener);
    sim_stop();
    return 0;
}

static struct wire peer(uint16_t port)
{
    return (struct wire){
        .port = PORT, .peer_port = port, .seq = 1000, .window = 65535, .mss = 1460};
}

static void expect(struct wire *w, unsigned flags, struct segment *s)
{
    assert_true(wire_receive(w, s));
    assert_int_equal(s->flags, flags);
}

static void expect_nothing(struct wire *w)
{
    struct segment s;
    assert_false(wire_receive(w, &s));
}

/* lwIP closes first, so that its side waits. */
static void into_time_wait(struct wire *w)
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

static void syn_with_higher_number_reopens_time_wait(void **state)
{
    struct wire w = peer(5000);
    struct segment s;
    uint32_t old;
    (void)state;
    into_time_wait(&w);
    old = w.ack;
    w.seq++;
    wire_send(&w, TCP_SYN, NULL, 0);
    expect(&w, TCP_SYN | TCP_ACK, &s);
    assert_int_equal(s.ack, w.seq);
    assert_true((int32_t)(s.seq - old) > 65535);
    assert_null(tcp_tw_pcbs);
    wire_send(&w, TCP_ACK, NULL, 0);
    assert_int_equal(nr_accepted, 2);
}

static void old_syn_leaves_time_wait(void **state)
{
    struct wire w = peer(5001);
    struct segment s;
    (void)state;
    into_time_wait(&w);
    w.seq--;
    wire_send(&w, TCP_SYN, NULL, 0);
    expect(&w, TCP_ACK, &s);
    w.seq += 5;
    wire_send(&w, TCP_RST, NULL, 0);
    expect_nothing(&w);
    assert_non_null(tcp_tw_pcbs);
}

static void syn_without_listener_leaves_time_wait(void **state)
{
    struct wire w = peer(5002);
    struct segment s;
    (void)state;
    into_time_wait(&w);
    tcp_close(listener);
    w.seq++;
    wire_send(&w, TCP_SYN, NULL, 0);
    expect(&w, TCP_ACK, &s);
    assert_non_null(tcp_tw_pcbs);
    listener = listen_on(PORT + 1, 1);
}

static void time_wait_ends_after_two_lifetimes(void **state)
{
    struct wire w = peer(5003);
    (void)state;
    into_time_wait(&w);
    sim_run_ms(59000);
    assert_non_null(tcp_tw_pcbs);
    sim_run_ms(2000);
    assert_null(tcp_tw_pcbs);
}

static void resets_are_believed_at_the_right_number_only(void **state)
{
    struct wire w = peer(5010);
    struct segment s;
    (void)state;
    wire_connect(&w);
    w.seq += 10;
    wire_send(&w, TCP_RST, NULL, 0);
    expect(&w, TCP_ACK, &s); /* RFC 5961, 3.2 */
    assert_non_null(accepted);
    w.seq -= 100;
    wire_send(&w, TCP_RST, NULL, 0);
    expect_nothing(&w);
    assert_non_null(accepted);
    w.seq += 90;
    wire_send(&w, TCP_RST, NULL, 0);
    assert_int_equal(ended, ERR_RST);
}

static void both_close_at_once(void **state)
{
    struct wire w = peer(5011);
    struct segment s;
    (void)state;
    wire_connect(&w);
    tcp_close(accepted);
    expect(&w, TCP_FIN | TCP_ACK, &s);
    w.ack--; /* the peer's FIN passes ours */
    wire_send(&w, TCP_FIN | TCP_ACK, NULL, 0);
    expect(&w, TCP_ACK, &s);
    assert_int_equal(accepted->state, CLOSING);
    wire_send(&w, TCP_ACK, NULL, 0);
    assert_int_equal(tcp_tw_pcbs->state, TIME_WAIT);
    accepted = NULL;
}

static err_t on_connect(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    (void)err;
    accepted = pcb;
    return ERR_OK;
}

/* A connection to the peer, which has seen the SYN. */
static struct tcp_pcb *connect_from(struct wire *w, uint16_t port)
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

static void both_open_at_once(void **state)
{
    struct wire w = peer(5015);
    struct tcp_pcb *pcb = connect_from(&w, PORT + 1);
    struct segment s;
    (void)state;
    wire_send(&w, TCP_SYN, NULL, 0);
    expect(&w, TCP_SYN | TCP_ACK, &s);
    assert_int_equal(s.ack, w.seq);
    assert_null(accepted);
    w.seq--;
    wire_send(&w, TCP_SYN | TCP_ACK, NULL, 0);
    expect(&w, TCP_ACK, &s);
    assert_ptr_equal(accepted, pcb);
    assert_int_equal(pcb->state, ESTABLISHED);
    assert_int_equal(pcb->mss, 1460);
    assert_in_range(pcb->snd_wnd, 1, 65535);
    wire_send(&w, TCP_ACK, "hello", 5);
    assert_int_equal(received, 5);
}

static void syns_that_may_be_lost_are_counted(void **state)
{
    struct wire w = peer(5016);
    struct tcp_pcb *pcb = connect_from(&w, PORT + 1);
    struct segment s;
    (void)state;
    pcb->syn_nrtx_max = 1;
    sim_run_ms(1200);
    expect(&w, TCP_SYN, &s);
    sim_run_ms(1600);
    assert_int_equal(ended, ERR_OK); /* its time is not over */
    sim_run_ms(500);
    assert_int_equal(ended, ERR_ABRT);
    expect_nothing(&w);
}

static void user_timeout_ends_what_is_not_answered(void **state)
{
    struct wire w = peer(5017);
    (void)state;
    wire_connect(&w);
    tcp_set_user_timeout(accepted, 5000);
    sim_run_ms(20000);
    assert_int_equal(ended, ERR_OK); /* nothing waits for an answer */
    assert_int_equal(tcp_write(accepted, data, 100, 0), ERR_OK);
    assert_int_equal(tcp_output(accepted), ERR_OK);
    sim_run_ms(4800);
    assert_int_equal(ended, ERR_OK);
    sim_run_ms(500);
    assert_int_equal(ended, ERR_ABRT);
}

static void user_timeout_counts_from_when_something_is_under_way(void **state)
{
    struct wire w = peer(5011);
    (void)state;
    w.window = 0;
    wire_connect(&w);
    tcp_set_user_timeout(accepted, 5000);
    sim_run_ms(100000); /* no tick comes */
    assert_int_equal(tcp_write(accepted, data, 100, 0), ERR_OK);
    assert_int_equal(tcp_output(accepted), ERR_OK);
    assert_int_equal(accepted->persist_backoff, 1);
    sim_run_ms(4800);
    assert_int_equal(ended, ERR_OK);
    sim_run_ms(500);
    assert_int_equal(ended, ERR_ABRT);
}

static void half_closed_side_still_receives(void **state)
{
    struct wire w = peer(5012);
    struct segment s;
    (void)state;
    wire_connect(&w);
    tcp_shutdown(accepted, 0, 1);
    expect(&w, TCP_FIN | TCP_ACK, &s);
    wire_send(&w, TCP_ACK, NULL, 0);
    sim_run_ms(300000);
    wire_send(&w, TCP_ACK, data, 1000);
    assert_int_equal(received, 1000);
    assert_int_equal(accepted->state, FIN_WAIT_2);
}

static void idle_connections_need_no_ticks(void **state)
{
    struct wire w = peer(5013);
    struct segment s;
    (void)state;
    wire_connect(&w);
    sim_run_ms(1000);
    assert_false(tcp_ticking);
    assert_int_equal(tcp_sleep_ms(), TCP_SLEEP_FOREVER);
    uint32_t before = tcp_ticks_now();
    sim_run_ms(100000);
    assert_false(tcp_ticking);
    assert_in_range(tcp_ticks_now() - before, 999, 1001);

    wire_send(&w, TCP_ACK | TCP_PSH, data, 10); /* what is received is acknowledged late */
    assert_true(tcp_ticking);
    expect_nothing(&w);
    sim_run_ms(TCP_TMR_INTERVAL);
    expect(&w, TCP_ACK, &s);
    assert_int_equal(tcp_write(accepted, data, 10, 0), ERR_OK);
    tcp_output(accepted);
    expect(&w, TCP_ACK | TCP_PSH, &s);
    sim_run_ms(400); /* and what is sent comes again */
    assert_true(tcp_ticking);
    expect(&w, TCP_ACK | TCP_PSH, &s);
    wire_send(&w, TCP_ACK, NULL, 0);
    sim_run_ms(1000);
    assert_false(tcp_ticking);

    ip_set_option(accepted, SOF_KEEPALIVE);
    accepted->keep_idle = 20000;
    TCP_NEED_TICKS();
    sim_run_ms(5000);
    assert_false(tcp_ticking);
    assert_in_range(tcp_sleep_ms(), 13000, 15000);
    expect_nothing(&w);
    sim_run_ms(15000);
    expect(&w, TCP_ACK, &s); /* a probe */
    wire_send(&w, TCP_ACK, NULL, 0);
    sim_run_ms(1000);
    assert_false(tcp_ticking);
    assert_non_null(accepted);
}

static void closed_connections_end_although_ticks_have_stopped(void **state)
{
    struct wire w = peer(5009), other = peer(5008);
    struct segment s;
    (void)state;
    wire_connect(&w);
    tcp_close(accepted);
    accepted = NULL;
    expect(&w, TCP_FIN | TCP_ACK, &s);
    wire_send(&w, TCP_ACK, NULL, 0); /* FIN_WAIT_2 */
    sim_run_ms(1000);
    into_time_wait(&other);
    sim_run_ms(1000);
    assert_false(tcp_ticking);
    assert_in_range(tcp_sleep_ms(), 57000, TCP_FIN_WAIT_TIMEOUT);
    sim_run_ms(TCP_FIN_WAIT_TIMEOUT - 3000);
    assert_non_null(tcp_active_pcbs);
    assert_non_null(tcp_tw_pcbs);
    sim_run_ms(3000);
    assert_null(tcp_active_pcbs);
    assert_null(tcp_tw_pcbs);
    sim_run_ms(1000);
    assert_false(tcp_ticking);
    assert_int_equal(tcp_sleep_ms(), TCP_SLEEP_FOREVER);
}

static void connection_idle_before_its_close_waits_for_the_peers(void **state)
{
    struct wire w = peer(5011);
    struct segment s;
    (void)state;
    wire_connect(&w);
    sim_run_ms(2 * TCP_FIN_WAIT_TIMEOUT);
    tcp_close(accepted);
    accepted = NULL;
    expect(&w, TCP_FIN | TCP_ACK, &s);
    sim_run_ms(600);
    wire_send(&w, TCP_ACK, NULL, 0); /* FIN_WAIT_2 */
    sim_run_ms(TCP_FIN_WAIT_TIMEOUT - 3000);
    while (wire_receive(&w, &s))
        ;
    wire_send(&w, TCP_FIN | TCP_ACK, NULL, 0);
    expect(&w, TCP_ACK, &s);
}

static void ticks_that_stop_and_go_keep_time(void **state)
{
    struct wire w = peer(5010);
    (void)state;
    wire_connect(&w);
    uint32_t before = tcp_ticks_now();
    for (int i = 0; i < 100; i++) {
        wire_send(&w, TCP_ACK | TCP_PSH, data, 10);
        assert_true(tcp_ticking);
        sim_run_ms(390);
        assert_false(tcp_ticking);
    }
    assert_in_range(tcp_ticks_now() - before, 388, 391);
}

static void round_trips_are_measured_in_microseconds(void **state)
{
    struct wire w = peer(5014);
    struct segment s;
    (void)state;
    wire_connect(&w);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(tcp_write(accepted, data, 10, 0), ERR_OK);
        tcp_output(accepted);
        expect(&w, TCP_ACK | TCP_PSH, &s);
        sim_run_ms(30);
        wire_send(&w, TCP_ACK, NULL, 0);
        sim_run_ms(100);
    }
    assert_in_range(accepted->srtt_us >> 3, 25000, 31000);
    assert_in_range(accepted->rttvar_us >> 2, 0, 10000);
    assert_in_range(accepted->min_rtt_us, 1, 31000);

    /* the answer to a segment that was sent twice says nothing: it may be for either (Karn) */
    uint32_t before = accepted->rtt_count;
    assert_int_equal(tcp_write(accepted, data, 10, 0), ERR_OK);
    tcp_output(accepted);
    expect(&w, TCP_ACK | TCP_PSH, &s);
    sim_run_ms(350);
    expect(&w, TCP_ACK | TCP_PSH, &s);
    wire_send(&w, TCP_ACK, NULL, 0);
    assert_null(accepted->unacked);
    assert_int_equal(accepted->rtt_count, before);
    assert_int_equal(accepted->rttest, 0);
}

static void initial_window_is_ten_segments(void **state)
{
    struct wire w = peer(5020);
    struct segment s;
    size_t sent = 0;
    (void)state;
    wire_connect(&w);
    assert_int_equal(tcp_write(accepted, data, sizeof(data), 0), ERR_OK);
    tcp_output(accepted);
    while (wire_receive(&w, &s))
        sent += s.size;
    assert_int_equal(sent, 10 * 1460);
}

/* Milliseconds until lwIP sends something. */
static uint64_t wait_for_segment(struct wire *w, struct segment *s)
{
    uint64_t start = sim_now_us();
    while (!wire_receive(w, s)) {
        assert_true(sim_now_us() - start < 200000000);
        sim_step(UINT64_MAX);
    }
    return (sim_now_us() - start) / 1000;
}

static void lost_data_come_again_after_doubling_times(void **state)
{
    struct wire w = peer(5021);
    struct segment s;
    uint64_t last = 0;
    (void)state;
    wire_connect(&w);
    tcp_write(accepted, data, 100, 0);
    tcp_output(accepted);
    expect(&w, TCP_ACK | TCP_PSH, &s);
    for (int i = 0; i < 6; i++) {
        uint64_t ms = wait_for_segment(&w, &s);
        assert_int_equal(s.size, 100);
        assert_in_range(ms, i == 0 ? 200 : 2 * last - 200, i == 0 ? 1000 : 2 * last + 200);
        last = ms;
    }
}

/* RFC 6298, 2.2: the round trip of the handshake counts. */
static void first_time_out_follows_the_handshake(void **state)
{
    struct wire w = peer(5010);
    struct segment s;
    (void)state;
    wire_connect(&w);
    tcp_write(accepted, data, 100, 0);
    tcp_output(accepted);
    expect(&w, TCP_ACK | TCP_PSH, &s);
    sim_run_ms(199);
    expect_nothing(&w);
    sim_run_ms(201);
    expect(&w, TCP_ACK | TCP_PSH, &s);
}

static void reset_that_answers_an_ack_has_none(void **state)
{
    struct wire w = peer(5011);
    struct segment s;
    (void)state;
    w.port = PORT + 1;
    w.ack = 77;
    wire_send(&w, TCP_ACK, NULL, 0);
    expect(&w, TCP_RST, &s);
    assert_int_equal(s.seq, 77);
    wire_send(&w, TCP_SYN, NULL, 0);
    expect(&w, TCP_RST | TCP_ACK, &s);
    assert_int_equal(s.seq, 0);
    assert_int_equal(s.ack, w.seq);
}

static void segment_without_ack_is_dropped(void **state)
{
    struct wire w = peer(5012);
    (void)state;
    wire_connect(&w);
    wire_send(&w, 0, data, 100);
    wire_send(&w, TCP_FIN, NULL, 0);
    assert_int_equal(received, 0);
    assert_int_equal(accepted->state, ESTABLISHED);
    w.seq -= 101;
    wire_send(&w, TCP_ACK, data, 100);
    assert_int_equal(received, 100);
}

static uint32_t stamp_of(const struct segment *s, size_t at)
{
    uint32_t stamp;
    assert_true(s->option_size >= 12);
    assert_memory_equal(s->options, "\1\1\10\12", 4);
    memcpy(&stamp, s->options + at, sizeof(stamp));
    return lwip_ntohl(stamp);
}

static void time_stamps_are_echoed(void **state)
{
    struct wire w = peer(5014);
    struct segment s;
    uint32_t first;
    (void)state;
    w.stamp = 7;
    wire_connect(&w);
    w.stamp = 8;
    tcp_write(accepted, data, 2000, 0);
    tcp_output(accepted);
    expect(&w, TCP_ACK, &s);
    assert_int_equal(s.size, 1448); /* the options take of the 1460 */
    assert_int_equal(stamp_of(&s, 8), 7);
    first = stamp_of(&s, 4);
    sim_run_ms(100);
    wire_send(&w, TCP_ACK, data, 1);
    expect(&w, TCP_ACK | TCP_PSH, &s);
    assert_int_equal(stamp_of(&s, 8), 8);
    assert_int_equal(stamp_of(&s, 4) - first, 100);
}

static void old_time_stamps_are_dropped(void **state)
{
    struct wire w = peer(5015);
    struct segment s;
    (void)state;
    w.stamp = 0xfffffff0; /* it goes round */
    wire_connect(&w);
    w.stamp = 5;
    wire_send(&w, TCP_ACK, data, 100);
    w.stamp = 4;
    wire_send(&w, TCP_ACK, data, 100);
    assert_int_equal(received, 100);
    expect(&w, TCP_ACK, &s);
    assert_int_equal(s.ack, w.seq - 100);
    w.stamp = 6;
    w.seq -= 100;
    wire_send(&w, TCP_ACK, data, 100);
    assert_int_equal(received, 200);
}

static void burst_ends_with_a_push(void **state)
{
    struct wire w = peer(5013);
    struct segment s;
    (void)state;
    wire_connect(&w);
    tcp_write(accepted, data, 20000, TCP_WRITE_FLAG_MORE);
    tcp_output(accepted);
    for (int i = 1; i <= 10; i++)
        expect(&w, i == 10 ? TCP_ACK | TCP_PSH : TCP_ACK, &s);
}

static void lost_syn_comes_again_after_1_2_4_seconds(void **state)
{
    struct wire w = peer(5022);
    struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_V4);
    struct segment s;
    ip_addr_t to;
    (void)state;
    IP_ADDR4(&to, 10, 0, 0, 9);
    assert_int_equal(tcp_connect(pcb, &to, 7, NULL), ERR_OK);
    expect(&w, TCP_SYN, &s);
    for (uint64_t want = 1000; want <= 16000; want *= 2) {
        assert_in_range(wait_for_segment(&w, &s), want - 200, want + 200);
        assert_int_equal(s.flags, TCP_SYN);
    }
    tcp_abort(pcb);
}

static void closed_window_is_probed_more_and_more_seldom(void **state)
{
    static const unsigned want[] = {1500, 3000, 6000, 12000, 24000};
    struct wire w = peer(5023);
    struct segment s;
    (void)state;
    w.window = 0;
    wire_connect(&w);
    tcp_write(accepted, data, 1000, 0);
    tcp_output(accepted);
    expect_nothing(&w);
    for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        assert_in_range(wait_for_segment(&w, &s), want[i] - 200, want[i] + 200);
        assert_int_equal(s.size, 1);
        w.ack = s.seq; /* not taken */
        wire_send(&w, TCP_ACK, NULL, 0);
    }
    w.window = 300;
    wire_send(&w, TCP_ACK, NULL, 0);
    wait_for_segment(&w, &s);
    assert_in_range(s.size, 1, 300);
}

static void window_is_the_sockets_own(void **state)
{
    struct wire w = peer(5030);
    struct segment s;
    (void)state;
    tcp_set_rcv_wnd_max(listener, 5000);
    wire_send(&w, TCP_SYN, NULL, 0);
    expect(&w, TCP_SYN | TCP_ACK, &s);
    assert_int_equal(s.window, 5000);
    wire_send(&w, TCP_ACK, NULL, 0);
    tcp_set_rcv_wnd_max(accepted, 9000);
    wire_send(&w, TCP_ACK | TCP_PSH, data, 1000);
    wire_send(&w, TCP_ACK | TCP_PSH, data, 1000);
    expect(&w, TCP_ACK, &s);
    assert_int_equal(s.window, 9000);
    tcp_set_rcv_wnd_max(accepted, 2000); /* not taken back */
    wire_send(&w, TCP_ACK | TCP_PSH, data, 1000);
    wire_send(&w, TCP_ACK | TCP_PSH, data, 1000);
    expect(&w, TCP_ACK, &s);
    assert_in_range(s.window, 7000, 8000);
}

static void what_lies_beyond_the_window_is_cut_off(void **state)
{
    struct wire w = peer(5031);
    (void)state;
    tcp_set_rcv_wnd_max(listener, 5000);
    wire_connect(&w);
    w.seq += 100;
    wire_send(&w, TCP_ACK | TCP_FIN, data, 4900);
    w.seq -= 5001;
    wire_send(&w, TCP_ACK, data, 100);
    assert_int_equal(received, 5000);
    assert_int_equal(accepted->state, ESTABLISHED);
}

static void backlog_bounds_a_flood_of_syns(void **state)
{
    size_t before = sim_memory;
    unsigned answers = 0;
    struct segment s;
    (void)state;
    for (unsigned i = 0; i < 5000; i++) {
        struct wire w = peer((uint16_t)(6000 + i));
        wire_send(&w, TCP_SYN, NULL, 0);
        while (wire_receive(&w, &s))
            answers++;
    }
    assert_int_equal(answers, 1000);
    assert_true(sim_memory - before < 1000 * 1500);
    sim_run_ms(25000);
    assert_null(tcp_active_pcbs);
}

static void fragments_are_kept_within_bounds(void **state)
{
    size_t before = sim_memory, most = 0;
    (void)state;
    for (unsigned i = 0; i < 50000; i++) {
        unsigned char packet[1500] = {0};
        struct ip_hdr *ip = (struct ip_hdr *)(void *)packet;
        IPH_VHL_SET(ip, 4, 5);
        IPH_LEN_SET(ip, PP_HTONS(sizeof(packet)));
        IPH_ID_SET(ip, (uint16_t)i);
        IPH_OFFSET_SET(ip, lwip_htons((uint16_t)(IP_MF | sim_below(8000))));
        IPH_TTL_SET(ip, 9);
        IPH_PROTO_SET(ip, IP_PROTO_UDP);
        ip->src.addr = lwip_htonl(0x0a000100 + i % 200);
        ip->dest.addr = PP_HTONL(0x0a000001);
        IPH_CHKSUM_SET(ip, inet_chksum(ip, sizeof(*ip)));
        sim_deliver(&sim_netif[0], packet, sizeof(packet));
        if (sim_memory - before > most)
            most = sim_memory - before;
    }
    assert_true(most < 1024 * 2000);
    sim_run_ms(20000);
}

static void icmp_errors_reach_the_connection_in_flight(void **state)
{
    struct wire w = peer(5040);
    struct segment s;
    (void)state;
    wire_connect(&w);
    tcp_write(accepted, data, 100, 0);
    tcp_output(accepted);
    expect(&w, TCP_ACK | TCP_PSH, &s);
    wire_icmp_error(&w, ICMP_DUR, ICMP_DUR_HOST, 0, s.seq + 200000);
    assert_null(sim_icmp_pcb);
    wire_icmp_error(&w, ICMP_DUR, ICMP_DUR_HOST, 0, s.seq);
    assert_ptr_equal(sim_icmp_pcb, accepted);
    assert_int_equal(sim_icmp_error.error, EHOSTUNREACH);
    assert_false(sim_icmp_error.fatal);
}

static void too_big_makes_segments_smaller(void **state)
{
    struct wire w = peer(5041);
    struct segment s;
    size_t sent = 0;
    (void)state;
    wire_connect(&w);
    tcp_write(accepted, data, 2920, 0);
    tcp_output(accepted);
    expect(&w, TCP_ACK, &s);
    wire_icmp_error(&w, ICMP_DUR, ICMP_DUR_FRAG, 100, s.seq); /* who would believe that */
    assert_int_equal(accepted->mss, 1460);
    wire_icmp_error(&w, ICMP_DUR, ICMP_DUR_FRAG, 1000, s.seq);
    assert_int_equal(accepted->mss, 960);
    expect(&w, TCP_ACK | TCP_PSH, &s); /* what was under way */
    while (wire_receive(&w, &s)) {
        assert_in_range(s.size, 1, 960);
        sent += s.size;
    }
    assert_true(sent >= 960);
}

static void refused_datagrams_reach_the_connected_socket(void **state)
{
    struct udp_pcb *pcb = udp_new_ip_type(IPADDR_TYPE_V4);
    struct pbuf *p = pbuf_alloc(PBUF_TRANSPORT, 10, PBUF_RAM);
    (void)state;
    memset(p->payload, 0, 10);
    udp_bind(pcb, &sim_netif[0].ip_addr, 0);
    assert_int_equal(udp_connect(pcb, &sim_netif[1].ip_addr, 9), ERR_OK);
    assert_int_equal(udp_send(pcb, p), ERR_OK);
    sim_run_ms(10);
    assert_ptr_equal(sim_icmp_pcb, pcb);
    assert_int_equal(sim_icmp_error.error, ECONNREFUSED);
    pbuf_free(p);
    udp_remove(pcb);
}

static void sequence_numbers_follow_clock_and_connection(void **state)
{
    const ip_addr_t *a = &sim_netif[0].ip_addr, *b = &sim_netif[1].ip_addr;
    uint32_t first = lwip_isn(a, 1000, b, 80), other = lwip_isn(a, 1001, b, 80);
    (void)state;
    sim_run_ms(4000);
    assert_int_equal(lwip_isn(a, 1000, b, 80) - first, 1000000);
    assert_int_equal(lwip_isn(a, 1001, b, 80) - other, 1000000);
    assert_int_not_equal(first, other);
    assert_int_not_equal(lwip_isn(a, 80, b, 1000) - 1000000, first);
}

/* The words of the reference implementation's vectors. */
static void hash_is_siphash_2_4(void **state)
{
    const uint64_t key[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
    const uint64_t words[1] = {0x0706050403020100};
    (void)state;
    assert_true(lwip_siphash(key, words, 0) == 0x726fdb47dd0e0e31);
    assert_true(lwip_siphash(key, words, 1) == 0x93f5f5799a932462);
}

static void ports_are_taken_once_for_each_destination(void **state)
{
    struct tcp_pcb *pcbs[200];
    ip_addr_t to;
    (void)state;
    IP_ADDR4(&to, 10, 0, 0, 9);
    for (int i = 0; i < 200; i++) {
        pcbs[i] = tcp_new_ip_type(IPADDR_TYPE_V4);
        assert_int_equal(tcp_connect(pcbs[i], &to, (uint16_t)(7 + i % 2), NULL), ERR_OK);
        assert_in_range(pcbs[i]->local_port, 32768, 60999);
        for (int j = i - 2; j >= 0; j -= 2)
            assert_int_not_equal(pcbs[i]->local_port, pcbs[j]->local_port);
    }
    for (int i = 0; i < 200; i++)
        tcp_abort(pcbs[i]);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(syn_with_higher_number_reopens_time_wait),
        TEST(old_syn_leaves_time_wait),
        TEST(syn_without_listener_leaves_time_wait),
        TEST(time_wait_ends_after_two_lifetimes),
        TEST(resets_are_believed_at_the_right_number_only),
        TEST(both_close_at_once),
        TEST(both_open_at_once),
        TEST(syns_that_may_be_lost_are_counted),
        TEST(user_timeout_ends_what_is_not_answered),
        TEST(user_timeout_counts_from_when_something_is_under_way),
        TEST(half_closed_side_still_receives),
        TEST(idle_connections_need_no_ticks),
        TEST(closed_connections_end_although_ticks_have_stopped),
        TEST(connection_idle_before_its_close_waits_for_the_peers),
        TEST(ticks_that_stop_and_go_keep_time),
        TEST(round_trips_are_measured_in_microseconds),
        TEST(initial_window_is_ten_segments),
        TEST(lost_data_come_again_after_doubling_times),
        TEST(first_time_out_follows_the_handshake),
        TEST(reset_that_answers_an_ack_has_none),
        TEST(segment_without_ack_is_dropped),
        TEST(time_stamps_are_echoed),
        TEST(old_time_stamps_are_dropped),
        TEST(burst_ends_with_a_push),
        TEST(lost_syn_comes_again_after_1_2_4_seconds),
        TEST(closed_window_is_probed_more_and_more_seldom),
        TEST(window_is_the_sockets_own),
        TEST(what_lies_beyond_the_window_is_cut_off),
        TEST(backlog_bounds_a_flood_of_syns),
        TEST(fragments_are_kept_within_bounds),
        TEST(icmp_errors_reach_the_connection_in_flight),
        TEST(too_big_makes_segments_smaller),
        TEST(refused_datagrams_reach_the_connected_socket),
        TEST(sequence_numbers_follow_clock_and_connection),
        TEST(hash_is_siphash_2_4),
        TEST(ports_are_taken_once_for_each_destination),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
