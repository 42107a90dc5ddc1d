/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Machines of one Ethernet:
 *
 *     lan meet N                   10.77.0.1 to N: each asks each other one by TCP, UDP and the
 *                                  link-local address, and answers until all are done
 *     lan give PORT FILE           sends the file to the first who connects
 *     lan take ADDRESS PORT FILE   … who writes it
 */
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PORT     7000
#define ANSWER   "from %d to %d by %s"
#define PATIENCE 60 /* seconds until all machines have started */

union name {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

/* The last byte of the address of this machine. */
static int own_number(void)
{
    struct ifaddrs *all;
    int number = 0;

    if (getifaddrs(&all) != 0)
        fail("getifaddrs");
    for (const struct ifaddrs *i = all; i != NULL; i = i->ifa_next)
        if (strcmp(i->ifa_name, "eth0") == 0 && i->ifa_addr->sa_family == AF_INET)
            number = ntohl(((struct sockaddr_in *)i->ifa_addr)->sin_addr.s_addr) & 255;
    freeifaddrs(all);
    return number;
}

static socklen_t name_of(union name *name, int family, int number)
{
    memset(name, 0, sizeof(*name));
    if (family == AF_INET) {
        name->v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(PORT)};
        name->v4.sin_addr.s_addr = htonl(0x0a4d0000 + (unsigned)number);
        return sizeof(name->v4);
    }
    name->v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(PORT)};
    inet_pton(AF_INET6, "fe80::5054:ff:fe00:0", &name->v6.sin6_addr);
    name->v6.sin6_addr.s6_addr[15] = (unsigned char)number;
    name->v6.sin6_scope_id = if_nametoindex("eth0");
    return sizeof(name->v6);
}

/* Answers each message with itself. Threads, which end with the process. */
static void *answer_datagrams(void *fd)
{
    char text[256];
    union name from;

    for (;;) {
        socklen_t length = sizeof(from);
        ssize_t n = recvfrom((int)(long)fd, text, sizeof(text), 0, &from.any, &length);
        if (n < 0 || sendto((int)(long)fd, text, (size_t)n, 0, &from.any, length) != n)
            fail("answer");
    }
}

static void *answer_connection(void *fd)
{
    char text[256];
    ssize_t n;

    while ((n = read((int)(long)fd, text, sizeof(text))) > 0)
        if (write((int)(long)fd, text, (size_t)n) != n)
            fail("answer");
    close((int)(long)fd);
    return NULL;
}

static int at_end; /* who has closed the connection by which it says that it is done */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void *await_end(void *fd)
{
    char byte;

    while (read((int)(long)fd, &byte, 1) > 0)
        ;
    pthread_mutex_lock(&lock);
    at_end++;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    return NULL;
}

struct listener {
    int fd;
    void *(*serve)(void *);
};

static void *accept_all(void *opaque)
{
    const struct listener *listener = opaque;
    pthread_t thread;

    for (;;) {
        int fd = accept(listener->fd, NULL, NULL);
        if (fd < 0 || pthread_create(&thread, NULL, listener->serve, (void *)(long)fd) != 0)
            fail("accept");
        pthread_detach(thread);
    }
}

static int bound(int type, int port)
{
    struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    int fd = socket(AF_INET6, type, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&any, sizeof(any)) != 0 ||
        (type == SOCK_STREAM && listen(fd, 16) != 0))
        fail("bind");
    return fd;
}

/* Connects as soon as the other machine is there. */
static int reach(const struct sockaddr *name, socklen_t length)
{
    time_t end = time(NULL) + PATIENCE;

    for (;;) {
        int fd = socket(name->sa_family, SOCK_STREAM, 0);
        if (fd < 0)
            fail("socket");
        if (connect(fd, name, length) == 0)
            return fd;
        if (time(NULL) > end)
            fail("connect");
        close(fd);
        usleep(100000);
    }
}

static void exchange(int fd, int self, int other, const char *how)
{
    char text[64], back[64];
    int n = snprintf(text, sizeof(text), ANSWER, self, other, how);

    if (write(fd, text, (size_t)n) != n)
        fail("write");
    if (recv(fd, back, (size_t)n, MSG_WAITALL) != n || memcmp(text, back, (size_t)n) != 0)
        fail("read");
    close(fd);
}

/* A datagram may be lost. */
static void ask_by_datagrams(int self, int other)
{
    union name name;
    socklen_t length = name_of(&name, AF_INET, other);
    char text[64], back[64];
    int n = snprintf(text, sizeof(text), ANSWER, self, other, "UDP");
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    if (connect(fd, &name.any, length) != 0)
        fail("connect");
    for (int i = 0; i < 10 * PATIENCE; i++) {
        struct pollfd poller = {fd, POLLIN, 0};
        send(fd, text, (size_t)n, 0);
        if (poll(&poller, 1, 100) > 0 && recv(fd, back, sizeof(back), 0) == n) {
            if (memcmp(text, back, (size_t)n) != 0)
                fail("recv");
            close(fd);
            return;
        }
    }
    fail("no answer by UDP");
}

static int meet(int n)
{
    struct listener answering = {bound(SOCK_STREAM, PORT), answer_connection};
    struct listener ending = {bound(SOCK_STREAM, PORT + 1), await_end};
    int self = own_number(), ends[n];
    pthread_t thread;
    union name name;

    pthread_create(&thread, NULL, answer_datagrams, (void *)(long)bound(SOCK_DGRAM, PORT));
    pthread_create(&thread, NULL, accept_all, &answering);
    pthread_create(&thread, NULL, accept_all, &ending);
    printf("%d met", self);
    for (int other = 1; other <= n; other++) {
        if (other == self)
            continue;
        socklen_t length = name_of(&name, AF_INET, other);
        exchange(reach(&name.any, length), self, other, "TCP");
        name.v4.sin_port = htons(PORT + 1);
        ends[other - 1] = reach(&name.any, length);
        ask_by_datagrams(self, other);
        length = name_of(&name, AF_INET6, other);
        exchange(reach(&name.any, length), self, other, "IPv6");
        printf(" %d", other);
    }
    puts("");
    for (int other = 1; other <= n; other++)
        if (other != self)
            shutdown(ends[other - 1], SHUT_WR);
    pthread_mutex_lock(&lock);
    while (at_end < n - 1)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    return 0;
}

static int copy(int from, int to)
{
    static char buffer[65536];
    ssize_t n;

    while ((n = read(from, buffer, sizeof(buffer))) > 0)
        for (ssize_t done = 0, step; done < n; done += step)
            if ((step = write(to, buffer + done, (size_t)(n - done))) < 0)
                fail("write");
    if (n < 0)
        fail("read");
    return close(to);
}

static int give(int port, const char *path)
{
    FILE *file = fopen(path, "r");
    int fd = bound(SOCK_STREAM, port);

    if (file == NULL)
        fail(path);
    puts("ready");
    fflush(stdout);
    return copy(fileno(file), accept(fd, NULL, NULL));
}

static int take(const char *address, int port, const char *path)
{
    FILE *file = fopen(path, "w");
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};

    inet_pton(AF_INET, address, &a.sin_addr);
    if (file == NULL)
        fail(path);
    return copy(reach((struct sockaddr *)&a, sizeof(a)), fileno(file));
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    if (strcmp(what, "meet") == 0 && argc == 3)
        return meet(atoi(argv[2]));
    if (strcmp(what, "give") == 0 && argc == 4)
        return give(atoi(argv[2]), argv[3]);
    if (strcmp(what, "take") == 0 && argc == 5)
        return take(argv[2], atoi(argv[3]), argv[4]);
    fprintf(stderr, "lan: see its source\n");
    return 2;
}
