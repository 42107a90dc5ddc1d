/* SPDX-License-Identifier: BSD-3-Clause */
/* The requests of ioctl for an interface's addresses, on sockets of AF_INET alone. */
#include "inet.h"
#include <net/if.h>

static struct ifreq named(const char *name)
{
    struct ifreq r;

    memset(&r, 0x55, sizeof(r));
    memset(r.ifr_name, 0, sizeof(r.ifr_name));
    strcpy(r.ifr_name, name);
    return r;
}

static void show(const char *what, int fd, unsigned long request)
{
    struct ifreq r = named("lo");
    const struct sockaddr_in *a = (const void *)&r.ifr_addr;

    CHECK(ioctl(fd, request, &r) == 0);
    printf("%s %s, family %d, port %d\n", what, inet_ntoa(a->sin_addr), a->sin_family, a->sin_port);
    for (unsigned i = 0; i < sizeof(a->sin_zero); i++)
        CHECK(a->sin_zero[i] == 0);
}

static void try_all(int fd)
{
    struct ifreq r = named("none-such");

    show("address", fd, SIOCGIFADDR);
    show("netmask", fd, SIOCGIFNETMASK);
    show("broadcast", fd, SIOCGIFBRDADDR);
    show("destination", fd, SIOCGIFDSTADDR);
    CHECK_ERRNO(ioctl(fd, SIOCGIFADDR, &r), ENODEV);
    r = named("lo:1");
    CHECK_ERRNO(ioctl(fd, SIOCGIFADDR, &r), EADDRNOTAVAIL);
    CHECK_ERRNO(ioctl(fd, SIOCGIFADDR, NULL), EFAULT);
    CHECK_ERRNO(ioctl(fd, SIOCGIFNETMASK, (void *)8), EFAULT);
    r = named("lo");
    CHECK(ioctl(fd, SIOCGIFINDEX, &r) == 0 && r.ifr_ifindex == 1);
    r = named("lo");
    CHECK(ioctl(fd, SIOCGIFMTU, &r) == 0 && r.ifr_mtu == 65536);
}

int main(void)
{
    struct ifreq r = named("lo");
    int v6 = new_socket(AF_INET6, SOCK_DGRAM);

    try_all(new_socket(AF_INET, SOCK_DGRAM));
    try_all(new_socket(AF_INET, SOCK_STREAM));
    CHECK_ERRNO(ioctl(v6, SIOCGIFADDR, &r), ENOTTY);
    CHECK_ERRNO(ioctl(v6, SIOCGIFNETMASK, &r), ENOTTY);
    CHECK(ioctl(v6, SIOCGIFINDEX, &r) == 0 && r.ifr_ifindex == 1);
    CHECK_ERRNO(ioctl(new_socket(AF_INET, SOCK_DGRAM), 0x5555, &r), ENOTTY);
    return check_done();
}
