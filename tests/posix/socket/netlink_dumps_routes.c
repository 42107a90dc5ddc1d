/* SPDX-License-Identifier: BSD-3-Clause */
/* RTM_GETROUTE with NLM_F_DUMP: what the loopback interface's IPv4 address makes; RTM_GETNEIGH: it
 * has no neighbours. */
#include "route.h"

static unsigned neighbours;

static void show(const struct nlmsghdr *h)
{
    const struct rtmsg *m = NLMSG_DATA(h);

    CHECK(h->nlmsg_type == RTM_NEWROUTE && h->nlmsg_flags & NLM_F_MULTI);
    if (m->rtm_family != AF_INET || attribute_u32(h, sizeof(*m), RTA_OIF) != LOOPBACK)
        return;
    printf("length %d table %u protocol %d scope %d type %d flags %x tos %d\n", m->rtm_dst_len,
           attribute_u32(h, sizeof(*m), RTA_TABLE), m->rtm_protocol, m->rtm_scope, m->rtm_type,
           m->rtm_flags, m->rtm_tos);
    show_bytes("to", find_attribute(h, sizeof(*m), RTA_DST));
    show_bytes("from", find_attribute(h, sizeof(*m), RTA_PREFSRC));
    show_bytes("by", find_attribute(h, sizeof(*m), RTA_GATEWAY));
}

static void count(const struct nlmsghdr *h)
{
    const struct ndmsg *m = NLMSG_DATA(h);

    CHECK(h->nlmsg_type == RTM_NEWNEIGH);
    neighbours += m->ndm_ifindex == LOOPBACK && !(m->ndm_state & NUD_NOARP);
}

int main(void)
{
    int fd = new_route_socket();
    struct request r = new_request(RTM_GETROUTE, NLM_F_DUMP, sizeof(r.route));

    r.route.rtm_family = AF_INET;
    printf("end: %d\n", ask(fd, &r, show));
    r.route.rtm_family = AF_UNSPEC;
    CHECK(ask(fd, &r, NULL) == 0);
    r.route.rtm_family = AF_INET6;
    CHECK(ask(fd, &r, NULL) == 0);
    r = new_request(RTM_GETNEIGH, NLM_F_DUMP, sizeof(r.neighbour));
    printf("end: %d\n", ask(fd, &r, count));
    printf("%u neighbours\n", neighbours);
    return check_done();
}
