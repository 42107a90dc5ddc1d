/* SPDX-License-Identifier: BSD-3-Clause */
/* What the programs about control messages of AF_INET and AF_INET6 share. Any thread. */
#ifndef TESTS_POSIX_CONTROL_H
#define TESTS_POSIX_CONTROL_H

#include "inet.h"

/* A message on its way, and room for all that goes with it. */
struct message {
    struct msghdr header;
    struct iovec part;
    struct address address;
    char bytes[2048];
    union {
        char control[512];
        struct cmsghdr aligned;
    };
};

/* Text to send, without control messages yet; to NULL: to the peer. */
UNUSED static void prepare(struct message *m, const char *text, const struct address *to)
{
    memset(m, 0, sizeof(*m));
    strcpy(m->bytes, text);
    m->part = (struct iovec){m->bytes, strlen(text)};
    m->header.msg_iov = &m->part;
    m->header.msg_iovlen = 1;
    m->header.msg_control = m->control;
    if (to != NULL) {
        m->address = *to;
        m->header.msg_name = &m->address.any;
        m->header.msg_namelen = to->length;
    }
}

UNUSED static void add_control(struct message *m, int level, int type, const void *data, size_t n)
{
    struct cmsghdr *c = (void *)(m->control + m->header.msg_controllen);

    REQUIRE(m->header.msg_controllen + CMSG_SPACE(n) <= sizeof(m->control));
    c->cmsg_level = level;
    c->cmsg_type = type;
    c->cmsg_len = CMSG_LEN(n);
    memcpy(CMSG_DATA(c), data, n);
    m->header.msg_controllen += CMSG_SPACE(n);
}

/* Receives with all the room; what recvmsg() returned. */
UNUSED static ssize_t receive(int fd, struct message *m, int flags)
{
    memset(m, 0, sizeof(*m));
    m->part = (struct iovec){m->bytes, sizeof(m->bytes)};
    m->header.msg_iov = &m->part;
    m->header.msg_iovlen = 1;
    m->header.msg_control = m->control;
    m->header.msg_controllen = sizeof(m->control);
    m->header.msg_name = &m->address.any;
    m->header.msg_namelen = sizeof(m->address.v6);
    ssize_t n = recvmsg(fd, &m->header, flags);
    m->address.length = m->header.msg_namelen;
    return n;
}

/* The control message behind `c`, the first one behind NULL; NULL: there is none. */
UNUSED static struct cmsghdr *next_control(struct message *m, struct cmsghdr *c)
{
    size_t at = c == NULL ? 0 : (size_t)((char *)c - m->control) + CMSG_ALIGN(c->cmsg_len);

    return at + sizeof(*c) <= m->header.msg_controllen ? (void *)(m->control + at) : NULL;
}

UNUSED static struct cmsghdr *find_control(struct message *m, int level, int type)
{
    for (struct cmsghdr *c = NULL; (c = next_control(m, c)) != NULL;)
        if (c->cmsg_level == level && c->cmsg_type == type)
            return c;
    return NULL;
}

/* Prints what came with a message. */
UNUSED static void show_controls(const char *what, struct message *m)
{
    char text[INET6_ADDRSTRLEN];

    printf("%s: \"%s\", flags %x\n", what, m->bytes, m->header.msg_flags);
    for (struct cmsghdr *c = NULL; (c = next_control(m, c)) != NULL;) {
        size_t n = c->cmsg_len - CMSG_LEN(0);
        printf("  level %d, type %d, %zu bytes:", c->cmsg_level, c->cmsg_type, n);
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof(info));
            printf(" interface %d, to %s", info.ipi_ifindex, inet_ntoa(info.ipi_addr));
            printf(", own %s\n", inet_ntoa(info.ipi_spec_dst));
        } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof(info));
            printf(" interface %u, to %s\n", info.ipi6_ifindex,
                   inet_ntop(AF_INET6, &info.ipi6_addr, text, sizeof(text)));
        } else if (n == sizeof(int)) {
            int number;
            memcpy(&number, CMSG_DATA(c), sizeof(number));
            printf(" %d\n", number);
        } else {
            printf(" first %d\n", n > 0 ? *CMSG_DATA(c) : 0);
        }
    }
}

#endif
