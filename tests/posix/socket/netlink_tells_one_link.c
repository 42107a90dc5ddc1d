/* SPDX-License-Identifier: BSD-3-Clause */
/* RTM_GETLINK without NLM_F_DUMP tells one interface, by index or name, and then acknowledges. */
#include "route.h"

static void show(const struct nlmsghdr *h)
{
    const struct ifinfomsg *link = NLMSG_DATA(h);
    const struct rtattr *name = find_attribute(h, sizeof(*link), IFLA_IFNAME);

    printf("type %d flags %x: interface %d", h->nlmsg_type, h->nlmsg_flags, link->ifi_index);
    printf(" %s\n", name != NULL ? (const char *)RTA_DATA(name) : "?");
}

int main(void)
{
    int fd = new_route_socket();
    struct request r = new_request(RTM_GETLINK, NLM_F_ACK, sizeof(r.link));

    r.link.ifi_index = LOOPBACK;
    printf("by index: %d\n", ask(fd, &r, show));
    r = new_request(RTM_GETLINK, NLM_F_ACK, sizeof(r.link));
    add_attribute(&r, IFLA_IFNAME, "lo", 3);
    printf("by name: %d\n", ask(fd, &r, show));
    r.link.ifi_index = 4711; /* the index comes first */
    printf("index 4711: %d\n", ask(fd, &r, show));
    r = new_request(RTM_GETLINK, 0, sizeof(r.link));
    printf("neither: %d\n", ask(fd, &r, show));
    r.link.ifi_index = -1;
    printf("index -1: %d\n", ask(fd, &r, show));
    add_attribute(&r, IFLA_IFNAME, "none-such", 10);
    r.link.ifi_index = 0;
    printf("no such name: %d\n", ask(fd, &r, show));
    r = new_request(RTM_GETLINK, 0, sizeof(r.general)); /* too short for one */
    printf("short: %d\n", ask(fd, &r, show));
    CHECK_ERRNO(recv(fd, &r, sizeof(r), MSG_DONTWAIT), EAGAIN);
    return check_done();
}
