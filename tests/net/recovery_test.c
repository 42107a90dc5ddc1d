/* SPDX-License-Identifier: BSD-3-Clause */
/* What is sent after losses to a peer with SACK, segment by segment; the test is the peer. */
#include "protocol.h"

#include "lwip/priv/tcp_priv.h"

#define MSS        1000
#define ROUND_TRIP 100 /* ms */

static struct wire w;
static struct tcp_pcb *pcb; /* the connection */
static uint32_t base;       /* the sequence number of its first byte */

static void write_packets(unsigned n)
{
    assert_int_equal(tcp_write(pcb, data, (uint16_t)(n * MSS), 0), ERR_OK);
    assert_int_equal(tcp_output(pcb), ERR_OK);
}

/* The next thing sent is packet number `n`, the first being 0. */
static void expect_packet(unsigned n)
{
    struct segment s;
    assert_true(wire_receive(&w, &s));
    assert_int_equal(s.seq - base, n * MSS);
    assert_int_equal(s.size, MSS);
    assert_true(s.flags & TCP_ACK);
}

static void expect_packets(unsigned first, unsigned end)
{
    while (first < end)
        expect_packet(first++);
}

/* The peer has all packets before `packet`, and those of `nr` blocks: first, end, first, end … */
static void acknowledge(unsigned packet, unsigned nr, ...)
{
    va_list ap;
    va_start(ap, nr);
    w.nr_sacks = nr;
    for (unsigned i = 0; i < 2 * nr; i++)
        w.sacks[i / 2][i % 2] = base + va_arg(ap, unsigned) * MSS;
    va_end(ap);
    w.ack = base + packet * MSS;
    wire_send(&w, TCP_ACK, NULL, 0);
}

/* A connection that has sent `n` packets at once, a round trip ago. */
static void open_and_send(unsigned n)
{
    struct segment s;
    w = peer(5000);
    w.window = 1000;
    w.mss = MSS;
    w.modern = true;
    wire_send(&w, TCP_SYN, NULL, 0);
    assert_true(wire_receive(&w, &s));
    sim_run_ms(ROUND_TRIP);
    base = s.seq + 1;
    wire_send(&w, TCP_ACK, NULL, 0);
    pcb = accepted;
    write_packets(n);
    expect_packets(0, n);
    sim_run_ms(ROUND_TRIP);
}

static void third_segment_behind_a_hole_makes_it_a_loss(void **state)
{
    (void)state;
    open_and_send(10);
    acknowledge(0, 1, 1, 2);
    acknowledge(0, 1, 1, 3);
    expect_nothing(&w);
    acknowledge(0, 1, 1, 4);
    expect_packet(0);
    expect_nothing(&w);
    assert_int_equal(pcb->recovery.state, TCP_RECOVERING);
    assert_int_equal(pcb->ssthresh, 5 * MSS);
    acknowledge(10, 0);
    assert_int_equal(pcb->recovery.state, TCP_ORDERED);
    assert_int_equal(pcb->cwnd, 5 * MSS);
}

static void new_packets_go_for_the_first_two(void **state)
{
    (void)state;
    open_and_send(10);
    write_packets(5);
    expect_nothing(&w);
    acknowledge(0, 1, 1, 2);
    expect_packet(10);
    acknowledge(0, 1, 1, 3);
    expect_packet(11);
    acknowledge(3, 0); /* it had only been late */
    expect_packets(12, 14);
    expect_nothing(&w);
    assert_int_equal(pcb->recovery.state, TCP_ORDERED);
}

static void lost_ones_go_one_for_each_that_has_arrived(void **state)
{
    (void)state;
    open_and_send(10);
    acknowledge(0, 1, 4, 5);
    acknowledge(0, 1, 4, 6);
    expect_nothing(&w);
    for (unsigned i = 0; i < 4; i++) {
        acknowledge(0, 1, 4, 7 + i);
        expect_packet(i);
        expect_nothing(&w);
    }
    write_packets(4);
    expect_nothing(&w);
    acknowledge(1, 1, 4, 10);
    expect_packets(10, 12); /* up to five under way, half of what was */
    expect_nothing(&w);
}

static void half_of_the_window_is_not_used_then_all(void **state)
{
    (void)state;
    open_and_send(10);
    acknowledge(0, 1, 1, 2);
    acknowledge(0, 1, 1, 3);
    acknowledge(0, 1, 1, 4);
    expect_packet(0);
    write_packets(10);
    acknowledge(0, 1, 1, 5);
    acknowledge(0, 1, 1, 6);
    expect_nothing(&w);
    for (unsigned i = 7; i <= 10; i++) {
        acknowledge(0, 1, 1, i);
        expect_packet(3 + i);
        expect_nothing(&w);
    }
    acknowledge(10, 0);
    expect_packet(14);
    expect_nothing(&w);
}

static void second_hole_in_a_window_needs_no_time_out(void **state)
{
    (void)state;
    open_and_send(10);
    acknowledge(2, 0);
    acknowledge(2, 1, 3, 4);
    acknowledge(2, 2, 5, 6, 3, 4);
    acknowledge(2, 2, 5, 7, 3, 4);
    expect_packet(2);
    acknowledge(2, 2, 5, 8, 3, 4);
    expect_packet(4);
    sim_run_ms(ROUND_TRIP);
    acknowledge(4, 1, 5, 10);
    acknowledge(10, 0);
    expect_nothing(&w);
    assert_int_equal(pcb->resent, 2);
}

static void packet_that_is_lost_twice_is_sent_three_times(void **state)
{
    (void)state;
    open_and_send(10);
    write_packets(10);
    acknowledge(0, 1, 1, 4);
    expect_packet(0);
    expect_packet(10);
    acknowledge(0, 1, 1, 10);
    expect_packets(11, 14);
    sim_run_ms(ROUND_TRIP);
    acknowledge(0, 1, 1, 11);
    expect_packet(0);
    expect_packet(14);
    assert_int_equal(pcb->nrtx, 0);
    assert_int_equal(pcb->resent, 2);
}

static void last_one_alone_makes_the_others_wait(void **state)
{
    (void)state;
    open_and_send(4);
    acknowledge(0, 1, 3, 4);
    sim_run_ms(ROUND_TRIP / 4);
    expect_nothing(&w);
    sim_run_ms(3);
    expect_packet(0);
    assert_int_equal(pcb->recovery.lost, 3 * MSS);
    sim_run_ms(ROUND_TRIP);
    acknowledge(1, 1, 3, 4);
    expect_packets(1, 3);
}

static void what_only_came_late_is_not_sent_again(void **state)
{
    (void)state;
    open_and_send(4);
    acknowledge(0, 1, 2, 3);
    sim_run_ms(ROUND_TRIP / 5);
    acknowledge(3, 0);
    sim_run_ms(ROUND_TRIP);
    expect_nothing(&w);
    assert_int_equal(pcb->recovery.times_reordered, 1);
    acknowledge(4, 0);
    /* now three behind a hole mean nothing by themselves */
    write_packets(8);
    expect_packets(4, 12);
    sim_run_ms(ROUND_TRIP);
    acknowledge(4, 1, 5, 9);
    expect_nothing(&w);
    sim_run_ms(ROUND_TRIP / 4 + 3);
    expect_packet(4);
}

static void duplicates_give_the_window_back(void **state)
{
    (void)state;
    open_and_send(10);
    acknowledge(0, 1, 1, 4);
    expect_packet(0);
    acknowledge(10, 0);
    assert_int_equal(pcb->cwnd, 5 * MSS);
    acknowledge(10, 1, 0, 1); /* the peer had it */
    assert_int_equal(pcb->cwnd, 10 * MSS);
    assert_int_equal(pcb->recovery.duplicates, 1);
    acknowledge(10, 1, 0, 1);
    assert_int_equal(pcb->cwnd, 10 * MSS);
}

static void time_out_spares_what_the_peer_has(void **state)
{
    (void)state;
    open_and_send(6);
    acknowledge(0, 1, 1, 3);
    sim_run_ms(ROUND_TRIP / 4 + 3);
    expect_packet(0);
    sim_run_ms(1000);
    expect_packet(0);
    assert_int_equal(pcb->recovery.state, TCP_TIMED_OUT);
    assert_int_equal(pcb->cwnd, MSS);
    acknowledge(3, 0);
    expect_packets(3, 5);
    expect_nothing(&w);
    acknowledge(6, 0);
    assert_int_equal(pcb->recovery.state, TCP_ORDERED);
}

static void peer_may_throw_away_what_it_had(void **state)
{
    (void)state;
    open_and_send(4);
    acknowledge(0, 1, 1, 4);
    expect_packet(0);
    acknowledge(1, 0); /* 1 to 4 are gone */
    expect_nothing(&w);
    sim_run_ms(1000);
    expect_packet(1);
    acknowledge(2, 0);
    expect_packets(2, 4);
    acknowledge(4, 0);
    assert_int_equal(pcb->recovery.sacked, 0);
}

static void blocks_without_sense_mean_nothing(void **state)
{
    (void)state;
    open_and_send(10);
    acknowledge(2, 4, 5, 3, 11, 20, 0, 9, -5, -1);
    acknowledge(2, 4, 2, 10, 3, 11, 4, 4, 1u << 20, 2);
    assert_int_equal(pcb->recovery.sacked, 0);
    acknowledge(0, 1, 1, 5); /* an old one: nothing new either */
    assert_int_equal(pcb->recovery.sacked, 0);
    for (unsigned i = 0; i < 2; i++) {
        w.sacks[0][0] = base + 3 * MSS + 1; /* half of a packet does not count */
        w.sacks[0][1] = base + 4 * MSS - i;
        w.nr_sacks = 1;
        w.ack = base + 2 * MSS;
        wire_send(&w, TCP_ACK, NULL, 0);
    }
    assert_int_equal(pcb->recovery.sacked, 0);
    sim_run_ms(ROUND_TRIP);
    expect_nothing(&w);
    acknowledge(10, 0);
    assert_int_equal(pcb->recovery.state, TCP_ORDERED);
}

static void large_segments_are_sent_again_in_parts(void **state)
{
    (void)state;
    sim_link.gso_max = 60000;
    sim_step(sim_now_us());
    open_and_send(10);
    assert_int_equal(pcb->unacked->len, 10 * MSS);
    acknowledge(0, 2, 8, 10, 3, 5);
    expect_packets(0, 3);
    expect_packet(5);
    expect_nothing(&w);
    sim_run_ms(ROUND_TRIP);
    acknowledge(6, 1, 8, 10);
    expect_packets(6, 8);
    acknowledge(10, 0);
    assert_int_equal(pcb->resent, 6);
    assert_null(pcb->unacked);
}

static void late_acknowledgement_still_tells(void **state)
{
    (void)state;
    open_and_send(10);
    acknowledge(4, 0);
    acknowledge(3, 1, 5, 8);
    expect_packet(4);
}

static void ends_with_a_timer_running(void **state)
{
    (void)state;
    open_and_send(4);
    acknowledge(0, 1, 3, 4);
    assert_true(pcb->recovery.due != 0); /* tear_down() aborts */
}

/* Nothing hangs, and all is well once all is acknowledged, whatever the peer claims. */
static void liars_cost_no_more_than_the_queue(void **state)
{
    struct segment s;
    (void)state;
    sim_link.gso_max = 60000;
    sim_step(sim_now_us());
    open_and_send(10);
    for (unsigned i = 0; i < 20000; i++) {
        w.nr_sacks = (unsigned)sim_below(5);
        for (unsigned j = 0; j < 8; j++)
            w.sacks[j / 2][j % 2] = base + (uint32_t)sim_below(i % 2 ? 12000 : UINT32_MAX);
        w.ack = base + (uint32_t)sim_below(5 * MSS);
        wire_send(&w, TCP_ACK, NULL, 0);
        if (i % 8 == 0)
            sim_run_ms(sim_below(100));
        while (wire_receive(&w, &s))
            ;
        assert_in_range(pcb->snd_queuelen, 0, 40);
    }
    w.nr_sacks = 0;
    w.ack = base + 10 * MSS;
    wire_send(&w, TCP_ACK, NULL, 0);
    assert_null(pcb->unacked);
    assert_int_equal(pcb->recovery.sacked + pcb->recovery.lost + pcb->recovery.again, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(third_segment_behind_a_hole_makes_it_a_loss),
        TEST(new_packets_go_for_the_first_two),
        TEST(lost_ones_go_one_for_each_that_has_arrived),
        TEST(half_of_the_window_is_not_used_then_all),
        TEST(second_hole_in_a_window_needs_no_time_out),
        TEST(packet_that_is_lost_twice_is_sent_three_times),
        TEST(last_one_alone_makes_the_others_wait),
        TEST(what_only_came_late_is_not_sent_again),
        TEST(duplicates_give_the_window_back),
        TEST(time_out_spares_what_the_peer_has),
        TEST(peer_may_throw_away_what_it_had),
        TEST(blocks_without_sense_mean_nothing),
        TEST(large_segments_are_sent_again_in_parts),
        TEST(late_acknowledgement_still_tells),
        TEST(ends_with_a_timer_running),
        TEST(liars_cost_no_more_than_the_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
