/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Constants and structures of the socket calls that Linux's exported headers leave to the C
 * library. Numbers as on x86-64.
 */
#ifndef HERMIT_SOCKET_ABI_H
#define HERMIT_SOCKET_ABI_H

#include <hermit/types.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netlink.h>
#include <linux/un.h>

enum socket_family {
    AF_UNSPEC = 0,
    AF_UNIX = 1,
    AF_INET = 2,
    AF_INET6 = 10,
    AF_NETLINK = 16,
    AF_MAX = 46
};

enum socket_type { SOCK_STREAM = 1, SOCK_DGRAM = 2, SOCK_RAW = 3, SOCK_SEQPACKET = 5 };
#define SOCK_TYPE_MASK 0xf
#define SOCK_MAX       11
#define SOCK_CLOEXEC   02000000
#define SOCK_NONBLOCK  04000

enum shutdown_how { SHUT_RD, SHUT_WR, SHUT_RDWR };

#define MSG_OOB          0x1U
#define MSG_PEEK         0x2U
#define MSG_CTRUNC       0x8U
#define MSG_TRUNC        0x20U
#define MSG_DONTWAIT     0x40U
#define MSG_EOR          0x80U
#define MSG_WAITALL      0x100U
#define MSG_ERRQUEUE     0x2000U
#define MSG_NOSIGNAL     0x4000U
#define MSG_WAITFORONE   0x10000U
#define MSG_MORE         0x8000U
#define MSG_ZEROCOPY     0x4000000U
#define MSG_FASTOPEN     0x20000000U
#define MSG_CMSG_CLOEXEC 0x40000000U
#define MSG_CMSG_COMPAT  0x80000000U

struct user_msghdr {
    uint64_t name; /* pointers of the application */
    int32_t name_length, pad;
    uint64_t segments, nr_segments;
    uint64_t control, control_length;
    uint32_t flags, pad2;
};

struct mmsghdr {
    struct user_msghdr header;
    uint32_t length, pad;
};

struct cmsghdr {
    uint64_t length; /* this header's included */
    int32_t level, type;
};
#define CMSG_ALIGN(n) ALIGN_UP(n, sizeof(uint64_t))

enum { SCM_RIGHTS = 1, SCM_CREDENTIALS = 2 };
#define SCM_MAX_FD 253

struct ucred {
    int32_t pid;
    uint32_t uid, gid;
};

#define SOCKET_ADDRESS_MAX 128 /* sizeof(struct sockaddr_storage) */

/* An address, of any family. */
struct socket_address {
    unsigned length; /* bytes that are valid, 0: none */
    union {
        uint16_t family;
        struct sockaddr_un un;
        struct sockaddr_nl nl;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
        char bytes[SOCKET_ADDRESS_MAX];
    };
};

#endif
