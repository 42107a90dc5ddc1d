/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads the options of the network, and chooses what they leave open. No state. */
#include "network.h"

#include "parse.h"
#include "report.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/un.h>

#define SEED_CAPTURE "qemu-vlan0.pcap" /* where HERMIT_CAPTURE_NET=1 has always written */

/* The text behind a prefix, or NULL. */
static const char *behind(const char *text, const char *prefix)
{
    size_t length = strlen(prefix);
    return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

static int set_tap(struct network *network, const char *origin, const char *name)
{
    if (name[0] == '\0' || strlen(name) >= IFNAMSIZ || strchr(name, '/') != NULL) {
        return fail("%s '%s': not the name of an interface", origin, name);
    }
    network->kind = NETWORK_TAP;
    network->name = name;
    return 0;
}

static int set_tap_fd(struct network *network, const char *origin, const char *text)
{
    uint64_t fd;
    if (parse_number(text, 0, INT32_MAX, &fd) != 0) {
        return fail("%s '%s': not a descriptor", origin, text);
    }
    network->kind = NETWORK_TAP_FD;
    network->fd = (int)fd;
    return 0;
}

static int set_unix(struct network *network, const char *origin, const char *path)
{
    if (path[0] == '\0' || strlen(path) >= sizeof(((struct sockaddr_un *)0)->sun_path)) {
        return fail("%s '%s': not a path for a socket, of up to 107 bytes", origin, path);
    }
    network->kind = NETWORK_UNIX;
    network->name = path;
    return 0;
}

static int set_switch(struct network *network, const char *origin, const char *path)
{
    if (path[0] == '\0') {
        return fail("%s 'switch=': needs a folder", origin);
    }
    network->kind = NETWORK_SWITCH;
    network->name = path;
    return 0;
}

int network_set_kind(struct network *network, const char *origin, const char *text)
{
    static const struct {
        const char *word;
        enum network_kind kind;
    } words[] = {{"none", NETWORK_NONE}, {"user", NETWORK_USER}, {"passt", NETWORK_PASST}};
    const char *value;
    network->fd = -1;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(text, words[i].word) == 0) {
            network->kind = words[i].kind;
            return 0;
        }
    }
    if ((value = behind(text, "tap=")) != NULL) {
        return set_tap(network, origin, value);
    }
    if ((value = behind(text, "tap-fd=")) != NULL) {
        return set_tap_fd(network, origin, value);
    }
    if ((value = behind(text, "unix=")) != NULL) {
        return set_unix(network, origin, value);
    }
    if ((value = behind(text, "switch=")) != NULL) {
        return set_switch(network, origin, value);
    }
    return fail("%s '%s': must be none, user, passt, tap=NAME, tap-fd=N, unix=PATH or switch=DIR",
                origin, text);
}

/* Cuts the text's last part off, behind a colon. NULL: there is none. */
static char *cut(char *text)
{
    char *colon = strrchr(text, ':');
    if (colon != NULL) {
        *colon = '\0';
    }
    return colon != NULL ? colon + 1 : NULL;
}

/* Reads [ADDRESS:]PORT:PORT[/udp], changing the text. */
static bool parse_port(struct published *port, char *text)
{
    uint64_t host, guest;
    char *protocol = strchr(text, '/');
    if (protocol != NULL) {
        *protocol++ = '\0';
        port->udp = strcmp(protocol, "udp") == 0;
        if (!port->udp && strcmp(protocol, "tcp") != 0) {
            return false;
        }
    }
    const char *last = cut(text), *first = cut(text);
    if (last == NULL) {
        return false;
    }
    port->address.s_addr = htonl(INADDR_LOOPBACK);
    if (first != NULL && inet_pton(AF_INET, text, &port->address) != 1) {
        return false;
    }
    if (parse_number(first != NULL ? first : text, 1, 65535, &host) != 0 ||
        parse_number(last, 1, 65535, &guest) != 0) {
        return false;
    }
    port->host = (uint16_t)host;
    port->guest = (uint16_t)guest;
    return true;
}

int network_add_port(struct network *network, const char *origin, const char *text)
{
    struct published port = {0};
    char *copy = strdup(text);
    if (copy == NULL) {
        return fail("out of memory");
    }
    bool good = parse_port(&port, copy);
    free(copy);
    if (!good) {
        return fail("%s '%s': must be [ADDRESS:]PORT:PORT[/udp]: the host's port, the machine's",
                    origin, text);
    }
    if (network->nr_published == PUBLISHED_MAX) {
        return fail("%s: at most %d ports can be published", origin, PUBLISHED_MAX);
    }
    network->published[network->nr_published++] = port;
    return 0;
}

int network_set_mac(struct network *network, const char *origin, const char *text)
{
    unsigned byte[6];
    int end = 0;
    bool good = sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &byte[0], &byte[1], &byte[2], &byte[3],
                       &byte[4], &byte[5], &end) == 6 &&
                text[end] == '\0' && end == 17;
    if (!good || byte[0] & 1) {
        return fail("%s '%s': not an address of one interface (example: 52:54:00:12:34:56)", origin,
                    text);
    }
    for (int i = 0; i < 6; i++) {
        network->mac[i] = (uint8_t)byte[i];
    }
    network->has_mac = true;
    return 0;
}

int network_set_address(struct in_addr *address, const char *origin, const char *text)
{
    if (inet_pton(AF_INET, text, address) != 1 || address->s_addr == 0) {
        address->s_addr = 0;
        return fail("%s '%s': not an IPv4 address", origin, text);
    }
    return 0;
}

/* A variable's value; NULL: unset or empty. */
static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

int network_read_environment(struct network *network)
{
    const struct {
        const char *name;
        struct in_addr *address;
    } addresses[] = {
        {"HERMIT_IP", &network->ip},
        {"HERMIT_GATEWAY", &network->gateway},
        {"HERMIT_MASK", &network->mask},
    };
    const char *text;
    uint64_t port;
    network->fd = -1;
    for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        if ((text = variable(addresses[i].name)) != NULL &&
            network_set_address(addresses[i].address, addresses[i].name, text) != 0) {
            return -1;
        }
    }
    if ((text = variable("HERMIT_NETIF")) != NULL && set_tap(network, "HERMIT_NETIF", text) != 0) {
        return -1;
    }
    if ((text = variable("HERMIT_CAPTURE_NET")) != NULL && strcmp(text, "0") != 0) {
        network->capture = strcmp(text, "1") == 0 ? SEED_CAPTURE : text;
    }
    if ((text = variable("HERMIT_PORT")) != NULL && parse_number(text, 1, 65535, &port) != 0) {
        return fail("HERMIT_PORT '%s': not a port", text);
    }
    return 0;
}

/* Bits of a mask; −1: its ones are not all at the beginning. */
static int prefix_of(struct in_addr mask)
{
    uint32_t bits = ntohl(mask.s_addr);
    int prefix = __builtin_popcount(bits);
    return prefix != 0 && bits == UINT32_MAX << (32 - prefix) ? prefix : -1;
}

/* The mask and, in QEMU's network, the gateway and the name server, if they are not given. */
static int complete_address(struct network *network)
{
    if (network->ip.s_addr == 0) {
        return network->mask.s_addr == 0 && network->gateway.s_addr == 0
                   ? 0
                   : fail("a mask or a gateway needs an address: --ip");
    }
    if (network->mask.s_addr == 0) {
        network->mask.s_addr = htonl(0xffffff00);
    }
    if (prefix_of(network->mask) < 0 || prefix_of(network->mask) > 30) {
        return fail("--mask '%s': not the mask of a network", inet_ntoa(network->mask));
    }
    if (network->gateway.s_addr == 0 && network->kind == NETWORK_USER) {
        network->gateway.s_addr = (network->ip.s_addr & network->mask.s_addr) | htonl(2);
    }
    if (network->dns.s_addr == 0 && network->kind == NETWORK_USER) {
        network->dns.s_addr = (network->ip.s_addr & network->mask.s_addr) | htonl(3);
    }
    if (((network->gateway.s_addr ^ network->ip.s_addr) & network->mask.s_addr) != 0 &&
        network->gateway.s_addr != 0) {
        return fail("--gateway '%s': not in the network of --ip", inet_ntoa(network->gateway));
    }
    if (network->gateway.s_addr == network->ip.s_addr) {
        return fail("--ip '%s': that is the gateway's address", inet_ntoa(network->ip));
    }
    return 0;
}

/* Machines that meet have different ones; behind QEMU or passt each is alone. */
static int choose_mac(struct network *network)
{
    static const uint8_t usual[] = {0x52, 0x54, 0x00, 0x12, 0x34, 0x56};
    if (network->has_mac) {
        return 0;
    }
    memcpy(network->mac, usual, sizeof(usual));
    if (network->kind != NETWORK_USER && network->kind != NETWORK_PASST &&
        getrandom(network->mac + 3, 3, 0) != 3) {
        return fail("random numbers: %s", strerror(errno));
    }
    return 0;
}

int network_choose(struct network *network, bool used)
{
    const char *port = variable("HERMIT_APP_PORT");
    if (!used && !network->asked) {
        network->kind = NETWORK_NONE;
    } else if (network->kind == NETWORK_DEFAULT) {
        network->kind = NETWORK_USER;
    }
    if (network->kind == NETWORK_NONE) {
        return network->nr_published == 0 ? 0 : fail("--publish: there is no network (--net none)");
    }
    bool forwards = network->kind == NETWORK_USER || network->kind == NETWORK_PASST;
    if (!forwards && network->nr_published != 0) {
        return fail("--publish: for --net user and passt; by a tap, a socket or a switch the "
                    "machine's ports are reached themselves");
    }
    if (forwards && network->nr_published == 0 && port != NULL) {
        char text[32];
        snprintf(text, sizeof(text), "%.12s:%.12s", port, port);
        if (network_add_port(network, "HERMIT_APP_PORT", text) != 0) {
            return -1;
        }
    }
    return complete_address(network) == 0 ? choose_mac(network) : -1;
}

struct hermit_network network_describe(const struct network *network)
{
    struct hermit_network said = {.present = network->kind > NETWORK_NONE};
    if (said.present) {
        memcpy(said.ip, &network->ip, sizeof(said.ip));
        memcpy(said.gateway, &network->gateway, sizeof(said.gateway));
        memcpy(said.mask, &network->mask, sizeof(said.mask));
        memcpy(said.dns, &network->dns, sizeof(said.dns));
    }
    return said;
}

/* ---- QEMU's words ---- */

/* Adds to a text; false: no room. */
__attribute__((format(printf, 3, 4))) static bool append(char *text, size_t size,
                                                         const char *format, ...)
{
    size_t at = strlen(text);
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text + at, size - at, format, args);
    va_end(args);
    return n >= 0 && (size_t)n < size - at;
}

/* QEMU's name server needs an address of the network for itself: that of --dns if it is one, else
 * the first one from 3 on, QEMU's choice, that nobody else has. */
static struct in_addr name_server(const struct network *network)
{
    uint32_t mask = ntohl(network->mask.s_addr), own = ntohl(network->ip.s_addr);
    uint32_t gateway = ntohl(network->gateway.s_addr), server = ntohl(network->dns.s_addr);
    if (((server ^ own) & mask) != 0 || server == own || server == gateway) {
        server = (own & mask) + 3;
        while (server == own || server == gateway) {
            server++;
        }
    }
    return (struct in_addr){htonl(server)};
}

/* QEMU's own network: the address that was asked for is what its DHCP server gives. */
static bool append_user(const struct network *network, char *text, size_t size)
{
    bool good = append(text, size, "user,id=net0");
    if (network->ip.s_addr != 0) {
        char ip[INET_ADDRSTRLEN], gateway[INET_ADDRSTRLEN], dns[INET_ADDRSTRLEN];
        struct in_addr server = name_server(network);
        inet_ntop(AF_INET, &network->ip, ip, sizeof(ip));
        inet_ntop(AF_INET, &network->gateway, gateway, sizeof(gateway));
        inet_ntop(AF_INET, &server, dns, sizeof(dns));
        good = good && append(text, size, ",net=%s/%d,host=%s,dns=%s,dhcpstart=%s", ip,
                              prefix_of(network->mask), gateway, dns, ip);
    }
    for (size_t i = 0; good && i < network->nr_published; i++) {
        const struct published *port = &network->published[i];
        char address[INET_ADDRSTRLEN];
        inet_ntop(AF_INET, &port->address, address, sizeof(address));
        good = append(text, size, ",hostfwd=%s:%s:%u-:%u", port->udp ? "udp" : "tcp", address,
                      port->host, port->guest);
    }
    return good;
}

static bool append_path(char *text, size_t size, const char *path)
{
    bool good = true;
    for (; good && *path != '\0'; path++) {
        good = append(text, size, *path == ',' ? ",%c" : "%c", *path);
    }
    return good;
}

int network_netdev(const struct network *network, char *text, size_t size)
{
    bool good = false;
    text[0] = '\0';
    switch (network->kind) {
    case NETWORK_USER:
        good = append_user(network, text, size);
        break;
    case NETWORK_TAP:
    case NETWORK_TAP_FD:
        good = append(text, size, "tap,id=net0,fd=%d", network->fd);
        break;
    case NETWORK_PASST:
    case NETWORK_UNIX:
        if (network->fd >= 0) {
            good = append(text, size, "stream,id=net0,server=off,addr.type=fd,addr.str=%d",
                          network->fd);
        } else { /* the first of two machines */
            good = append(text, size, "stream,id=net0,server=on,addr.type=unix,addr.path=") &&
                   append_path(text, size, network->name);
        }
        break;
    case NETWORK_SWITCH:
        good = append(text, size, "dgram,id=net0,local.type=fd,local.str=%d", network->fd);
        break;
    case NETWORK_DEFAULT:
    case NETWORK_NONE:
        break;
    }
    return good ? 0 : fail("too many published ports, or too long a path");
}
