/* SPDX-License-Identifier: BSD-3-Clause */
/* The requests of ioctl that tell of an interface, on sockets of families without addresses. */
#include "route.h"

static struct ifreq named(const char *name)
{
    struct ifreq r;

    memset(&r, 0x55, sizeof(r));
    memset(r.ifr_name, 0, sizeof(r.ifr_name));
    strcpy(r.ifr_name, name);
    return r;
}

static void try_all(int fd)
{
    struct ifreq r = named("lo");

    CHECK(ioctl(fd, SIOCGIFINDEX, &r) == 0);
    printf("index %d\n", r.ifr_ifindex);
    r = named("lo");
    CHECK(ioctl(fd, SIOCGIFFLAGS, &r) == 0);
    printf("flags %x\n", r.ifr_flags & 0xffff);
    r = named("lo");
    CHECK(ioctl(fd, SIOCGIFMTU, &r) == 0);
    printf("mtu %d\n", r.ifr_mtu);
    r = named("lo");
    CHECK(ioctl(fd, SIOCGIFMETRIC, &r) == 0);
    printf("metric %d\n", r.ifr_metric);
    r = named("lo");
    CHECK(ioctl(fd, SIOCGIFTXQLEN, &r) == 0);
    printf("queue %d\n", r.ifr_qlen);
    r = named("lo");
    CHECK(ioctl(fd, SIOCGIFHWADDR, &r) == 0);
    printf("hardware %d:", r.ifr_hwaddr.sa_family);
    for (int i = 0; i < 6; i++)
        printf(" %02x", (unsigned char)r.ifr_hwaddr.sa_data[i]);
    r = named("");
    r.ifr_ifindex = LOOPBACK;
    CHECK(ioctl(fd, SIOCGIFNAME, &r) == 0);
    printf("\nname %s\n", r.ifr_name);
    CHECK_ERRNO(ioctl(fd, SIOCGIFADDR, &r), ENOTTY);
    CHECK_ERRNO(ioctl(fd, SIOCGIFNETMASK, &r), ENOTTY);
    r.ifr_ifindex = 4711;
    CHECK_ERRNO(ioctl(fd, SIOCGIFNAME, &r), ENODEV);
    CHECK_ERRNO(ioctl(fd, SIOCGIFNAME, NULL), EFAULT);
    CHECK_ERRNO(ioctl(fd, SIOCGIFMTU, (void *)8), EFAULT);
    CHECK_ERRNO(ioctl(fd, SIOCGIFCONF, (void *)8), EFAULT);
    CHECK_ERRNO(ioctl(fd, 0x5555, &r), ENOTTY);
    r = named("none-such");
    CHECK_ERRNO(ioctl(fd, SIOCGIFFLAGS, &r), ENODEV);
    r = named("lo:1"); /* an alias is the interface */
    CHECK(ioctl(fd, SIOCGIFMTU, &r) == 0 && r.ifr_mtu == 65536);
    printf("called %s\n", r.ifr_name);
    r = named("lo"); /* not ended */
    memset(r.ifr_name + 2, 'x', sizeof(r.ifr_name) - 2);
    CHECK_ERRNO(ioctl(fd, SIOCGIFFLAGS, &r), ENODEV);
}

int main(void)
{
    try_all(socket(AF_UNIX, SOCK_DGRAM, 0));
    try_all(socket(AF_UNIX, SOCK_STREAM, 0));
    try_all(new_route_socket());
    return check_done();
}
