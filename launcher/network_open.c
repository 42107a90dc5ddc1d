/* SPDX-License-Identifier: BSD-3-Clause */
/* What the network needs of the host before QEMU starts: ports, a tap, other machines, passt. */
#include "host.h"
#include "network.h"
#include "report.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MTU_USUAL 1500
#define MTU_MAX   65520 /* what fits into virtio-net's buffers with its headers */

/* A switch's network: machine N has SWITCH_NETWORK + N, and 52:54:00:00:00:N. */
#define SWITCH_NETWORK 0x0a4d0000u /* 10.77.0.0 */
#define SWITCH_MASK    0xffffff00u

/* Why the port cannot be had; NULL: it can. QEMU's own words would not say. */
static const char *port_obstacle(const struct published *port)
{
    struct sockaddr_in name = {
        .sin_family = AF_INET, .sin_addr = port->address, .sin_port = htons(port->host)};
    const char *obstacle = NULL;
    int on = 1, fd = socket(AF_INET, (port->udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return strerror(errno);
    }
    if (!port->udp) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    }
    if (bind(fd, (struct sockaddr *)&name, sizeof(name)) != 0) {
        obstacle = errno == EADDRINUSE      ? "it is taken"
                   : errno == EADDRNOTAVAIL ? "the address is not this host's"
                   : errno == EACCES        ? "ports below 1024 are for root"
                                            : strerror(errno);
    }
    close(fd);
    return obstacle;
}

static int check_ports(const struct network *network)
{
    for (size_t i = 0; i < network->nr_published; i++) {
        const struct published *port = &network->published[i];
        const char *obstacle = port_obstacle(port);
        if (obstacle != NULL) {
            return fail("--publish: port %u of %s: %s", port->host, inet_ntoa(port->address),
                        obstacle);
        }
    }
    return 0;
}

/* A device with a larger MTU than usual tells the machine of it. */
static void take_mtu(struct network *network, const char *name)
{
    struct ifreq request = {0};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    strncpy(request.ifr_name, name, sizeof(request.ifr_name) - 1);
    if (fd >= 0 && ioctl(fd, SIOCGIFMTU, &request) == 0 && request.ifr_mtu != MTU_USUAL) {
        network->mtu = (unsigned)request.ifr_mtu < MTU_MAX ? (unsigned)request.ifr_mtu : MTU_MAX;
    }
    if (fd >= 0) {
        close(fd);
    }
}

/* Opens an interface that is there; Linux would make a new one. */
static int open_tap(struct network *network)
{
    const char *name = network->name;
    /* QEMU writes frames into the file as they come, with that header in front of each. */
    short header = network->capture == NULL ? IFF_VNET_HDR : 0;
    struct ifreq request = {.ifr_flags = (short)(IFF_TAP | IFF_NO_PI | header)};
    if (if_nametoindex(name) == 0) {
        return fail("--net tap=%s: there is no such interface (ip tuntap add %s mode tap)", name,
                    name);
    }
    network->fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (network->fd < 0) {
        return fail("--net tap=%s: /dev/net/tun: %s", name, strerror(errno));
    }
    strncpy(request.ifr_name, name, sizeof(request.ifr_name) - 1);
    if (ioctl(network->fd, TUNSETIFF, &request) != 0) {
        return fail("--net tap=%s: %s", name,
                    errno == EPERM    ? "no right to open it (ip tuntap add … user NAME)"
                    : errno == EBUSY  ? "it is in use"
                    : errno == EINVAL ? "not a tap of one queue"
                                      : strerror(errno));
    }
    take_mtu(network, name);
    return 0;
}

static int check_tap_fd(struct network *network)
{
    struct ifreq request = {0};
    if (fcntl(network->fd, F_GETFD) < 0) {
        return fail("--net tap-fd=%d: no such descriptor", network->fd);
    }
    if (ioctl(network->fd, TUNGETIFF, &request) != 0 || !(request.ifr_flags & IFF_TAP)) {
        return fail("--net tap-fd=%d: not a tap", network->fd);
    }
    take_mtu(network, request.ifr_name);
    return 0;
}

/* The second of two machines connects to the first, which listens. */
static int connect_unix(struct network *network)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    strncpy(name.sun_path, network->name, sizeof(name.sun_path) - 1);
    network->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (network->fd < 0) {
        return fail("socket: %s", strerror(errno));
    }
    if (connect(network->fd, (struct sockaddr *)&name, sizeof(name)) == 0) {
        return 0;
    }
    int error = errno;
    network_close(network);
    return error == ENOENT || error == ECONNREFUSED
               ? 0
               : fail("--net unix=%s: %s", network->name, strerror(error));
}

/* The number that an address of the switch's network asks for; 0: any. */
static uint16_t wanted_number(const struct network *network)
{
    uint32_t ip = ntohl(network->ip.s_addr), number = ip & ~SWITCH_MASK;
    bool inside = (ip & SWITCH_MASK) == SWITCH_NETWORK && number <= SWITCH_MACHINES;
    return inside ? (uint16_t)number : 0;
}

static int join_switch(struct network *network)
{
    if (switch_join(&network->place, network->name, wanted_number(network)) != 0) {
        return -1;
    }
    network->fd = network->place.machine;
    network->mtu = MTU_MAX;
    if (network->ip.s_addr == 0) {
        network->ip.s_addr = htonl(SWITCH_NETWORK + network->place.number);
        network->mask.s_addr = htonl(SWITCH_MASK);
    }
    if (!network->has_mac) {
        memcpy(network->mac, (const uint8_t[]){0x52, 0x54, 0, 0, 0, 0}, sizeof(network->mac));
        network->mac[5] = (uint8_t)network->place.number;
    }
    return 0;
}

/* Runs between fork and exec. */
_Noreturn static void become_passt(const struct network *network, char *program, int fd,
                                   pid_t parent)
{
    static char words[PUBLISHED_MAX][48], number[16];
    char *arguments[2 * PUBLISHED_MAX + 16] = {program, "--foreground", "--quiet", "--fd", number};
    size_t n = 5;
    snprintf(number, sizeof(number), "%d", fd);
    for (size_t i = 0; i < network->nr_published; i++) {
        const struct published *port = &network->published[i];
        snprintf(words[i], sizeof(words[i]), "%s/%u:%u", inet_ntoa(port->address), port->host,
                 port->guest);
        arguments[n++] = port->udp ? "-u" : "-t";
        arguments[n++] = words[i];
    }
    int null = open("/dev/null", O_RDWR);
    signal(SIGPIPE, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid();
    if (null >= 0 && getppid() == parent) {
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        fcntl(fd, F_SETFD, 0);
        execv(program, arguments);
    }
    _exit(127);
}

/* It ends when QEMU closes its side of the connection. */
static int start_passt(struct network *network)
{
    int pair[2];
    char *program = host_find_program("passt");
    if (program == NULL) {
        return fail("--net passt: no program 'passt' (Debian package passt)");
    }
    pid_t parent = getpid(), pid = -1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0) {
        network->fd = pair[0];
        pid = fork();
        if (pid == 0) {
            become_passt(network, program, pair[1], parent);
        }
        close(pair[1]);
    }
    int error = errno;
    free(program);
    return pid > 0 ? 0 : fail("--net passt: %s", strerror(error));
}

int network_open(struct network *network)
{
    if (check_ports(network) != 0) {
        return -1;
    }
    switch (network->kind) {
    case NETWORK_TAP:
        return open_tap(network);
    case NETWORK_TAP_FD:
        return check_tap_fd(network);
    case NETWORK_UNIX:
        return connect_unix(network);
    case NETWORK_SWITCH:
        return join_switch(network);
    case NETWORK_PASST:
        return start_passt(network);
    default:
        return 0;
    }
}

void network_close(struct network *network)
{
    if (network->kind == NETWORK_SWITCH) {
        switch_leave(&network->place);
        network->fd = -1;
    }
    if (network->fd >= 0 && network->kind != NETWORK_TAP_FD) {
        close(network->fd);
        network->fd = -1;
    }
}
