/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the tests ask of the network:
 *
 *     net show PATH…                    the files
 *     net size PATH…                    their sizes, as stat() tells them
 *     net lease                         the first card's link and address, by getifaddrs
 *     net udp-echo PORT N               answers N datagrams with themselves
 *     net tcp-echo PORT N               answers N connections with what they send, in threads
 *     net tcp-ask ADDRESS PORT BYTES    sends that many bytes, by a thread, which come back
 *     net tcp-give PORT BYTES           writes that many bytes to whom it accepts, and ends
 *     net udp-ask ADDRESS PORT TEXT     sends the text, prints the answer
 *     net ping ADDRESS                  echo requests by a ping socket and by a raw one
 *     net groups                        what it sends to groups by the first card comes back to it
 */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static char buffer[65536];

static int fail(const char *what)
{
    perror(what);
    return 1;
}

static int lease(void)
{
    struct ifaddrs *all;
    char text[INET_ADDRSTRLEN], mask[INET_ADDRSTRLEN];

    if (getifaddrs(&all) != 0)
        return fail("getifaddrs");
    for (const struct ifaddrs *i = all; i != NULL; i = i->ifa_next) {
        if (strcmp(i->ifa_name, "eth0") != 0 || i->ifa_addr->sa_family != AF_INET)
            continue;
        const struct sockaddr_in *a = (void *)i->ifa_addr, *m = (void *)i->ifa_netmask;
        inet_ntop(AF_INET, &a->sin_addr, text, sizeof(text));
        inet_ntop(AF_INET, &m->sin_addr, mask, sizeof(mask));
        printf("%s %s/%s%s\n", i->ifa_name, text, mask,
               i->ifa_flags & IFF_RUNNING ? " running" : "");
    }
    freeifaddrs(all);
    return 0;
}

static int show(char **path)
{
    for (; *path != NULL; path++) {
        FILE *f = fopen(*path, "r");
        if (f == NULL)
            return fail(*path);
        while (fgets(buffer, sizeof(buffer), f) != NULL)
            fputs(buffer, stdout);
        fclose(f);
    }
    return 0;
}

/* The size that stat() tells, which those go by who read a file in one piece. */
static int size(char **path)
{
    for (; *path != NULL; path++) {
        struct stat st;
        if (stat(*path, &st) != 0)
            return fail(*path);
        printf("%lld\n", (long long)st.st_size);
    }
    return 0;
}

static int udp_echo(int port, int n)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    socklen_t length = sizeof(a);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0)
        return fail("bind");
    puts("ready");
    fflush(stdout);
    while (n-- > 0) {
        ssize_t size = recvfrom(fd, buffer, sizeof(buffer), 0, (struct sockaddr *)&a, &length);
        if (size < 0 || sendto(fd, buffer, (size_t)size, 0, (struct sockaddr *)&a, length) != size)
            return fail("echo");
    }
    return 0;
}

static int udp_ask(const char *address, int port, const char *text)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    if (fd < 0 || inet_pton(AF_INET, address, &a.sin_addr) != 1 ||
        connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0)
        return fail("connect");
    if (send(fd, text, strlen(text), 0) < 0)
        return fail("send");
    ssize_t size = recv(fd, buffer, sizeof(buffer), 0);
    if (size < 0)
        return fail("recv");
    printf("%.*s\n", (int)size, buffer);
    return 0;
}

static void *echo(void *fd)
{
    static _Thread_local char block[65536];
    ssize_t n;

    while ((n = read((int)(long)fd, block, sizeof(block))) > 0)
        for (ssize_t done = 0, step; done < n; done += step)
            if ((step = write((int)(long)fd, block + done, (size_t)(n - done))) < 0) {
                perror("write");
                exit(1);
            }
    close((int)(long)fd);
    return (void *)(long)(n < 0);
}

static int tcp_echo(int port, int n)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0), bad = 0;
    pthread_t thread[64];

    if (fd < 0 || n > 64 || bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 || listen(fd, 64) != 0)
        return fail("bind");
    puts("ready");
    fflush(stdout);
    for (int i = 0; i < n; i++) {
        int client = accept(fd, NULL, NULL);
        if (client < 0 || pthread_create(&thread[i], NULL, echo, (void *)(long)client) != 0)
            return fail("accept");
    }
    for (int i = 0; i < n; i++) {
        void *result;
        pthread_join(thread[i], &result);
        bad |= result != NULL;
    }
    return bad;
}

static long total;

static unsigned char byte_at(long place)
{
    return (unsigned char)(place * 131 / 7);
}

static void *sender(void *fd)
{
    static char block[50000];

    for (long done = 0; done < total;) {
        long n = total - done < (long)sizeof(block) ? total - done : (long)sizeof(block);
        for (long i = 0; i < n; i++)
            block[i] = (char)byte_at(done + i);
        ssize_t step = write((int)(long)fd, block, (size_t)n);
        if (step < 0) {
            perror("write");
            exit(1);
        }
        done += step;
    }
    shutdown((int)(long)fd, SHUT_WR);
    return NULL;
}

static int tcp_ask(const char *address, int port, long bytes)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    pthread_t thread;
    long got = 0;
    ssize_t n;

    if (fd < 0 || inet_pton(AF_INET, address, &a.sin_addr) != 1 ||
        connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0)
        return fail("connect");
    total = bytes;
    pthread_create(&thread, NULL, sender, (void *)(long)fd);
    while ((n = read(fd, buffer, sizeof(buffer))) > 0)
        for (ssize_t i = 0; i < n; i++, got++)
            if ((unsigned char)buffer[i] != byte_at(got)) {
                printf("byte %ld is wrong\n", got);
                return 1;
            }
    pthread_join(thread, NULL);
    if (n < 0)
        return fail("read");
    printf("%ld bytes came back\n", got);
    return 0;
}

/* Ends with the connection open. */
static int tcp_give(int port, long bytes)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 || listen(fd, 1) != 0)
        return fail("bind");
    puts("ready");
    fflush(stdout);
    int client = accept(fd, NULL, NULL);
    memset(buffer, 'g', sizeof(buffer));
    while (bytes > 0) {
        ssize_t n =
            write(client, buffer, bytes < (long)sizeof(buffer) ? (size_t)bytes : sizeof(buffer));
        if (n < 0)
            return fail("write");
        bytes -= n;
    }
    return 0;
}

/* The sum of RFC 1071, of an even number of bytes, so that the whole message's is 0. */
static uint16_t checksum(const unsigned char *p, size_t n)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < n; i += 2)
        sum += (uint32_t)(p[i] << 8 | p[i + 1]);
    sum = (sum & 0xffff) + (sum >> 16);
    return htons((uint16_t)~((sum & 0xffff) + (sum >> 16)));
}

/* One request, and its answer, which a raw socket gets with a header of 20 bytes. */
static int ping(const char *address, int type)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    int fd = socket(AF_INET, type, IPPROTO_ICMP), header = type == SOCK_RAW ? 20 : 0;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    union {
        struct icmphdr header;
        unsigned char bytes[64];
    } message = {.header = {.type = ICMP_ECHO, .un.echo = {.id = htons(77), .sequence = 5}}};

    if (fd < 0 || inet_pton(AF_INET, address, &to.sin_addr) != 1)
        return fail("socket");
    message.header.checksum = checksum(message.bytes, sizeof(message));
    if (sendto(fd, &message, sizeof(message), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
        return fail("sendto");
    while (poll(&p, 1, 20000) == 1) {
        ssize_t n = recv(fd, buffer, sizeof(buffer), 0);
        if (buffer[header] != ICMP_ECHOREPLY) /* the request of the machine to itself */
            continue;
        printf("%s: %zd bytes, sequence %d, checksum %s\n", type == SOCK_RAW ? "raw" : "ping", n,
               buffer[header + 6],
               checksum((unsigned char *)buffer + header, sizeof(message)) ? "wrong" : "right");
        close(fd);
        return 0;
    }
    return fail("no answer");
}

/* A group of either family, at eth0. */
static socklen_t group_of(int family, struct group_req *r)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(5000)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(5000)};

    r->gr_interface = if_nametoindex("eth0");
    v6.sin6_scope_id = r->gr_interface;
    inet_pton(AF_INET, "239.1.2.3", &v4.sin_addr);
    inet_pton(AF_INET6, "ff02::1234", &v6.sin6_addr);
    if (family == AF_INET)
        memcpy(&r->gr_group, &v4, sizeof(v4));
    else
        memcpy(&r->gr_group, &v6, sizeof(v6));
    return family == AF_INET ? sizeof(v4) : sizeof(v6);
}

/* Sends to a group that the same socket is in, with and without copies for this machine. */
static int groups(int family, int level, int loop_option)
{
    struct sockaddr_storage any = {.ss_family = (sa_family_t)family};
    struct group_req r;
    socklen_t size = group_of(family, &r);
    int fd = socket(family, SOCK_DGRAM, 0);

    memcpy((char *)&any + 2, (char *)&r.gr_group + 2, 2); /* the port */
    if (fd < 0 || bind(fd, (struct sockaddr *)&any, size) != 0)
        return fail("bind");
    if (setsockopt(fd, level, MCAST_JOIN_GROUP, &r, sizeof(r)) != 0)
        return fail("MCAST_JOIN_GROUP");
    for (int loop = 1; loop >= 0; loop--) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (setsockopt(fd, level, loop_option, &loop, sizeof(loop)) != 0)
            return fail("IP_MULTICAST_LOOP");
        if (sendto(fd, "to all", 6, 0, (struct sockaddr *)&r.gr_group, size) != 6)
            return fail("sendto");
        int heard = poll(&p, 1, loop ? 20000 : 100) == 1 && recv(fd, buffer, 100, 0) == 6;
        printf("%s, loop %d: %s\n", family == AF_INET ? "IPv4" : "IPv6", loop,
               heard ? "heard" : "not heard");
    }
    close(fd);
    return 0;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    if (strcmp(what, "lease") == 0)
        return lease();
    if (strcmp(what, "show") == 0)
        return show(argv + 2);
    if (strcmp(what, "size") == 0)
        return size(argv + 2);
    if (strcmp(what, "udp-echo") == 0 && argc == 4)
        return udp_echo(atoi(argv[2]), atoi(argv[3]));
    if (strcmp(what, "tcp-echo") == 0 && argc == 4)
        return tcp_echo(atoi(argv[2]), atoi(argv[3]));
    if (strcmp(what, "tcp-give") == 0 && argc == 4)
        return tcp_give(atoi(argv[2]), atol(argv[3]));
    if (strcmp(what, "tcp-ask") == 0 && argc == 5)
        return tcp_ask(argv[2], atoi(argv[3]), atol(argv[4]));
    if (strcmp(what, "udp-ask") == 0 && argc == 5)
        return udp_ask(argv[2], atoi(argv[3]), argv[4]);
    if (strcmp(what, "groups") == 0)
        return groups(AF_INET, IPPROTO_IP, IP_MULTICAST_LOOP) ||
               groups(AF_INET6, IPPROTO_IPV6, IPV6_MULTICAST_LOOP);
    if (strcmp(what, "ping") == 0 && argc == 3)
        return ping(argv[2], SOCK_DGRAM) || ping(argv[2], SOCK_RAW);
    fprintf(stderr, "net: see its source\n");
    return 2;
}
