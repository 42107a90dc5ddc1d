/* SPDX-License-Identifier: BSD-3-Clause */
/* getifaddrs: the loopback interface's link, its addresses, masks and counters. */
#include "route.h"
#include <ifaddrs.h>
#include <netpacket/packet.h>

static void show(const char *what, const struct sockaddr *a)
{
    char text[INET6_ADDRSTRLEN] = "";

    if (a == NULL)
        printf(" %s none", what);
    else if (a->sa_family == AF_INET)
        printf(" %s %s", what,
               inet_ntop(AF_INET, &((const struct sockaddr_in *)a)->sin_addr, text, sizeof(text)));
    else if (a->sa_family == AF_INET6)
        printf(
            " %s %s scope %u", what,
            inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)a)->sin6_addr, text, sizeof(text)),
            ((const struct sockaddr_in6 *)a)->sin6_scope_id);
    else if (a->sa_family == AF_PACKET) {
        const struct sockaddr_ll *link = (const void *)a;
        printf(" %s link %d type %d:", what, link->sll_ifindex, link->sll_hatype);
        for (int i = 0; i < link->sll_halen; i++)
            printf(" %02x", link->sll_addr[i]);
    }
}

int main(void)
{
    struct ifaddrs *all;

    REQUIRE(getifaddrs(&all) == 0);
    for (const struct ifaddrs *i = all; i != NULL; i = i->ifa_next) {
        if (strcmp(i->ifa_name, "lo") != 0)
            continue;
        printf("%s flags %x", i->ifa_name, i->ifa_flags);
        show("address", i->ifa_addr);
        show("mask", i->ifa_netmask);
        /* The same place for both; of a link it is the broadcast address. */
        show("broadcast", i->ifa_broadaddr);
        printf(" %s\n", i->ifa_data != NULL ? "counted" : "");
    }
    freeifaddrs(all);
    return check_done();
}
