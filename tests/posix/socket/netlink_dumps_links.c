/* SPDX-License-Identifier: BSD-3-Clause */
/* RTM_GETLINK with NLM_F_DUMP tells every interface, whatever family is asked for. */
#include "route.h"

static uint32_t port;

static void show(const struct nlmsghdr *h)
{
    const struct ifinfomsg *link = NLMSG_DATA(h);
    const struct rtattr *a;

    CHECK(h->nlmsg_type == RTM_NEWLINK && h->nlmsg_flags & NLM_F_MULTI && h->nlmsg_pid == port);
    if (link->ifi_index != LOOPBACK)
        return;
    printf("family %d type %d flags %x\n", link->ifi_family, link->ifi_type, link->ifi_flags);
    a = find_attribute(h, sizeof(*link), IFLA_IFNAME);
    REQUIRE(a != NULL);
    printf("name %s in %zu bytes\n", (const char *)RTA_DATA(a), (size_t)RTA_PAYLOAD(a));
    printf("mtu %u queue %u group %u\n", attribute_u32(h, sizeof(*link), IFLA_MTU),
           attribute_u32(h, sizeof(*link), IFLA_TXQLEN),
           attribute_u32(h, sizeof(*link), IFLA_GROUP));
    show_bytes("address", find_attribute(h, sizeof(*link), IFLA_ADDRESS));
    show_bytes("broadcast", find_attribute(h, sizeof(*link), IFLA_BROADCAST));
    show_bytes("state", find_attribute(h, sizeof(*link), IFLA_OPERSTATE));
    show_bytes("carrier", find_attribute(h, sizeof(*link), IFLA_CARRIER));
    show_bytes("mode", find_attribute(h, sizeof(*link), IFLA_LINKMODE));
    a = find_attribute(h, sizeof(*link), IFLA_QDISC);
    printf("discipline %s\n", a != NULL ? (const char *)RTA_DATA(a) : "none");
    a = find_attribute(h, sizeof(*link), IFLA_STATS);
    CHECK(a != NULL && RTA_PAYLOAD(a) >= 23 * sizeof(uint32_t));
    a = find_attribute(h, sizeof(*link), IFLA_STATS64);
    CHECK(a != NULL && RTA_PAYLOAD(a) >= 23 * sizeof(uint64_t));
}

int main(void)
{
    static const int families[] = {AF_UNSPEC, AF_INET, AF_PACKET, 200};
    int fd = new_route_socket();
    struct sockaddr_nl a;
    socklen_t length = sizeof(a);

    for (unsigned i = 0; i < sizeof(families) / sizeof(*families); i++) {
        struct request r = new_request(RTM_GETLINK, NLM_F_DUMP, sizeof(r.general));
        r.general.rtgen_family = (unsigned char)families[i];
        REQUIRE(send_request(fd, &r));
        CHECK(getsockname(fd, (struct sockaddr *)&a, &length) == 0);
        port = a.nl_pid;
        printf("family %d: %d\n", families[i], take_replies(fd, 7, show));
    }
    /* With the long header, and an acknowledgement that a dump does not give. */
    struct request r = new_request(RTM_GETLINK, NLM_F_DUMP | NLM_F_ACK, sizeof(r.link));
    CHECK(ask(fd, &r, NULL) == 0);
    CHECK_ERRNO(recv(fd, &r, sizeof(r), MSG_DONTWAIT), EAGAIN);
    return check_done();
}
