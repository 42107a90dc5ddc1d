/* SPDX-License-Identifier: BSD-3-Clause */
/* What the patches promise, and what TCP must do, segment by segment; the test is the peer. */
#include "hooks.h"
#include "protocol.h"

#include <errno.h>
#include <string.h>

#include "lwip/inet_chksum.h"
#include "lwip/prot/icmp.h"
#include "lwip/udp.h"

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
    const struct CMUnitTest tests[] = {
        TEST(syn_with_higher_number_reopens_time_wait),
        TEST(old_syn_leaves_time_wait),
        TEST(syn_without_listener_leaves_time_wait),
        TEST(resets_are_believed_at_the_right_number_only),
        TEST(both_close_at_once),
        TEST(both_open_at_once),
        TEST(half_closed_side_still_receives),
        TEST(initial_window_is_ten_segments),
        TEST(reset_that_answers_an_ack_has_none),
        TEST(segment_without_ack_is_dropped),
        TEST(time_stamps_are_echoed),
        TEST(old_time_stamps_are_dropped),
        TEST(burst_ends_with_a_push),
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
