/* SPDX-License-Identifier: BSD-3-Clause */
/* When TCP does something by itself, and when it needs no ticks; the test is the peer. */
#include "protocol.h"

#include "lwip/priv/tcp_priv.h"

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

/* Both have closed, and the peer takes minutes for what is still to come: it gets all of it. */
static void data_before_the_last_end_may_take_long(void **state)
{
    struct wire w = peer(5012);
    struct segment s;
    bool end = false;
    (void)state;
    w.window = 1000;
    wire_connect(&w);
    uint32_t first = w.ack;
    assert_int_equal(tcp_write(accepted, data, 10000, 0), ERR_OK);
    assert_int_equal(tcp_output(accepted), ERR_OK);
    wire_send(&w, TCP_FIN | TCP_ACK, NULL, 0);
    tcp_close(accepted);
    accepted = NULL;
    for (unsigned turn = 0; turn < 20 && !end; turn++) {
        while (wire_receive(&w, &s)) {
            assert_false(s.flags & TCP_RST);
            end = end || s.flags & TCP_FIN;
        }
        wire_send(&w, TCP_ACK, NULL, 0);
        sim_run_ms(20000);
    }
    assert_true(end);
    assert_int_equal(w.ack - first, 10000 + 1);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(time_wait_ends_after_two_lifetimes),
        TEST(syns_that_may_be_lost_are_counted),
        TEST(user_timeout_ends_what_is_not_answered),
        TEST(user_timeout_counts_from_when_something_is_under_way),
        TEST(idle_connections_need_no_ticks),
        TEST(closed_connections_end_although_ticks_have_stopped),
        TEST(connection_idle_before_its_close_waits_for_the_peers),
        TEST(data_before_the_last_end_may_take_long),
        TEST(ticks_that_stop_and_go_keep_time),
        TEST(round_trips_are_measured_in_microseconds),
        TEST(lost_data_come_again_after_doubling_times),
        TEST(first_time_out_follows_the_handshake),
        TEST(lost_syn_comes_again_after_1_2_4_seconds),
        TEST(closed_window_is_probed_more_and_more_seldom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
