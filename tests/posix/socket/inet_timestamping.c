/* SPDX-License-Identifier: BSD-3-Clause */
/* SO_TIMESTAMPING: when datagrams and bytes were received, sent and acknowledged. */
#include "control.h"
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>

#define NEW 65 /* SO_TIMESTAMPING_NEW */

static struct message m;

static const unsigned sent = SOF_TIMESTAMPING_TX_SCHED | SOF_TIMESTAMPING_TX_SOFTWARE |
                             SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID;

static int set_stamping(int fd, int option, unsigned flags)
{
    return set_int_option(fd, SOL_SOCKET, option, (int)flags);
}

static void show_set(const char *what, int fd, int option, unsigned flags)
{
    struct so_timestamping now = {-1, -1};
    socklen_t length = sizeof(now);
    int err = set_stamping(fd, option, flags) == 0 ? 0 : errno;

    CHECK(getsockopt(fd, SOL_SOCKET, option, &now, &length) == 0);
    printf("%s: %s; is %x, %d, %d bytes\n", what, err ? strerror(err) : "set", now.flags,
           now.bind_phc, (int)length);
}

static void try_values(void)
{
    int fd = new_socket(AF_INET, SOCK_DGRAM), stream = new_socket(AF_INET, SOCK_STREAM);
    struct so_timestamping two = {SOF_TIMESTAMPING_SOFTWARE, 0};

    show_set("one", fd, SO_TIMESTAMPING, SOF_TIMESTAMPING_RX_SOFTWARE);
    show_set("of devices", fd, SO_TIMESTAMPING,
             SOF_TIMESTAMPING_TX_HARDWARE | SOF_TIMESTAMPING_RAW_HARDWARE);
    show_set("unknown", fd, SO_TIMESTAMPING, 1U << 30);
    show_set("statistics with data", fd, SO_TIMESTAMPING, SOF_TIMESTAMPING_OPT_STATS);
    show_set("none", fd, SO_TIMESTAMPING, 0);
    CHECK(setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &two, sizeof(two)) == 0);
    show_set("new", fd, NEW, SOF_TIMESTAMPING_RX_SOFTWARE);
    show_set("numbers of no connection", stream, SO_TIMESTAMPING, SOF_TIMESTAMPING_OPT_ID);
    show_set("no numbers", stream, SO_TIMESTAMPING, SOF_TIMESTAMPING_RX_SOFTWARE);
    close(fd);
    close(stream);
}

/* The stamp that came with a message is of the time between. */
static void check_stamp(int type, long long before, long long after)
{
    struct cmsghdr *c = find_control(&m, SOL_SOCKET, type);
    struct timespec ts[3];

    REQUIRE(c != NULL && c->cmsg_len == CMSG_LEN(sizeof(ts)));
    memcpy(ts, CMSG_DATA(c), sizeof(ts));
    long long at = ts[0].tv_sec * SEC + ts[0].tv_nsec;
    CHECK(at >= before && at <= after);
    CHECK(ts[1].tv_sec == 0 && ts[1].tv_nsec == 0 && ts[2].tv_sec == 0 && ts[2].tv_nsec == 0);
}

/* The next stamp of something sent: which, of what number, with how many bytes. */
static void await_sent(const char *what, int fd, long long since)
{
    bool v6 = own_name(fd).any.sa_family == AF_INET6;
    struct pollfd p = {.fd = fd};
    struct sock_extended_err e;
    struct address offender = {.length = sizeof(offender.v6)};

    REQUIRE(poll(&p, 1, 10000) == 1 && p.revents & POLLERR);
    ssize_t n = receive(fd, &m, MSG_ERRQUEUE);
    struct cmsghdr *c = find_control(&m, v6 ? SOL_IPV6 : SOL_IP, v6 ? IPV6_RECVERR : IP_RECVERR);
    REQUIRE(c != NULL);
    memcpy(&e, CMSG_DATA(c), sizeof(e));
    memcpy(&offender.any, CMSG_DATA(c) + sizeof(e), c->cmsg_len - CMSG_LEN(sizeof(e)));
    CHECK(e.ee_errno == ENOMSG && e.ee_origin == SO_EE_ORIGIN_TIMESTAMPING);
    CHECK(e.ee_type == 0 && e.ee_code == 0 && m.header.msg_namelen == 0);
    check_stamp(SO_TIMESTAMPING, since, now_ns(CLOCK_REALTIME));
    printf("%s: stamp %u of %u, %zd bytes, flags %x\n", what, e.ee_info, e.ee_data, n,
           m.header.msg_flags);
    if (offender.any.sa_family != AF_UNSPEC)
        show_address("  from", &offender);
    c = find_control(&m, SOL_IP, IP_PKTINFO);
    if (c != NULL) {
        struct in_pktinfo info;
        memcpy(&info, CMSG_DATA(c), sizeof(info));
        printf("  by interface %d to %s\n", info.ipi_ifindex, inet_ntoa(info.ipi_addr));
    }
    CHECK(int_option(fd, SOL_SOCKET, SO_ERROR) == 0);
}

static void expect_none(int fd)
{
    CHECK(!(poll_now(fd) & POLLERR));
    CHECK_ERRNO(recv(fd, m.bytes, 1, MSG_ERRQUEUE), EAGAIN);
}

static void try_datagrams(const char *text)
{
    int to = bound_socket(SOCK_DGRAM, text), fd = bound_socket(SOCK_DGRAM, text);
    long long since = now_ns(CLOCK_REALTIME);

    CHECK(connect_to_socket(fd, to) == 0 && set_stamping(fd, SO_TIMESTAMPING, sent) == 0);
    CHECK(send(fd, "hello", 5, 0) == 5);
    await_sent("entered", fd, since);
    await_sent("left", fd, since);
    expect_none(fd);
    CHECK(set_stamping(fd, SO_TIMESTAMPING, sent | SOF_TIMESTAMPING_OPT_TSONLY) == 0);
    CHECK(send(fd, "12345", 5, MSG_MORE) == 5 && send(fd, "678", 3, 0) == 3);
    await_sent("of two calls", fd, since);
    await_sent("of two calls", fd, since);
    expect_none(fd);
    CHECK(set_stamping(fd, SO_TIMESTAMPING, sent | SOF_TIMESTAMPING_OPT_CMSG) == 0);
    CHECK(set_int_option(fd, SOL_IP, IP_PKTINFO, 1) == 0 && send(fd, "", 0, 0) == 0);
    await_sent("with its way", fd, since);
    await_sent("with its way", fd, since);

    /* A call's own wish, and the count that begins again. */
    uint32_t wish = SOF_TIMESTAMPING_TX_SCHED;
    CHECK(set_stamping(fd, SO_TIMESTAMPING, 0) == 0 && send(fd, "x", 1, 0) == 1);
    expect_none(fd);
    CHECK(set_stamping(fd, SO_TIMESTAMPING, SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID) ==
          0);
    prepare(&m, "wish", NULL);
    add_control(&m, SOL_SOCKET, SO_TIMESTAMPING, &wish, sizeof(wish));
    CHECK(sendmsg(fd, &m.header, 0) == 4);
    await_sent("as the call wishes", fd, since);
    expect_none(fd);
    wish = SOF_TIMESTAMPING_OPT_ID;
    prepare(&m, "wish", NULL);
    add_control(&m, SOL_SOCKET, SO_TIMESTAMPING, &wish, sizeof(wish));
    CHECK_ERRNO(sendmsg(fd, &m.header, 0), EINVAL);
    prepare(&m, "wish", NULL);
    add_control(&m, SOL_SOCKET, SO_TIMESTAMPING, "xx", 2);
    CHECK_ERRNO(sendmsg(fd, &m.header, 0), EINVAL);
    close(fd);
    close(to);
}

/* By both options at once, and by each. */
static void try_received(void)
{
    int fd = bound_socket(SOCK_DGRAM, "127.0.0.1");
    struct address to = own_name(fd);
    long long since = now_ns(CLOCK_REALTIME);

    for (int i = 0; i < 4; i++) {
        bool form = i & 1, new = i & 2;
        int option = new ? NEW : SO_TIMESTAMPING;
        CHECK(set_int_option(fd, SOL_SOCKET, SO_TIMESTAMPNS, form) == 0);
        CHECK(set_stamping(fd, option, SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE) ==
              0);
        CHECK(sendto(fd, "x", 1, 0, &to.any, to.length) == 1 && receive(fd, &m, 0) == 1);
        check_stamp(option, since, now_ns(CLOCK_REALTIME));
        for (struct cmsghdr *c = NULL; (c = next_control(&m, c)) != NULL;)
            printf("control %d of %zu bytes; ", c->cmsg_type, (size_t)c->cmsg_len);
        printf("\n");
    }
    CHECK(set_int_option(fd, SOL_SOCKET, SO_TIMESTAMPNS, 0) == 0);
    CHECK(set_stamping(fd, SO_TIMESTAMPING, SOF_TIMESTAMPING_RX_SOFTWARE) == 0);
    CHECK(sendto(fd, "x", 1, 0, &to.any, to.length) == 1 && receive(fd, &m, 0) == 1);
    CHECK(m.header.msg_controllen == 0); /* taken, but not told */
    close(fd);
}

static void try_stream(const char *text)
{
    const unsigned all = sent | SOF_TIMESTAMPING_TX_ACK;
    long long since = now_ns(CLOCK_REALTIME);
    int end[2];

    new_connection(text, end);
    CHECK(send(end[0], "12", 2, 0) == 2);
    CHECK(recv(end[1], m.bytes, 2, MSG_WAITALL) == 2);
    CHECK(send(end[1], "1", 1, 0) == 1 && recv(end[0], m.bytes, 1, 0) == 1);
    CHECK(set_stamping(end[0], SO_TIMESTAMPING, all | SOF_TIMESTAMPING_OPT_TSONLY) == 0);
    CHECK(send(end[0], m.bytes, 1000, 0) == 1000);
    for (int i = 0; i < 3; i++)
        await_sent("bytes", end[0], since);
    CHECK(send(end[0], m.bytes, 10, MSG_MORE) == 10 && send(end[0], m.bytes, 5, 0) == 5);
    for (int i = 0; i < 3; i++)
        await_sent("more bytes", end[0], since);
    expect_none(end[0]);
    CHECK(recv(end[1], m.bytes, 1015, MSG_WAITALL) == 1015);

    /* The bytes themselves, without headers, once they are acknowledged. */
    unsigned ack = SOF_TIMESTAMPING_TX_ACK | SOF_TIMESTAMPING_SOFTWARE;
    CHECK(set_stamping(end[0], SO_TIMESTAMPING, ack) == 0 && send(end[0], "hello", 5, 0) == 5);
    await_sent("acknowledged", end[0], since);
    printf("\"%s\"\n", m.bytes);
    CHECK(set_stamping(end[0], SO_TIMESTAMPING, ack | SOF_TIMESTAMPING_TX_SOFTWARE) == 0);
    CHECK(send(end[0], "hello", 5, 0) == 5);
    CHECK(poll(&(struct pollfd){.fd = end[0]}, 1, 10000) == 1);
    ssize_t n = receive(end[0], &m, MSG_ERRQUEUE);
    CHECK(n > 5 && memcmp(m.bytes + n - 5, "hello", 5) == 0); /* behind the headers */
    await_sent("acknowledged", end[0], since);
    CHECK(recv(end[1], m.bytes, 10, MSG_WAITALL) == 10);
    close(end[0]);
    close(end[1]);
}

/* Bytes that are read have the stamp of the last of them. */
static void try_received_stream(void)
{
    int end[2];

    new_connection("127.0.0.1", end);
    CHECK(set_stamping(end[1], SO_TIMESTAMPING,
                       SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE) == 0);
    CHECK(send(end[0], "first", 5, 0) == 5);
    long long between = now_ns(CLOCK_REALTIME);
    CHECK(receive(end[1], &m, MSG_PEEK) == 5);
    check_stamp(SO_TIMESTAMPING, 0, between);
    sleep_ms(5);
    CHECK(send(end[0], "second", 6, 0) == 6);
    long long after = now_ns(CLOCK_REALTIME);
    CHECK(receive(end[1], &m, 0) == 11);
    check_stamp(SO_TIMESTAMPING, between, after);
    CHECK(set_int_option(end[1], SOL_SOCKET, SO_TIMESTAMP, 1) == 0 && send(end[0], "x", 1, 0) == 1);
    CHECK(receive(end[1], &m, 0) == 1);
    check_stamp(SO_TIMESTAMPING, after, now_ns(CLOCK_REALTIME));
    CHECK(find_control(&m, SOL_SOCKET, SO_TIMESTAMP) == next_control(&m, NULL));
    close(end[0]);
    close(end[1]);
}

int main(void)
{
    /* Linux begins to stamp a while after the first one has asked for it. */
    int asks = new_socket(AF_INET, SOCK_DGRAM);
    CHECK(set_stamping(asks, SO_TIMESTAMPING, SOF_TIMESTAMPING_RX_SOFTWARE) == 0);
    sleep_ms(100);
    try_values();
    try_datagrams("127.0.0.1");
    try_datagrams("::1");
    try_received();
    try_stream("127.0.0.1");
    try_stream("::1");
    try_received_stream();
    close(asks);
    return check_done();
}
