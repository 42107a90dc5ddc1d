/* SPDX-License-Identifier: BSD-3-Clause */
/* What a program and its peer see of TCP sockets, call by call and segment by segment, as on Linux:
 * the test is both. */
#include "machine_wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cmocka.h>

/* The names of <netinet/tcp.h>, which does not go with lwIP's. */
enum {
    OPTION_NODELAY = 1,
    OPTION_CORK = 3,
    OPTION_INFO = 11,
    OPTION_NOTSENT_LOWAT = 25,
    OPTION_INQ = 36
};

#define PORT 80

static char data[65536];

static int tear_down(void **state)
{
    (void)state;
    machine_reset();
    return 0;
}

static int listen_on(int family)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    int fd = (int)CALL(socket, family, SOCK_STREAM, 0, 0, 0, 0);
    assert_true(fd >= 0);
    assert_int_equal(CALL(bind, fd, &name, sizeof(name), 0, 0, 0), 0);
    assert_int_equal(CALL(listen, fd, 5, 0, 0, 0, 0), 0);
    return fd;
}

static struct wire peer(void)
{
    static uint16_t port = 5000;
    return (struct wire){
        .port = PORT, .peer_port = port++, .seq = 1000, .window = 512, .mss = 1000, .modern = true};
}

/* A connection that the peer has opened. */
static int accept_from(struct wire *w)
{
    int listener = listen_on(AF_INET), fd;
    *w = peer();
    wire_connect(w);
    fd = (int)CALL(accept, listener, 0, 0, 0, 0, 0);
    assert_true(fd >= 0);
    return fd;
}

static void options_of_a_syn_are_in_linux_order(void **state)
{
    struct wire w = peer();
    struct segment s;
    (void)state;
    listen_on(AF_INET);
    w.modern = true;
    wire_send(&w, TCP_SYN, NULL, 0);
    assert_true(wire_receive(&w, &s));
    assert_int_equal(s.option_size, 12);
    assert_memory_equal(s.options, "\2\4\5\264\1\1\4\2\1\3\3\7", 12);
}

static void first_segments_are_acknowledged_at_once(void **state)
{
    struct wire w;
    int fd = accept_from(&w);
    (void)state;
    for (int i = 0; i < 3; i++) {
        wire_send(&w, TCP_ACK, data, 100);
        expect(&w, TCP_ACK, 0);
    }
    /* An answer carries the acknowledgement, and so is expected to from now on. */
    assert_int_equal(CALL(write, fd, data, 10, 0, 0, 0), 10);
    expect(&w, TCP_ACK | TCP_PSH, 10);
    wire_send(&w, TCP_ACK, data, 100);
    expect_nothing(&w);
    machine_run_ms(50);
    expect(&w, TCP_ACK, 0);
    /* More than a segment does not wait. */
    wire_send(&w, TCP_ACK, data, 1200);
    expect(&w, TCP_ACK, 0);
}

static void more_waits_for_200_ms(void **state)
{
    struct wire w;
    int fd = accept_from(&w);
    (void)state;
    assert_int_equal(CALL(sendto, fd, data, 40, MSG_MORE, 0, 0), 40);
    machine_run_ms(199);
    expect_nothing(&w);
    machine_run_ms(2);
    expect(&w, TCP_ACK | TCP_PSH, 40);
}

static void more_waits_for_an_acknowledgement(void **state)
{
    struct wire w;
    int fd = accept_from(&w);
    (void)state;
    assert_int_equal(CALL(sendto, fd, data, 1050, MSG_MORE, 0, 0), 1050);
    expect(&w, TCP_ACK, 1000);
    expect_nothing(&w);
    wire_send(&w, TCP_ACK, NULL, 0);
    expect(&w, TCP_ACK, 50);
}

static void corked_socket_sends_whole_segments(void **state)
{
    struct wire w;
    int fd = accept_from(&w), on = 1;
    (void)state;
    assert_int_equal(CALL(setsockopt, fd, IPPROTO_TCP, OPTION_CORK, &on, sizeof(on), 0), 0);
    assert_int_equal(CALL(write, fd, data, 1040, 0, 0, 0), 1040);
    expect(&w, TCP_ACK, 1000);
    wire_send(&w, TCP_ACK, NULL, 0);
    machine_run_ms(100);
    expect_nothing(&w);
    on = 0;
    assert_int_equal(CALL(setsockopt, fd, IPPROTO_TCP, OPTION_CORK, &on, sizeof(on), 0), 0);
    expect(&w, TCP_ACK | TCP_PSH, 40);
}

static void nothing_is_added_behind_the_end_of_a_record(void **state)
{
    struct wire w;
    int fd = accept_from(&w);
    (void)state;
    assert_int_equal(CALL(write, fd, data, 10400, 0, 0, 0), 10400);
    assert_int_equal(CALL(sendto, fd, data, 100, MSG_EOR, 0, 0), 100);
    assert_int_equal(CALL(write, fd, data, 900, 0, 0, 0), 900);
    for (int i = 1; i <= 10; i++)
        expect(&w, i == 10 ? TCP_ACK | TCP_PSH : TCP_ACK, 1000);
    wire_send(&w, TCP_ACK, NULL, 0);
    expect(&w, TCP_ACK | TCP_PSH, 500);
    wire_send(&w, TCP_ACK, NULL, 0);
    expect(&w, TCP_ACK | TCP_PSH, 900);
}

static void unsent_bytes_are_bounded(void **state)
{
    struct wire w;
    int fd = accept_from(&w), lowat = 4000;
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    (void)state;
    assert_int_equal(
        CALL(setsockopt, fd, IPPROTO_TCP, OPTION_NOTSENT_LOWAT, &lowat, sizeof(lowat), 0), 0);
    assert_int_equal(CALL(fcntl, fd, F_SETFL, O_NONBLOCK, 0, 0, 0), 0);
    /* Ten segments leave at once, and half of the peer's window may wait. */
    assert_int_equal(CALL(write, fd, data, 60000, 0, 0, 0), 42000);
    assert_int_equal(CALL(write, fd, data, 60000, 0, 0, 0), -EAGAIN);
    assert_int_equal(CALL(poll, &p, 1, 0, 0, 0, 0), 0);
    for (int i = 0; i < 100 && CALL(poll, &p, 1, 0, 0, 0, 0) == 0; i++) {
        struct segment s;
        while (wire_receive(&w, &s))
            ;
        wire_send(&w, TCP_ACK, NULL, 0);
    }
    assert_int_equal(p.revents, POLLOUT);
}

static int rest_of(int fd, size_t size)
{
    char control[64];
    struct iovec piece = {data, size};
    struct msghdr m = {.msg_iov = &piece,
                       .msg_iovlen = 1,
                       .msg_control = control,
                       .msg_controllen = sizeof(control)};
    const struct cmsghdr *header;
    int rest;
    assert_int_equal(CALL(recvmsg, fd, &m, 0, 0, 0, 0), size);
    header = CMSG_FIRSTHDR(&m);
    assert_non_null(header);
    assert_int_equal(header->cmsg_level, IPPROTO_TCP);
    assert_int_equal(header->cmsg_type, OPTION_INQ);
    memcpy(&rest, CMSG_DATA(header), sizeof(rest));
    return rest;
}

static void reader_is_told_of_the_rest(void **state)
{
    struct wire w;
    int fd = accept_from(&w), n = 2;
    (void)state;
    assert_int_equal(CALL(setsockopt, fd, IPPROTO_TCP, OPTION_INQ, &n, sizeof(n), 0), -EINVAL);
    n = 1;
    assert_int_equal(CALL(setsockopt, fd, IPPROTO_TCP, OPTION_INQ, &n, sizeof(n), 0), 0);
    wire_send(&w, TCP_ACK, data, 1000);
    assert_int_equal(rest_of(fd, 200), 800);
    assert_int_equal(rest_of(fd, 800), 0);
    wire_send(&w, TCP_ACK | TCP_FIN, data, 100);
    assert_int_equal(rest_of(fd, 100), 1); /* the end */
    assert_int_equal(CALL(read, fd, data, 10, 0, 0, 0), 0);
}

static void sleeping_call_is_woken_or_gives_up(void **state)
{
    struct wire w;
    int fd = accept_from(&w);
    uint64_t began = machine_now;
    struct timeval limit = {.tv_sec = 2};
    (void)state;
    wire_send(&w, TCP_ACK, data, 10);
    assert_int_equal(CALL(read, fd, data, 100, 0, 0, 0), 10);
    assert_true(machine_now == began);
    assert_int_equal(CALL(setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit), 0), 0);
    assert_int_equal(CALL(read, fd, data, 100, 0, 0, 0), -EAGAIN);
    assert_true(machine_now - began == 2000000000);
    machine_patience = 1000000000;
    assert_int_equal(CALL(read, fd, data, 100, 0, 0, 0), -EINTR);
    assert_int_equal(CALL(read, fd, (void *)8, 100, 0, 0, 0), -EFAULT);
}

/* What the next notice of MSG_ZEROCOPY is of; false: there is none. */
static bool noticed(int fd, uint32_t *first, uint32_t *last)
{
    char control[64];
    struct msghdr m = {.msg_control = control, .msg_controllen = sizeof(control)};
    struct sock_extended_err e;
    long n = CALL(recvmsg, fd, &m, MSG_ERRQUEUE, 0, 0, 0);
    if (n == -EAGAIN)
        return false;
    assert_int_equal(n, 0);
    memcpy(&e, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(e));
    assert_int_equal(e.ee_origin, SO_EE_ORIGIN_ZEROCOPY);
    *first = e.ee_info;
    *last = e.ee_data;
    return true;
}

static void notices_wait_for_acknowledgements(void **state)
{
    struct wire w;
    struct segment s;
    uint32_t first, last;
    int fd = accept_from(&w), on = 1;
    (void)state;
    assert_int_equal(CALL(setsockopt, fd, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on), 0), 0);
    assert_int_equal(CALL(setsockopt, fd, IPPROTO_TCP, OPTION_NODELAY, &on, sizeof(on), 0), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(CALL(sendto, fd, data, 100, MSG_ZEROCOPY, 0, 0), 100);
        assert_true(wire_receive(&w, &s));
    }
    assert_false(noticed(fd, &first, &last));
    w.ack -= 100;
    wire_send(&w, TCP_ACK, NULL, 0);
    assert_true(noticed(fd, &first, &last) && first == 0 && last == 0);
    w.ack += 100;
    wire_send(&w, TCP_ACK, NULL, 0);
    assert_true(noticed(fd, &first, &last) && first == 1 && last == 1);
    assert_false(noticed(fd, &first, &last));

    /* The end of the connection is the end of all; more than these cannot wait for it. */
    for (int i = 0; i < 26; i++)
        assert_int_equal(CALL(sendto, fd, data, 10, MSG_ZEROCOPY, 0, 0), 10);
    assert_int_equal(CALL(sendto, fd, data, 10, MSG_ZEROCOPY, 0, 0), -ENOBUFS);
    wire_send(&w, TCP_RST | TCP_ACK, NULL, 0);
    assert_true(noticed(fd, &first, &last) && first == 2 && last == 27);
}

static void what_is_not_sent_has_one_notice(void **state)
{
    struct wire w;
    uint32_t first, last;
    int fd = accept_from(&w), on = 1;
    (void)state;
    assert_int_equal(CALL(setsockopt, fd, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on), 0), 0);
    for (int i = 0; i < 50; i++)
        assert_int_equal(CALL(sendto, fd, data, 10, MSG_ZEROCOPY | MSG_MORE, 0, 0), 10);
    wire_send(&w, TCP_RST | TCP_ACK, NULL, 0);
    assert_true(noticed(fd, &first, &last) && first == 0 && last == 49);
}

/* The next stamp of something sent is this one, with so many bytes. */
static void expect_stamp(int fd, uint32_t type, uint32_t number, size_t size)
{
    static char bytes[2000];
    char control[200];
    struct iovec piece = {bytes, sizeof(bytes)};
    struct msghdr m = {.msg_iov = &piece,
                       .msg_iovlen = 1,
                       .msg_control = control,
                       .msg_controllen = sizeof(control)};
    struct sock_extended_err e;
    assert_int_equal(CALL(recvmsg, fd, &m, MSG_ERRQUEUE, 0, 0, 0), size);
    struct cmsghdr *header = CMSG_FIRSTHDR(&m);
    assert_int_equal(header->cmsg_type, SO_TIMESTAMPING);
    header = CMSG_NXTHDR(&m, header);
    memcpy(&e, CMSG_DATA(header), sizeof(e));
    assert_int_equal(e.ee_origin, SO_EE_ORIGIN_TIMESTAMPING);
    assert_int_equal(e.ee_info, type);
    assert_int_equal(e.ee_data, number);
}

static void expect_no_stamp(int fd)
{
    assert_int_equal(CALL(recvfrom, fd, data, 1, MSG_ERRQUEUE, 0, 0), -EAGAIN);
}

static void last_byte_is_stamped_when_it_leaves(void **state)
{
    enum { HEADERS = 14 + 20 + 20 };
    struct wire w;
    struct segment s;
    int fd = accept_from(&w);
    unsigned all = SOF_TIMESTAMPING_TX_SCHED | SOF_TIMESTAMPING_TX_SOFTWARE |
                   SOF_TIMESTAMPING_TX_ACK | SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID;
    (void)state;
    assert_int_equal(CALL(setsockopt, fd, SOL_SOCKET, SO_TIMESTAMPING, &all, sizeof(all), 0), 0);
    assert_int_equal(CALL(write, fd, data, 10100, 0, 0, 0), 10100);
    while (wire_receive(&w, &s))
        ;
    expect_no_stamp(fd); /* it waits for the window of congestion */
    wire_send(&w, TCP_ACK, NULL, 0);
    expect_stamp(fd, SCM_TSTAMP_SCHED, 10099, HEADERS + 100);
    expect_stamp(fd, SCM_TSTAMP_SND, 10099, HEADERS + 100);
    expect_no_stamp(fd);
    expect(&w, TCP_ACK | TCP_PSH, 100);
    wire_send(&w, TCP_ACK, NULL, 0);
    expect_stamp(fd, SCM_TSTAMP_ACK, 10099, 100);
    expect_no_stamp(fd);
    /* The connection ends before it is acknowledged. */
    assert_int_equal(CALL(write, fd, data, 10, 0, 0, 0), 10);
    wire_send(&w, TCP_RST | TCP_ACK, NULL, 0);
    expect_stamp(fd, SCM_TSTAMP_SCHED, 10109, HEADERS + 10);
    expect_stamp(fd, SCM_TSTAMP_SND, 10109, HEADERS + 10);
    expect_no_stamp(fd);
}

/* One that waits for the address of its neighbour is stamped all the same, without bytes then. */
static void datagrams_are_stamped(void **state)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
    unsigned all = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
    int fd = (int)CALL(socket, AF_INET, SOCK_DGRAM, 0, 0, 0, 0);
    (void)state;
    inet_pton(AF_INET, "10.0.0.77", &to.sin_addr);
    assert_int_equal(CALL(setsockopt, fd, SOL_SOCKET, SO_TIMESTAMPING, &all, sizeof(all), 0), 0);
    assert_int_equal(CALL(sendto, fd, data, 10, 0, &to, sizeof(to)), 10);
    expect_stamp(fd, SCM_TSTAMP_SND, 0, 0);
    machine_run_ms(10);
    assert_int_equal(CALL(sendto, fd, data, 3000, 0, &to, sizeof(to)), 3000);
    expect_stamp(fd, SCM_TSTAMP_SND, 0, 14 + 1500); /* of several packets the first */
    expect_no_stamp(fd);
}

static void epoll_tells_of_each_arrival_once(void **state)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    struct wire w;
    int fd = accept_from(&w), set = (int)CALL(epoll_create1, 0, 0, 0, 0, 0, 0);
    (void)state;
    assert_int_equal(CALL(epoll_ctl, set, EPOLL_CTL_ADD, fd, &event, 0, 0), 0);
    for (int i = 0; i < 2; i++) {
        wire_send(&w, TCP_ACK, data, 10);
        assert_int_equal(CALL(epoll_wait, set, &event, 1, 0, 0, 0), 1);
        assert_int_equal(CALL(epoll_wait, set, &event, 1, 0, 0, 0), 0);
    }
}

static void loopback_carries_a_stream(void **state)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    int listener = listen_on(AF_INET), fd = (int)CALL(socket, AF_INET, SOCK_STREAM, 0, 0, 0, 0);
    (void)state;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(CALL(connect, fd, &name, sizeof(name), 0, 0, 0), 0);
    int other = (int)CALL(accept, listener, 0, 0, 0, 0, 0);
    assert_int_equal(CALL(write, fd, data, 60000, 0, 0, 0), 60000);
    assert_int_equal(CALL(recvfrom, other, data, 60000, MSG_WAITALL, 0, 0), 60000);
    assert_int_equal(CALL(close, fd, 0, 0, 0, 0, 0), 0);
    assert_int_equal(CALL(read, other, data, 1, 0, 0, 0), 0);
}

/* The sanitizer sees who reads behind their ends. */
static void short_arp_frames_are_dropped(void **state)
{
    static const uint8_t question[42] = {
        2, 0, 0, 0, 0, 1, 2,  0, 0, 0,   0, 2, 8, 6, /* Ethernet */
        0, 1, 8, 0, 6, 4, 0,  1,                     /* who has … */
        2, 0, 0, 0, 0, 2, 10, 0, 0, 254,             /* from */
        0, 0, 0, 0, 0, 0, 10, 0, 0, 1,               /* … this address */
    };
    (void)state;
    for (size_t size = 15; size <= sizeof(question); size++)
        machine_deliver_frame(question, size);
}

static void short_ip_frames_are_dropped(void **state)
{
    static const uint8_t versions[][3] = {{8, 0, 0x45}, {0x86, 0xdd, 0x60}};
    (void)state;
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
        for (size_t size = 14; size < 14 + 40; size++) {
            uint8_t frame[54] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};
            memcpy(frame + 12, versions[i], 3);
            machine_deliver_frame(frame, size);
        }
}

static int start(void **state)
{
    static const struct machine_setup setup = {
        .seed = 1, .ip = {10, 0, 0, 1}, .mask = {255, 255, 255, 0}, .gateway = {10, 0, 0, 254}};
    (void)state;
    machine_start(&setup);
    return 0;
}

static struct tcp_info info_of(int fd)
{
    struct tcp_info info;
    socklen_t size = sizeof(info);
    assert_int_equal(CALL(getsockopt, fd, IPPROTO_TCP, OPTION_INFO, &info, &size, 0), 0);
    return info;
}

static void info_tells_of_losses(void **state)
{
    struct wire w;
    struct tcp_info info;
    struct segment s;
    int fd = accept_from(&w);
    uint32_t base = w.ack;
    (void)state;
    assert_int_equal(CALL(write, fd, data, 10000, 0, 0, 0), 10000);
    while (wire_receive(&w, &s))
        ;
    w.ack = base;
    w.nr_sacks = 2;
    memcpy(w.sacks, (uint32_t[]){base + 6000, base + 8000, base + 2000, base + 4000}, 16);
    wire_send(&w, TCP_ACK, NULL, 0);
    info = info_of(fd);
    assert_int_equal(info.tcpi_ca_state, TCP_CA_Recovery);
    assert_int_equal(info.tcpi_unacked, 10);
    assert_int_equal(info.tcpi_sacked, 4);
    assert_int_equal(info.tcpi_lost, 4);
    assert_int_equal(info.tcpi_retrans, 3);
    assert_int_equal(info.tcpi_total_retrans, 3);
    assert_int_equal(info.tcpi_bytes_retrans, 3000);
    assert_int_equal(info.tcpi_bytes_sent, 13000);
    assert_int_equal(info.tcpi_snd_ssthresh, 5);
    assert_int_equal(info.tcpi_reordering, 3);
    w.nr_sacks = 0;
    w.ack = base + 10000;
    wire_send(&w, TCP_ACK, NULL, 0);
    info = info_of(fd);
    assert_int_equal(info.tcpi_ca_state, TCP_CA_Open);
    assert_int_equal(info.tcpi_sacked + info.tcpi_lost + info.tcpi_retrans, 0);
    assert_int_equal(info.tcpi_reord_seen, 1); /* those that were not sent again came late */
}

int main(void)
{
#define TEST(f) cmocka_unit_test_teardown(f, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(options_of_a_syn_are_in_linux_order),
        TEST(first_segments_are_acknowledged_at_once),
        TEST(more_waits_for_200_ms),
        TEST(more_waits_for_an_acknowledgement),
        TEST(corked_socket_sends_whole_segments),
        TEST(nothing_is_added_behind_the_end_of_a_record),
        TEST(unsent_bytes_are_bounded),
        TEST(reader_is_told_of_the_rest),
        TEST(notices_wait_for_acknowledgements),
        TEST(what_is_not_sent_has_one_notice),
        TEST(last_byte_is_stamped_when_it_leaves),
        TEST(datagrams_are_stamped),
        TEST(epoll_tells_of_each_arrival_once),
        TEST(info_tells_of_losses),
        TEST(loopback_carries_a_stream),
        TEST(sleeping_call_is_woken_or_gives_up),
        TEST(short_arp_frames_are_dropped),
        TEST(short_ip_frames_are_dropped),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
