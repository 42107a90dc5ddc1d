/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the programs about interfaces and NETLINK_ROUTE share. They look at the loopback interface
 * alone: what else a machine has is its own. Any thread.
 */
#ifndef TESTS_POSIX_ROUTE_H
#define TESTS_POSIX_ROUTE_H

#include "check.h"
#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum { LOOPBACK = 1 };

/* A request: a header, and behind it what the type wants. */
struct request {
    struct nlmsghdr header;
    union {
        struct rtgenmsg general;
        struct ifinfomsg link;
        struct ifaddrmsg address;
        struct rtmsg route;
        struct ndmsg neighbour;
        char bytes[256];
    };
};

UNUSED static int new_route_socket(void)
{
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

    REQUIRE(fd >= 0);
    return fd;
}

/* A request of a type with `size` bytes of its own header. */
UNUSED static struct request new_request(int type, int flags, size_t size)
{
    struct request r = {.header = {.nlmsg_len = (uint32_t)NLMSG_LENGTH(size),
                                   .nlmsg_type = (uint16_t)type,
                                   .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags),
                                   .nlmsg_seq = 7}};
    return r;
}

UNUSED static void add_attribute(struct request *r, int type, const void *data, size_t n)
{
    struct rtattr *a = (struct rtattr *)((char *)r + NLMSG_ALIGN(r->header.nlmsg_len));

    a->rta_type = (unsigned short)type;
    a->rta_len = (unsigned short)RTA_LENGTH(n);
    memcpy(RTA_DATA(a), data, n);
    r->header.nlmsg_len = NLMSG_ALIGN(r->header.nlmsg_len) + RTA_ALIGN(a->rta_len);
}

UNUSED static bool send_request(int fd, const struct request *r)
{
    return send(fd, r, r->header.nlmsg_len, 0) == (ssize_t)r->header.nlmsg_len;
}

/* An attribute of a message whose own header has `size` bytes; NULL: it has none. */
UNUSED static const struct rtattr *find_attribute(const struct nlmsghdr *h, size_t size, int type)
{
    const struct rtattr *a = (const void *)((const char *)h + NLMSG_SPACE(size));
    long left = (long)h->nlmsg_len - (long)NLMSG_SPACE(size);

    for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
        if (a->rta_type == type)
            return a;
    return NULL;
}

UNUSED static uint32_t attribute_u32(const struct nlmsghdr *h, size_t size, int type)
{
    const struct rtattr *a = find_attribute(h, size, type);
    uint32_t value = 0;

    if (CHECK(a != NULL && RTA_PAYLOAD(a) == sizeof(value)))
        memcpy(&value, RTA_DATA(a), sizeof(value));
    return value;
}

UNUSED static void show_bytes(const char *what, const struct rtattr *a)
{
    printf("%s", what);
    if (a == NULL)
        printf(" none");
    for (unsigned i = 0; a != NULL && i < RTA_PAYLOAD(a); i++)
        printf(" %02x", ((const unsigned char *)RTA_DATA(a))[i]);
    putchar('\n');
}

/* Takes replies to the request `seq` until the last one of a dump, or an error or
 * acknowledgement; hands each message before that to `each`. The error, negative, or 0. */
UNUSED static int take_replies(int fd, uint32_t seq, void (*each)(const struct nlmsghdr *h))
{
    static char buffer[65536] __attribute__((aligned(8)));

    for (;;) {
        ssize_t n = recv(fd, buffer, sizeof(buffer), 0);
        REQUIRE(n > 0);
        for (const struct nlmsghdr *h = (void *)buffer; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n)) {
            int error = 0;
            CHECK(h->nlmsg_seq == seq);
            if (h->nlmsg_type == NLMSG_DONE) {
                memcpy(&error, NLMSG_DATA(h), sizeof(error));
                return error;
            }
            if (h->nlmsg_type == NLMSG_ERROR)
                return ((const struct nlmsgerr *)NLMSG_DATA(h))->error;
            if (each != NULL)
                each(h);
        }
    }
}

/* Sends a request and takes its replies. */
UNUSED static int ask(int fd, const struct request *r, void (*each)(const struct nlmsghdr *h))
{
    REQUIRE(send_request(fd, r));
    return take_replies(fd, r->header.nlmsg_seq, each);
}

#endif
