/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * link ADDRESS PORT: sends blocks, which must come back, while the card's link goes down and comes
 * up again. A line for each, as the ioctl and the routing socket tell it, and one at the end.
 */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define BLOCK 8000
#define MORE  20 /* blocks after the link is up again */

static atomic_bool up_again;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void say(const char *what)
{
    puts(what);
    fflush(stdout);
}

static int runs_by_ioctl(int fd)
{
    struct ifreq request = {.ifr_name = "eth0"};

    if (ioctl(fd, SIOCGIFFLAGS, &request) != 0)
        fail("SIOCGIFFLAGS");
    return (request.ifr_flags & IFF_RUNNING) != 0;
}

static int runs_by_netlink(void)
{
    struct ifaddrs *all;
    int runs = 0;

    if (getifaddrs(&all) != 0)
        fail("getifaddrs");
    for (const struct ifaddrs *i = all; i != NULL; i = i->ifa_next)
        if (strcmp(i->ifa_name, "eth0") == 0)
            runs |= (i->ifa_flags & IFF_RUNNING) != 0;
    freeifaddrs(all);
    return runs;
}

static void *watch(void *fd)
{
    for (int wanted = 0; wanted <= 1; wanted++) {
        while (runs_by_ioctl((int)(long)fd) != wanted || runs_by_netlink() != wanted)
            usleep(10000);
        if (wanted)
            atomic_store(&up_again, 1);
        say(wanted ? "up" : "down");
    }
    return NULL;
}

int main(int argc, char **argv)
{
    static char out[BLOCK], in[BLOCK];
    struct sockaddr_in a = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM, 0), more = 0;
    pthread_t thread;

    if (argc != 3 || inet_pton(AF_INET, argv[1], &a.sin_addr) != 1)
        return 2;
    a.sin_port = htons((uint16_t)atoi(argv[2]));
    if (connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0)
        fail("connect");
    say("ready");
    pthread_create(&thread, NULL, watch, (void *)(long)fd);
    for (unsigned n = 0; more < MORE; n++) {
        for (unsigned i = 0; i < BLOCK; i++)
            out[i] = (char)(n + i * 7);
        if (write(fd, out, BLOCK) != BLOCK || recv(fd, in, BLOCK, MSG_WAITALL) != BLOCK)
            fail("stream");
        if (memcmp(out, in, BLOCK) != 0) {
            say("other bytes came back");
            return 1;
        }
        more += atomic_load(&up_again);
    }
    pthread_join(thread, NULL);
    say("the stream goes on");
    return 0;
}
