/* SPDX-License-Identifier: BSD-3-Clause */
/* SIOCGIFCONF: addresses of the interfaces, as many as there is room for. */
#include "route.h"

int main(void)
{
    struct ifreq one[64];
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0), seen = 0;
    struct ifconf c = {.ifc_len = 0};

    CHECK(ioctl(fd, SIOCGIFCONF, &c) == 0); /* no room: how much it takes */
    CHECK(c.ifc_len > 0 && c.ifc_len % (int)sizeof(*one) == 0);
    int all = c.ifc_len;
    c = (struct ifconf){.ifc_len = sizeof(one), .ifc_req = one};
    CHECK(ioctl(fd, SIOCGIFCONF, &c) == 0 && c.ifc_len == all);
    for (int i = 0; i < all / (int)sizeof(*one); i++)
        seen += strcmp(one[i].ifr_name, "lo") == 0;
    const struct sockaddr_in *a = (const void *)&one[0].ifr_addr;
    printf("%s %s, family %d, port %d, seen %d times\n", one[0].ifr_name, inet_ntoa(a->sin_addr),
           a->sin_family, a->sin_port, seen);
    c = (struct ifconf){.ifc_len = sizeof(*one) - 1, .ifc_req = one};
    CHECK(ioctl(fd, SIOCGIFCONF, &c) == 0);
    printf("in less than one: %d bytes\n", c.ifc_len);
    c = (struct ifconf){.ifc_len = sizeof(*one) + 1, .ifc_req = one};
    CHECK(ioctl(fd, SIOCGIFCONF, &c) == 0 && c.ifc_len == sizeof(*one));
    c = (struct ifconf){.ifc_len = -1, .ifc_req = one};
    CHECK(ioctl(fd, SIOCGIFCONF, &c) == 0);
    printf("in less than none: %d bytes\n", c.ifc_len);
    c = (struct ifconf){.ifc_len = sizeof(one), .ifc_req = (void *)8};
    CHECK_ERRNO(ioctl(fd, SIOCGIFCONF, &c), EFAULT);
    return check_done();
}
