/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the network costs a program that talks to the host, in sections for the plugin
 * (benchmarks/scale/section.h): a request with its answer, a connection, a byte of a stream.
 *
 *     net ADDRESS PORT CONNECTIONS
 *
 * The host answers as benchmarks/net/run's Peer does. CONNECTIONS: so many connections are made
 * and closed, and then as many opened that stay idle, to see what the same costs beside them; 0:
 * none. Each row says how many operations or bytes its section has.
 */
#include "../common/measure.h"
#include "../scale/section.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#define TURNS    500
#define WARM     20 /* turns before the section */
#define CLOSES   200
#define LARGE    65536L
#define SEGMENT  1448L /* what a segment carries where the MTU is 1,500 */
#define STREAM   (32L << 20)
#define PATIENCE 600 /* seconds, for all */

/* What a connection's first byte asks of the host; then comes a number of 8 bytes. */
#define ECHO 'e' /* sends back blocks of so many bytes */
#define SINK 's' /* reads so many bytes, then sends one */
#define GIVE 'g' /* sends so many bytes */

/* The host's ports, from PORT on. */
enum { ASKED, CLOSED_AT_ONCE, KEPT };

enum {
    TCP_1 = 1,
    TCP_4096,
    UDP_1,
    CONNECT,
    SEND_LARGE,
    SEND_SEGMENT,
    RECEIVE,
    CONNECT_MANY,
    TCP_1_MANY
};

static struct sockaddr_in host;
static char bytes[LARGE];

static void need(bool ok, const char *what)
{
    if (!ok)
        measure_fail("%s failed: %s", what, strerror(errno));
}

static void report(int number, const char *name, double operations)
{
    char unit[16];
    snprintf(unit, sizeof(unit), "section%d", number);
    measure_row_unit(name, operations, unit);
}

static int connect_to(int type, int port)
{
    struct sockaddr_in to = host;
    int on = 1, fd = socket(AF_INET, type, 0);
    to.sin_port = htons((uint16_t)(ntohs(host.sin_port) + port));
    need(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0, "connect");
    if (type == SOCK_STREAM)
        need(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0, "TCP_NODELAY");
    return fd;
}

static void send_all(int fd, const void *from, long n)
{
    for (long done = 0; done < n;) {
        ssize_t sent = write(fd, (const char *)from + done, (size_t)(n - done));
        need(sent > 0, "write");
        done += sent;
    }
}

static void receive_all(int fd, long n)
{
    for (long done = 0; done < n;) {
        ssize_t got = read(fd, bytes, (size_t)(n - done < LARGE ? n - done : LARGE));
        need(got > 0, "read");
        done += got;
    }
}

/* A connection on which the host does what is asked. */
static int ask(char what, int64_t number)
{
    int fd = connect_to(SOCK_STREAM, ASKED);
    send_all(fd, &what, 1);
    send_all(fd, &number, sizeof(number));
    return fd;
}

static void exchange(int fd, long size, int turns)
{
    for (int i = 0; i < turns; i++) {
        send_all(fd, bytes, size);
        receive_all(fd, size);
    }
}

/* Requests of so many bytes with their answers; the section's number is a constant. */
#define EXCHANGE(number, name, fd, size)                                                           \
    do {                                                                                           \
        exchange(fd, size, WARM);                                                                  \
        section_begin(number);                                                                     \
        exchange(fd, size, TURNS);                                                                 \
        section_end(number);                                                                       \
        report(number, name, TURNS);                                                               \
    } while (0)

static void requests(void)
{
    int fd = ask(ECHO, 1);
    EXCHANGE(TCP_1, "tcp_request_1", fd, 1);
    close(fd);
    fd = ask(ECHO, 4096);
    EXCHANGE(TCP_4096, "tcp_request_4096", fd, 4096);
    close(fd);
    fd = connect_to(SOCK_DGRAM, ASKED);
    EXCHANGE(UDP_1, "udp_request_1", fd, 1);
    close(fd);
}

static void connect_and_close(int turns)
{
    for (int i = 0; i < turns; i++)
        close(connect_to(SOCK_STREAM, CLOSED_AT_ONCE));
}

#define CONNECTIONS(number, name)                                                                  \
    do {                                                                                           \
        section_begin(number);                                                                     \
        connect_and_close(CLOSES);                                                                 \
        section_end(number);                                                                       \
        report(number, name, CLOSES);                                                              \
    } while (0)

/* Until the host has it all. */
static void send_stream(long block)
{
    char end;
    int fd = ask(SINK, STREAM / block * block);
    for (long i = 0; i < STREAM / block; i++)
        send_all(fd, bytes, block);
    need(read(fd, &end, 1) == 1, "read");
    close(fd);
}

static void streams(void)
{
    section_begin(SEND_LARGE);
    send_stream(LARGE);
    section_end(SEND_LARGE);
    report(SEND_LARGE, "tcp_send_64k_byte", STREAM);
    section_begin(SEND_SEGMENT);
    send_stream(SEGMENT);
    section_end(SEND_SEGMENT);
    report(SEND_SEGMENT, "tcp_send_1448_byte", STREAM);
    section_begin(RECEIVE);
    int fd = ask(GIVE, STREAM);
    receive_all(fd, STREAM);
    close(fd);
    section_end(RECEIVE);
    report(RECEIVE, "tcp_receive_byte", STREAM);
}

static double free_bytes(void)
{
    struct sysinfo info;
    need(sysinfo(&info) == 0, "sysinfo");
    return (double)info.freeram * info.mem_unit;
}

/* What it costs beside so many that wait for their end (TIME_WAIT), and so many that are idle. */
static void beside(int n)
{
    struct rlimit files = {.rlim_cur = (rlim_t)n + 100, .rlim_max = (rlim_t)n + 100};
    connect_and_close(n);
    CONNECTIONS(CONNECT_MANY, "connect_close_beside");
    need(setrlimit(RLIMIT_NOFILE, &files) == 0, "setrlimit");
    double before = free_bytes();
    for (int i = 0; i < n; i++)
        connect_to(SOCK_STREAM, KEPT);
    measure_row_unit("idle_connection_memory", (before - free_bytes()) / n, "bytes");
    int fd = ask(ECHO, 1);
    EXCHANGE(TCP_1_MANY, "tcp_request_1_beside", fd, 1);
    close(fd);
}

int main(int argc, char **argv)
{
    measure_start(&argc, argv);
    host.sin_family = AF_INET;
    if (argc != 4 || inet_pton(AF_INET, argv[1], &host.sin_addr) != 1)
        measure_fail("usage: net ADDRESS PORT CONNECTIONS");
    host.sin_port = htons((uint16_t)atoi(argv[2]));
    alarm(PATIENCE);
    requests();
    connect_and_close(WARM);
    CONNECTIONS(CONNECT, "connect_close");
    streams();
    if (atoi(argv[3]) > 0)
        beside(atoi(argv[3]));
    return measure_end();
}
