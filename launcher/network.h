/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The machine's network device: which, what of it the host sees, and the address that the program
 * gets.
 *
 *     --net none|user|passt|tap=NAME|tap-fd=N|unix=PATH|switch=DIR
 *     --publish [ADDRESS:]PORT:PORT[/tcp|/udp]
 */
#ifndef LAUNCHER_NETWORK_H
#define LAUNCHER_NETWORK_H

#include "switch.h"

#include <hermit/boot_abi.h>

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PUBLISHED_MAX 64

enum network_kind {
    NETWORK_DEFAULT, /* USER if the program uses the network, else NONE: network_choose() */
    NETWORK_NONE,
    NETWORK_USER,
    NETWORK_PASST,
    NETWORK_TAP,
    NETWORK_TAP_FD,
    NETWORK_UNIX,
    NETWORK_SWITCH,
};

/* A port of the host that leads to one of the machine. */
struct published {
    struct in_addr address; /* of the host */
    uint16_t host, guest;
    bool udp;
};

/* Strings belong to the command line or the environment. Addresses are 0 if they are not given. */
struct network {
    enum network_kind kind;
    bool asked;                /* the command line wants one, whatever the program is */
    const char *name;          /* TAP: the interface; UNIX, SWITCH: the path */
    int fd;                    /* what QEMU talks to; −1: it opens it itself */
    struct switch_place place; /* SWITCH */
    unsigned mtu;              /* of a TAP's interface, or a switch's, bytes; 0: the usual one */
    const char *capture;       /* file for what goes over the network, or NULL */
    uint8_t mac[6];
    bool has_mac;
    struct in_addr ip, gateway, mask, dns;
    struct published published[PUBLISHED_MAX];
    size_t nr_published;
};

/* Each takes one option's or variable's value. `origin` names it. 0, or −1 after one line on
 * stderr. */
int network_set_kind(struct network *network, const char *origin, const char *text);
int network_add_port(struct network *network, const char *origin, const char *text);
int network_set_mac(struct network *network, const char *origin, const char *text);
int network_set_address(struct in_addr *address, const char *origin, const char *text);
/* HERMIT_NETIF, HERMIT_IP, HERMIT_GATEWAY, HERMIT_MASK, HERMIT_PORT, HERMIT_CAPTURE_NET. */
int network_read_environment(struct network *network);

/*
 * Chooses the device and what it was not given: `used` says whether the program uses the network.
 * Takes HERMIT_APP_PORT, where the command line publishes nothing. 0, or −1 after one line: what
 * was given does not fit together.
 */
int network_choose(struct network *network, bool used);

/*
 * Sees that the published ports are free, opens the tap, connects to the other machine, joins the
 * switch, where a machine without addresses gets those of its number, starts passt. 0, or −1 after
 * one line on stderr. network_close() after either.
 */
int network_open(struct network *network);
void network_close(struct network *network);

/* What the kernel is told. */
struct hermit_network network_describe(const struct network *network);

/*
 * The value of QEMU's -netdev, in `text` of `size` bytes; commas of a path are doubled. −1: it does
 * not fit.
 */
int network_netdev(const struct network *network, char *text, size_t size);

#endif
