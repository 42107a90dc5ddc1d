/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP Fast Open between a program and a peer, who is the test: segment by segment, as on Linux. */
#include "machine_wire.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cmocka.h>

/* The names of <netinet/tcp.h>, which does not go with lwIP's. */
enum { OPTION_SYNCNT = 7, OPTION_INFO = 11, OPTION_FASTOPEN = 23, OPTION_FASTOPEN_CONNECT = 30 };
enum { INFO_STATE = 0, INFO_OPTIONS = 5, INFO_FAIL = 7 }; /* bytes of its value */
enum { STATE_SYN_SENT = 2, STATE_SYN_RECV = 3, SYN_DATA = 32 };

#define PORT      80
#define OPTION_AT 12 /* of a SYN with ACK to a modern peer: the options before Fast Open's */

static char data[4096];

static void close_and_reset(int fd, struct wire *w)
{
    assert_int_equal(CALL(close, fd, 0, 0, 0, 0, 0), 0);
    expect(w, TCP_FIN | TCP_ACK, 0);
    wire_send(w, TCP_RST | TCP_ACK, NULL, 0);
}

static int info(int fd, unsigned byte)
{
    uint8_t info[8] = {0};
    socklen_t length = sizeof(info);
    assert_int_equal(CALL(getsockopt, fd, IPPROTO_TCP, OPTION_INFO, info, &length, 0), 0);
    return info[byte];
}

static void set(int fd, int option, int value)
{
    assert_int_equal(CALL(setsockopt, fd, IPPROTO_TCP, option, &value, sizeof(value), 0), 0);
}

static struct wire peer(void)
{
    static uint16_t port = 5000;
    return (struct wire){
        .port = PORT, .peer_port = port++, .seq = 1000, .window = 512, .mss = 1000, .modern = true};
}

static int tear_down(void **state)
{
    (void)state;
    machine_reset();
    machine_sysctl("tcp_fastopen", "3");
    machine_sysctl("tcp_fastopen_blackhole_timeout_sec", "0");
    machine_sysctl("tcp_timestamps", "0");
    return 0;
}

/* --- the program listens */

static uint8_t with_cookie[12] = {34, 10, [10] = 1, [11] = 1};

static int listen_on(int max)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    int fd = (int)CALL(socket, AF_INET, SOCK_STREAM, 0, 0, 0, 0);
    assert_int_equal(CALL(bind, fd, &name, sizeof(name), 0, 0, 0), 0);
    set(fd, OPTION_FASTOPEN, max);
    assert_int_equal(CALL(listen, fd, 50, 0, 0, 0, 0), 0);
    return fd;
}

static int accept_now(int listener)
{
    return (int)CALL(accept4, listener, 0, 0, SOCK_NONBLOCK, 0, 0);
}

/* Asks for a cookie, and takes it. */
static void ask(void)
{
    static const uint8_t question[4] = {34, 2, 1, 1};
    struct wire w = peer();
    w.option = question;
    w.option_size = sizeof(question);
    wire_send(&w, TCP_SYN, NULL, 0);
    struct segment s = expect(&w, TCP_SYN | TCP_ACK, 0);
    assert_int_equal(s.option_size, OPTION_AT + sizeof(with_cookie));
    assert_memory_equal(s.options + OPTION_AT, "\42\12", 2);
    assert_memory_equal(s.options + OPTION_AT + 10, "\1\1", 2);
    memcpy(with_cookie, s.options + OPTION_AT, sizeof(with_cookie));
    wire_send(&w, TCP_RST | TCP_ACK, NULL, 0);
}

/* A SYN with the cookie and n bytes; how many of them are taken. */
static struct wire open_with(size_t n, size_t taken)
{
    struct wire w = peer();
    w.option = with_cookie;
    w.option_size = sizeof(with_cookie);
    wire_send(&w, TCP_SYN, data, n);
    struct segment s = expect(&w, TCP_SYN | TCP_ACK, 0);
    assert_int_equal(s.ack, 1001 + taken);
    w.seq = 1001 + (uint32_t)taken;
    return w;
}

static void data_of_a_syn_are_read_and_answered(void **state)
{
    int listener = listen_on(5), fd;
    struct wire w;
    (void)state;
    ask();
    w = open_with(10, 10);
    fd = accept_now(listener);
    assert_true(fd >= 0);
    assert_int_equal(info(fd, INFO_STATE), STATE_SYN_RECV);
    assert_int_equal(info(fd, INFO_OPTIONS) & SYN_DATA, SYN_DATA);
    assert_int_equal(CALL(read, fd, data, 100, 0, 0, 0), 10);
    assert_int_equal(CALL(read, fd, data, 100, 0, 0, 0), -EAGAIN);
    assert_int_equal(CALL(write, fd, data, 20, 0, 0, 0), 20);
    assert_int_equal(CALL(write, fd, data, 30, 0, 0, 0), 30);
    expect(&w, TCP_ACK | TCP_PSH, 20);
    expect_nothing(&w);
    wire_send(&w, TCP_ACK, data, 5);
    expect(&w, TCP_ACK | TCP_PSH, 30);
    assert_int_equal(info(fd, INFO_STATE), 1);
    assert_int_equal(CALL(read, fd, data, 100, 0, 0, 0), 5);
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    assert_int_equal(CALL(poll, &p, 1, 0, 0, 0, 0), 1);
    assert_int_equal(CALL(close, fd, 0, 0, 0, 0, 0), 0);
    expect(&w, TCP_ACK | TCP_FIN, 0);
}

static void wrong_cookies_get_the_right_one(void **state)
{
    struct wire w = peer();
    int listener = listen_on(5);
    (void)state;
    ask();
    with_cookie[5] ^= 1;
    w = open_with(10, 0);
    wire_send(&w, TCP_ACK, data, 10);
    expect(&w, TCP_ACK, 0);
    int fd = accept_now(listener);
    assert_int_equal(info(fd, INFO_OPTIONS) & SYN_DATA, 0);
    assert_int_equal(CALL(read, fd, data, 100, 0, 0, 0), 10);
}

static void without_cookie_nothing_is_taken(void **state)
{
    struct wire w = peer();
    struct segment s;
    (void)state;
    listen_on(5);
    wire_send(&w, TCP_SYN, data, 10);
    s = expect(&w, TCP_SYN | TCP_ACK, 0);
    assert_int_equal(s.ack, 1001);
    assert_int_equal(s.option_size, OPTION_AT);
}

/* What has no place waits as it always did, and has one when a handshake is over. */
static void early_connections_are_bounded(void **state)
{
    struct wire w[3];
    (void)state;
    listen_on(2);
    ask();
    w[0] = open_with(10, 10);
    w[1] = open_with(10, 10);
    open_with(10, 0);
    wire_send(&w[0], TCP_ACK, NULL, 0);
    w[2] = open_with(10, 10);
    open_with(10, 0);
    wire_send(&w[1], TCP_RST, NULL, 0); /* nobody has accepted it */
    open_with(10, 10);
}

static void resets_count_for_a_minute(void **state)
{
    int listener = listen_on(1), fd;
    struct wire w;
    (void)state;
    ask();
    w = open_with(10, 10);
    fd = accept_now(listener);
    wire_send(&w, TCP_RST, NULL, 0);
    assert_int_equal(CALL(read, fd, data, 100, 0, 0, 0), 10);
    assert_int_equal(CALL(read, fd, data, 100, 0, 0, 0), -ECONNRESET);
    machine_run_ms(59000);
    w = open_with(10, 0);
    wire_send(&w, TCP_RST, NULL, 0);
    machine_run_ms(2000);
    open_with(10, 10);
}

static void a_syn_with_ack_is_sent_again_alone(void **state)
{
    int listener = listen_on(5), fd;
    struct wire w;
    struct segment s;
    (void)state;
    ask();
    w = open_with(10, 10);
    fd = accept_now(listener);
    assert_int_equal(CALL(write, fd, data, 20, 0, 0, 0), 20);
    expect(&w, TCP_ACK | TCP_PSH, 20);
    machine_run_ms(1100);
    s = expect(&w, TCP_SYN | TCP_ACK, 0);
    assert_int_equal(s.option_size, OPTION_AT);
    expect_nothing(&w);
    w.ack = s.seq + 1;
    wire_send(&w, TCP_ACK, NULL, 0);
    expect(&w, TCP_ACK | TCP_PSH, 20);
    /* The peer's SYN, once more, before that. */
    w = open_with(10, 10);
    w.seq = 1000;
    wire_send(&w, TCP_SYN, data, 10);
    s = expect(&w, TCP_SYN | TCP_ACK, 0);
    assert_int_equal(s.ack, 1011);
}

static void a_flood_costs_bounded_memory(void **state)
{
    size_t before;
    (void)state;
    listen_on(10);
    ask();
    for (int i = 0; i < 60; i++) { /* fills what may wait for accept(2) and for ACKs */
        struct wire w = peer();
        w.option = with_cookie;
        w.option_size = sizeof(with_cookie);
        wire_send(&w, TCP_SYN, data, 1000);
        struct segment s;
        (void)wire_receive(&w, &s);
    }
    before = machine_memory;
    for (int i = 0; i < 10000; i++) {
        struct wire w = peer();
        struct segment s;
        w.option = with_cookie;
        w.option_size = sizeof(with_cookie);
        wire_send(&w, TCP_SYN, data, 1000);
        assert_false(wire_receive(&w, &s));
    }
    assert_true(machine_memory <= before + 4096);
}

/* --- the program connects */

static const uint8_t told[12] = {34, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 1};

static const struct sockaddr_in server = {
    .sin_family = AF_INET, .sin_port = 0x5000, .sin_addr = {0x0900000a}};

static int new_client(void)
{
    return (int)CALL(socket, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0, 0, 0, 0);
}

static long send_with(int fd, size_t n)
{
    return CALL(sendto, fd, data, n, MSG_FASTOPEN, &server, sizeof(server));
}

/* The client's SYN, with n bytes. */
static struct segment expect_syn(struct wire *w, size_t n)
{
    struct segment s;
    *w = peer();
    assert_true(wire_receive(w, &s));
    assert_int_equal(s.flags, TCP_SYN);
    assert_int_equal(s.size, n);
    w->port = s.port;
    w->peer_port = s.peer_port;
    return s;
}

/* Answers up to `acked` of the SYN's bytes, and says n. */
static void answer(struct wire *w, const struct segment *syn, size_t acked, size_t n)
{
    w->ack = syn->seq + 1 + (uint32_t)acked;
    wire_send(w, TCP_SYN | TCP_ACK, data, n);
}

/* The server tells a cookie, unless it has done so. */
static void learn(void)
{
    static bool is_known;
    int fd = new_client();
    struct wire w;
    if (is_known)
        return;
    is_known = true;
    assert_int_equal(send_with(fd, 10), -EINPROGRESS);
    struct segment s = expect_syn(&w, 0);
    assert_memory_equal(s.options + s.option_size - 4, "\42\2\1\1", 4);
    w.option = told;
    w.option_size = sizeof(told);
    answer(&w, &s, 0, 0);
    expect(&w, TCP_ACK, 0);
    close_and_reset(fd, &w);
}

static void data_go_with_a_syn(void **state)
{
    struct wire w;
    struct segment s;
    (void)state;
    learn();
    int fd = new_client();
    assert_int_equal(send_with(fd, 4000), 960); /* what the server's segments have, without 40 */
    assert_int_equal(send_with(fd, 10), -EALREADY);
    s = expect_syn(&w, 960);
    assert_memory_equal(s.options + s.option_size - sizeof(told), told, sizeof(told));
    assert_int_equal(CALL(write, fd, data, 10, 0, 0, 0), -EAGAIN);
    answer(&w, &s, 960, 100);
    expect(&w, TCP_ACK, 0);
    assert_int_equal(info(fd, INFO_OPTIONS) & SYN_DATA, SYN_DATA);
    assert_int_equal(CALL(read, fd, data, 1000, 0, 0, 0), 100);
    assert_int_equal(CALL(write, fd, data, 10, 0, 0, 0), 10);
    expect(&w, TCP_ACK | TCP_PSH, 10);
    assert_int_equal(send_with(fd, 10), 10); /* the first call that sees that it is connected */
    assert_int_equal(send_with(fd, 10), -EISCONN);
}

static void what_is_not_acknowledged_goes_again(void **state)
{
    static const size_t acked[] = {0, 1, 99};
    (void)state;
    learn();
    for (size_t i = 0; i < 2 * sizeof(acked) / sizeof(acked[0]); i++) {
        struct wire w;
        struct segment s;
        bool stamps = i % 2 == 1;
        size_t n = acked[i / 2];
        machine_sysctl("tcp_timestamps", stamps ? "1" : "0");
        int fd = new_client();
        assert_int_equal(send_with(fd, 100), 100);
        s = expect_syn(&w, 100);
        w.stamp = stamps ? 500 : 0;
        answer(&w, &s, n, 0);
        s = expect(&w, TCP_ACK | TCP_PSH, 100 - n);
        assert_int_equal(s.seq, w.ack - (100 - n));
        assert_int_equal(s.option_size, stamps ? 12 : 0);
        assert_int_equal(info(fd, INFO_OPTIONS) & SYN_DATA, 0);
        assert_int_equal(info(fd, INFO_FAIL) >> 1 & 3, 2);
        wire_send(&w, TCP_ACK, NULL, 0);
        assert_int_equal(CALL(write, fd, data, 10, 0, 0, 0), 10);
        expect(&w, TCP_ACK | TCP_PSH, 10);
        wire_send(&w, TCP_ACK, NULL, 0);
        close_and_reset(fd, &w);
    }
}

static void a_syn_is_sent_again_alone(void **state)
{
    struct wire w;
    struct segment s;
    (void)state;
    learn();
    int fd = new_client();
    assert_int_equal(send_with(fd, 100), 100);
    s = expect_syn(&w, 100);
    machine_run_ms(1100);
    s = expect_syn(&w, 0);
    assert_int_equal(s.option_size, OPTION_AT);
    answer(&w, &s, 0, 0);
    expect(&w, TCP_ACK | TCP_PSH, 100);
    assert_int_equal(info(fd, INFO_FAIL) >> 1 & 3, 3);
}

static void the_end_may_come_with_the_answer(void **state)
{
    struct wire w;
    struct segment s;
    (void)state;
    learn();
    int fd = new_client();
    assert_int_equal(send_with(fd, 100), 100);
    s = expect_syn(&w, 100);
    w.ack = s.seq + 101;
    wire_send(&w, TCP_SYN | TCP_ACK | TCP_FIN, data, 50);
    expect(&w, TCP_ACK, 0);
    assert_int_equal(CALL(read, fd, data, 1000, 0, 0, 0), 50);
    assert_int_equal(CALL(read, fd, data, 1000, 0, 0, 0), 0);
}

static void a_deferred_connection_answers_nobody(void **state)
{
    struct wire w = peer();
    struct segment s;
    struct sockaddr_in own;
    socklen_t length = sizeof(own);
    (void)state;
    learn();
    int fd = new_client();
    set(fd, OPTION_FASTOPEN_CONNECT, 1);
    assert_int_equal(CALL(connect, fd, &server, sizeof(server), 0, 0, 0), 0);
    assert_int_equal(CALL(getsockname, fd, &own, &length, 0, 0, 0), 0);
    w.port = ntohs(own.sin_port);
    w.peer_port = PORT;
    for (w.ack = 0; w.ack < 3; w.ack++)
        wire_send(&w, TCP_SYN | TCP_ACK, NULL, 0);
    wire_send(&w, TCP_SYN, NULL, 0);
    wire_send(&w, TCP_RST | TCP_ACK, NULL, 0);
    machine_run_ms(3000);
    assert_int_equal(info(fd, INFO_STATE), STATE_SYN_SENT);
    expect_nothing(&w);
    assert_int_equal(CALL(write, fd, data, 100, 0, 0, 0), 100);
    s = expect_syn(&w, 100);
    answer(&w, &s, 100, 0);
    expect(&w, TCP_ACK, 0);
}

static void black_holes_end_it_for_a_while(void **state)
{
    struct wire w;
    (void)state;
    machine_sysctl("tcp_fastopen_blackhole_timeout_sec", "100");
    learn();
    int fd = new_client();
    assert_int_equal(send_with(fd, 100), 100);
    machine_run_ms(7500); /* three time-outs */
    expect_syn(&w, 100);
    expect_syn(&w, 0);
    expect_syn(&w, 0);
    expect_syn(&w, 0);
    assert_int_equal(send_with(new_client(), 100), -EINPROGRESS);
    struct segment s = expect_syn(&w, 0);
    assert_int_equal(s.option_size, OPTION_AT);
    machine_run_ms(100000);
    while (wire_receive(&w, &s))
        ;
    assert_int_equal(send_with(new_client(), 100), 100);
    expect_syn(&w, 100);
}

static int start(void **state)
{
    static const struct machine_setup setup = {
        .seed = 1, .ip = {10, 0, 0, 1}, .mask = {255, 255, 255, 0}, .gateway = {10, 0, 0, 254}};
    machine_start(&setup);
    return tear_down(state);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_teardown(f, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(data_of_a_syn_are_read_and_answered), TEST(wrong_cookies_get_the_right_one),
        TEST(without_cookie_nothing_is_taken),     TEST(early_connections_are_bounded),
        TEST(resets_count_for_a_minute),           TEST(a_syn_with_ack_is_sent_again_alone),
        TEST(a_flood_costs_bounded_memory),        TEST(data_go_with_a_syn),
        TEST(what_is_not_acknowledged_goes_again), TEST(a_syn_is_sent_again_alone),
        TEST(the_end_may_come_with_the_answer),    TEST(a_deferred_connection_answers_nobody),
        TEST(black_holes_end_it_for_a_while),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
