/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Feeds the socket layer what a program and its peers could do: rows of socket calls with options,
 * lengths, flags and pointers, and between them frames, and segments near to what the connection
 * that was heard of last expects. Nothing crashes or hangs, no result is outside of what a call may
 * return, memory stays within bounds and comes back.
 *
 * An input is a row of actions, each of a byte that chooses and some that say how; see act().
 */
#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

/* What waits for fragments or neighbours is given up by then. */
enum { SLOTS = 8, GONE_MS = 130000, MOST_MEMORY = 64 << 20, KEPT_MEMORY = 200000, ROOM = 70000 };

static const uint8_t *in, *in_end;
static int slots[SLOTS];
static char room[ROOM];

/* The connection that the machine has spoken of last, as its peer sees it. */
static struct {
    uint16_t port, peer_port; /* order of the network */
    uint32_t next, expected;  /* of the peer's bytes; of the machine's */
} peer;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t byte(void)
{
    return in < in_end ? *in++ : 0;
}

static uint32_t word(void)
{
    uint32_t w = byte();
    w |= (uint32_t)byte() << 8;
    w |= (uint32_t)byte() << 16;
    return w | (uint32_t)byte() << 24;
}

/* Mostly small, sometimes none, rarely as much as there is. */
static size_t length(void)
{
    static const size_t some[] = {0, 1, 100, 512, 513, 1460, 5000, 65507, ROOM};
    uint8_t b = byte();
    return b < 128 ? b : some[b % (sizeof(some) / sizeof(some[0]))];
}

static void *pointer(void *good)
{
    return byte() % 16 == 0 ? (void *)8 : good;
}

static long call(long number, long a, long b, long c, long d, long e, long f)
{
    long result = machine_call(number, a, b, c, d, e, f);
    if (result < -4095 || result > (1L << 31) || result == -ENOSYS) {
        fprintf(stderr, "call %ld returns %ld\n", number, result);
        abort();
    }
    return result;
}

static int *slot(void)
{
    return &slots[byte() % SLOTS];
}

static void put_slot(int *to, long fd)
{
    if (fd < 0)
        return;
    if (*to >= 0)
        call(SYS_close, *to, 0, 0, 0, 0, 0);
    *to = (int)fd;
}

/* Of either version: the loopback's, the card's, the peer's, any or a group's. */
static socklen_t make_name(struct sockaddr_storage *name)
{
    static const uint32_t addresses[] = {0x7f000001, 0x0a000001, 0x0a000009,
                                         0,          0xe0000001, 0xffffffff};
    uint8_t how = byte();
    in_port_t port = htons((uint16_t)(80 + byte() % 4));
    uint32_t address = htonl(addresses[how % 6]);
    memset(name, 0, sizeof(*name));
    if (how & 128) {
        struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)name;
        *v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = port};
        if (how & 64)
            v6->sin6_addr = in6addr_loopback;
        else if (how % 6 != 3)
            memcpy(v6->sin6_addr.s6_addr, (uint8_t[16]){[10] = 0xff, 0xff}, 12),
                memcpy(v6->sin6_addr.s6_addr + 12, &address, 4);
        return sizeof(*v6);
    }
    struct sockaddr_in *v4 = (struct sockaddr_in *)name;
    *v4 = (struct sockaddr_in){.sin_family = how & 64 ? AF_UNSPEC : AF_INET, .sin_port = port};
    v4->sin_addr.s_addr = address;
    return how & 32 ? byte() : sizeof(*v4);
}

static void make_socket(void)
{
    static const struct {
        int family, type, protocol;
    } kinds[] = {
        {AF_INET, SOCK_STREAM, 0},
        {AF_INET6, SOCK_STREAM, 0},
        {AF_INET, SOCK_DGRAM, 0},
        {AF_INET6, SOCK_DGRAM, 0},
        {AF_INET, SOCK_DGRAM, IPPROTO_ICMP},
        {AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6},
        {AF_INET, SOCK_RAW, IPPROTO_RAW},
        {AF_INET, SOCK_RAW, IPPROTO_UDP},
        {AF_INET6, SOCK_RAW, IPPROTO_TCP},
        {AF_UNIX, SOCK_STREAM, 0},
        {AF_UNIX, SOCK_DGRAM, 0},
        {AF_UNIX, SOCK_SEQPACKET, 0},
        {AF_NETLINK, SOCK_RAW, 0},
    };
    int *to = slot();
    uint8_t how = byte();
    size_t kind = how % (sizeof(kinds) / sizeof(kinds[0]));
    int type = kinds[kind].type | (how & 128 ? 0 : SOCK_NONBLOCK);
    if (kinds[kind].family == AF_UNIX && how & 64) {
        int pair[2];
        if (call(SYS_socketpair, AF_UNIX, type, 0, (long)pair, 0, 0) == 0) {
            put_slot(to, pair[0]);
            put_slot(slot(), pair[1]);
        }
        return;
    }
    put_slot(to, call(SYS_socket, kinds[kind].family, type, kinds[kind].protocol, 0, 0, 0));
}

static void name_socket(void)
{
    struct sockaddr_storage name;
    uint8_t how = byte();
    int fd = *slot();
    socklen_t size = make_name(&name);
    if (how % 8 == 7) { /* an abstract one */
        name.ss_family = AF_UNIX;
        memcpy((char *)&name + 2, "\0ab", 3);
        size = 4 + how / 8 % 3;
    }
    call(how & 64 ? SYS_connect : SYS_bind, fd, (long)pointer(&name), size, 0, 0, 0);
}

/* A vector of two pieces, a name, and control messages of the input's. */
static void fill_message(struct msghdr *m, struct iovec pieces[2], struct sockaddr_storage *name,
                         char *control, size_t size)
{
    size_t all = length();
    pieces[0] = (struct iovec){pointer(room), all / 3};
    pieces[1] = (struct iovec){room + all / 3, all - all / 3};
    *m = (struct msghdr){.msg_iov = pieces, .msg_iovlen = 2};
    if (byte() % 2)
        m->msg_name = name, m->msg_namelen = make_name(name);
    if (byte() % 2) {
        m->msg_control = control;
        m->msg_controllen = byte() % size;
        for (size_t i = 0; i < size; i++)
            control[i] = (char)(i < m->msg_controllen ? byte() : 0);
    }
}

static void transfer(void)
{
    struct sockaddr_storage name;
    struct iovec pieces[2];
    struct msghdr m;
    char control[80];
    uint8_t how = byte();
    int fd = *slot();
    unsigned flags = word() & (0xfffff | MSG_ZEROCOPY);
    flags &= byte() % 4 == 0 ? ~0U
                             : MSG_DONTWAIT | MSG_PEEK | MSG_MORE | MSG_TRUNC | MSG_WAITALL |
                                   MSG_ERRQUEUE | MSG_ZEROCOPY;
    switch (how % 6) {
    case 0:
        call(SYS_write, fd, (long)pointer(room), (long)length(), 0, 0, 0);
        break;
    case 1:
        call(SYS_read, fd, (long)pointer(room), (long)length(), 0, 0, 0);
        break;
    case 2:
        call(SYS_recvfrom, fd, (long)pointer(room), (long)length(), flags, 0, 0);
        break;
    case 3:
        fill_message(&m, pieces, &name, control, sizeof(control));
        call(SYS_recvmsg, fd, (long)pointer(&m), flags, 0, 0, 0);
        break;
    default:
        fill_message(&m, pieces, &name, control, sizeof(control));
        call(SYS_sendmsg, fd, (long)pointer(&m), flags, 0, 0, 0);
    }
}

static void option(void)
{
    static const int levels[] = {SOL_SOCKET,  IPPROTO_TCP,    IPPROTO_IP, IPPROTO_IPV6,
                                 IPPROTO_UDP, IPPROTO_ICMPV6, SOL_NETLINK};
    uint8_t how = byte();
    int fd = *slot(), level = levels[how % 7];
    uint8_t name = byte();
    socklen_t size = byte() % 40;
    uint32_t value[10];
    for (size_t i = 0; i < (size + 3) / 4; i++)
        value[i] = how & 64 ? byte() : word();
    if (how & 128)
        call(SYS_setsockopt, fd, level, name, (long)pointer(value), (long)size, 0);
    else
        call(SYS_getsockopt, fd, level, name, (long)pointer(value), (long)pointer(&size), 0);
}

static void wait_for(void)
{
    struct epoll_event event = {.events = word()}, events[4];
    struct pollfd files[] = {{.fd = *slot(), .events = byte()}, {.fd = *slot(), .events = byte()}};
    static int set = -1;
    if (set < 0 || byte() % 16 == 0)
        set = (int)call(SYS_epoll_create1, 0, 0, 0, 0, 0, 0);
    call(SYS_epoll_ctl, set, 1 + byte() % 3, files[0].fd, (long)&event, 0, 0);
    call(SYS_epoll_wait, set, (long)events, 1 + byte() % 4, byte(), 0, 0);
    call(SYS_poll, (long)pointer(files), 2, byte(), 0, 0, 0);
}

static void ask(void)
{
    static const unsigned long requests[] = {FIONREAD, FIONBIO, 0x5411 /* SIOCOUTQ */,
                                             0x8905,   0x8912,  0x8915,
                                             0x8927,   0x8933 /* SIOCGIFINDEX */};
    socklen_t size = byte();
    uint8_t how = byte();
    int fd = *slot();
    switch (how % 4) {
    case 0:
        memset(room, 0, 64);
        call(SYS_ioctl, fd, (long)requests[byte() % 8], (long)pointer(room), 0, 0, 0);
        break;
    case 1:
        call(SYS_fcntl, fd, F_SETFL, byte() % 2 ? O_NONBLOCK : 0, 0, 0, 0);
        break;
    default:
        call(how & 64 ? SYS_getsockname : SYS_getpeername, fd, (long)pointer(room),
             (long)pointer(&size), 0, 0, 0);
    }
}

/* Takes what the machine has sent, and remembers where its connection is. */
static void listen_to_card(void)
{
    unsigned char packet[2048];
    size_t n;
    while ((n = machine_caught(packet, sizeof(packet), NULL)) > 0) {
        const struct iphdr *ip = (const struct iphdr *)(const void *)packet;
        const struct tcphdr *tcp = (const struct tcphdr *)(const void *)(packet + sizeof(*ip));
        if (n < sizeof(*ip) + sizeof(*tcp) || ip->version != 4 || ip->protocol != IPPROTO_TCP)
            continue;
        peer.port = tcp->source;
        peer.peer_port = tcp->dest;
        peer.expected =
            ntohl(tcp->seq) + (uint32_t)n - sizeof(*ip) - tcp->doff * 4 + tcp->syn + tcp->fin;
        if (tcp->ack)
            peer.next = ntohl(tcp->ack_seq);
    }
}

static void feed_frame(void)
{
    size_t n = byte() * (size_t)(byte() % 6);
    n = n < (size_t)(in_end - in) ? n : (size_t)(in_end - in);
    machine_deliver_frame(in, n);
    in += n;
}

/* Checksums are not looked at. */
static void feed_segment(void)
{
    unsigned char packet[sizeof(struct iphdr) + sizeof(struct tcphdr) + 40 + 255] = {0};
    struct iphdr *ip = (struct iphdr *)(void *)packet;
    struct tcphdr *tcp = (struct tcphdr *)(void *)(packet + sizeof(*ip));
    uint8_t flags = byte(), how = byte();
    size_t options = how & 128 ? byte() % 11 * 4u : 0, size = how & 64 ? byte() : how & 1;
    size_t all = sizeof(*ip) + sizeof(*tcp) + options + size;
    *ip = (struct iphdr){.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP};
    ip->tot_len = htons((uint16_t)all);
    ip->saddr = htonl(0x0a000009);
    ip->daddr = htonl(0x0a000001);
    *tcp = (struct tcphdr){.source = peer.peer_port, .dest = peer.port};
    if (how & 2 || peer.port == 0) {
        tcp->dest = htons(80 + how / 8 % 4);
        tcp->source = htons(2000);
    }
    tcp->seq = htonl(peer.next + (how & 4 ? (uint32_t)(int8_t)byte() * 3 : 0));
    tcp->ack_seq = htonl(peer.expected + (how & 8 ? (uint32_t)(int8_t)byte() * 3 : 0));
    tcp->window = htons(how & 16 ? byte() : 65535);
    ((uint8_t *)tcp)[12] = (uint8_t)((sizeof(*tcp) + options) / 4 << 4);
    ((uint8_t *)tcp)[13] = flags & 63;
    for (size_t i = 0; i < options + size; i++)
        ((uint8_t *)(tcp + 1))[i] = how & 32 || i < options ? byte() : 'x';
    machine_deliver(packet, all);
}

static void feed_datagram(void)
{
    unsigned char packet[28 + 255] = {0};
    struct iphdr *ip = (struct iphdr *)(void *)packet;
    size_t size = byte(), all = 28 + size;
    uint8_t how = byte();
    *ip = (struct iphdr){.version = 4, .ihl = 5, .ttl = 64};
    ip->protocol = how & 64 ? IPPROTO_ICMP : IPPROTO_UDP;
    ip->frag_off = how & 128 ? htons((uint16_t)(byte() % 4 | (how & 32 ? 0x2000 : 0))) : 0;
    ip->tot_len = htons((uint16_t)all);
    ip->saddr = htonl(0x0a000009);
    ip->daddr = htonl(how & 16 ? 0xe0000001 : 0x0a000001);
    packet[20] = how & 64 ? byte() : 0; /* a port, or an ICMP message's kind */
    packet[21] = how & 64 ? byte() : 99;
    packet[23] = (unsigned char)(80 + how % 4);
    packet[24] = (unsigned char)((8 + size) >> 8);
    packet[25] = (unsigned char)(8 + size);
    for (size_t i = 0; i < size; i++)
        packet[28 + i] = byte();
    machine_deliver(packet, all);
}

static void act(void)
{
    uint8_t what = byte();
    switch (what % 16) {
    case 0:
        make_socket();
        break;
    case 1:
    case 2:
        name_socket();
        break;
    case 3:
        call(SYS_listen, *slot(), byte() % 4, 0, 0, 0, 0);
        break;
    case 4:
        put_slot(slot(), call(SYS_accept4, *slot(), 0, 0, what & 128 ? SOCK_NONBLOCK : 0, 0, 0));
        break;
    case 5:
    case 6:
        transfer();
        break;
    case 7:
        option();
        break;
    case 8:
        call(SYS_shutdown, *slot(), byte() % 4, 0, 0, 0, 0);
        break;
    case 9:
        call(SYS_close, *slot(), 0, 0, 0, 0, 0);
        break;
    case 10:
        wait_for();
        break;
    case 11:
        ask();
        break;
    case 12:
        feed_frame();
        break;
    case 13:
        feed_segment();
        break;
    case 14:
        feed_datagram();
        break;
    default:
        machine_run_ms(byte() * 8ULL);
    }
    listen_to_card();
}

static size_t start(void)
{
    static const struct machine_setup setup = {.seed = 1,
                                               .ip = {10, 0, 0, 1},
                                               .mask = {255, 255, 255, 0},
                                               .gateway = {10, 0, 0, 254},
                                               .lazy_checksums = true};
    machine_start(&setup);
    machine_patience = 2000000000;
    machine_run_ms(GONE_MS);
    return machine_memory;
}

static void check_memory(size_t most)
{
    if (machine_memory <= most)
        return;
    fprintf(stderr, "%zu bytes are in use, %zu may be\n", machine_memory, most);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static size_t at_start;
    static unsigned inputs;
    if (at_start == 0)
        at_start = start();
    in = data;
    in_end = data + size;
    memset(slots, -1, sizeof(slots));
    memset(&peer, 0, sizeof(peer));
    machine_seed(size);
    uint8_t memory = byte();
    machine_out_of_memory = memory & 1 ? memory / 4 : 0;
    while (in < in_end) {
        act();
        check_memory(at_start + MOST_MEMORY);
    }
    machine_out_of_memory = 0;
    machine_reset();
    if (++inputs % 64 != 0)
        return 0;
    machine_run_ms(GONE_MS);
    machine_reset();
    check_memory(at_start + KEPT_MEMORY);
    return 0;
}
