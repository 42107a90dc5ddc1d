/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Constants and structures of network interfaces whose exported headers of Linux need the C
 * library's. Numbers as on x86-64.
 */
#ifndef HERMIT_INTERFACE_ABI_H
#define HERMIT_INTERFACE_ABI_H

#include <hermit/types.h>

#define IFNAMSIZ 16

enum interface_type { ARPHRD_ETHER = 1, ARPHRD_LOOPBACK = 772 };

#define IFF_UP        0x1U
#define IFF_BROADCAST 0x2U
#define IFF_LOOPBACK  0x8U
#define IFF_RUNNING   0x40U
#define IFF_MULTICAST 0x1000U
#define IFF_LOWER_UP  0x10000U

enum { IF_OPER_UNKNOWN = 0, IF_OPER_DOWN = 2, IF_OPER_UP = 6 };

struct interface_sockaddr {
    uint16_t family, port;
    uint8_t bytes[12]; /* an IPv4 address is the first four of them */
};

struct ifreq {
    char name[IFNAMSIZ];
    union {
        struct interface_sockaddr address;
        struct {
            uint16_t family;
            uint8_t bytes[14];
        } hardware;
        int16_t flags;
        int32_t number; /* index, MTU, metric, length of the queue */
        uint64_t map[3];
    };
};

struct ifconf {
    int32_t length, pad;
    uint64_t requests; /* pointer of the application */
};

#endif
