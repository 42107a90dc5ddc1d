/* SPDX-License-Identifier: BSD-3-Clause */
/* RTM_GETROUTE without NLM_F_DUMP: the way to one address. */
#include "route.h"

static void show(const struct nlmsghdr *h)
{
    const struct rtmsg *m = NLMSG_DATA(h);

    printf("type %d flags %x: family %d, to %d bits, type %d, scope %d, cloned %d\n", h->nlmsg_type,
           h->nlmsg_flags, m->rtm_family, m->rtm_dst_len, m->rtm_type, m->rtm_scope,
           (m->rtm_flags & RTM_F_CLONED) != 0);
    show_bytes("to", find_attribute(h, sizeof(*m), RTA_DST));
    show_bytes("by", find_attribute(h, sizeof(*m), RTA_GATEWAY));
    show_bytes("own address", find_attribute(h, sizeof(*m), RTA_PREFSRC));
    printf("interface %u, table %u %u\n", attribute_u32(h, sizeof(*m), RTA_OIF), m->rtm_table,
           attribute_u32(h, sizeof(*m), RTA_TABLE));
    CHECK(find_attribute(h, sizeof(*m), RTA_CACHEINFO) != NULL);
}

static struct request route_request(int family, const char *to, int flags)
{
    struct request r = new_request(RTM_GETROUTE, flags, sizeof(r.route));
    unsigned char bytes[16];
    size_t n = family == AF_INET ? 4 : 16;

    r.route.rtm_family = (unsigned char)family;
    r.route.rtm_dst_len = (unsigned char)(n * 8);
    if (to != NULL) {
        REQUIRE(inet_pton(family, to, bytes) == 1);
        add_attribute(&r, RTA_DST, bytes, n);
    }
    return r;
}

static void tell(int fd, int family, const char *to)
{
    struct request r = route_request(family, to, NLM_F_ACK);

    printf("%s: %d\n", to != NULL ? to : "nowhere", ask(fd, &r, show));
}

static void refused(int fd)
{
    int none = 4711;
    struct request r = new_request(RTM_GETROUTE, 0, sizeof(r.general));

    r.general.rtgen_family = AF_INET;
    printf("short: %d\n", ask(fd, &r, show));
    r = route_request(AF_INET, "127.0.0.1", 0);
    add_attribute(&r, RTA_OIF, &none, sizeof(none));
    printf("no such interface: %d\n", ask(fd, &r, show));
    r = route_request(AF_INET, NULL, 0);
    add_attribute(&r, RTA_DST, &none, 2);
    printf("half an address: %d\n", ask(fd, &r, show));
    r = new_request(RTM_GETROUTE, 0, sizeof(r.route));
    printf("no family: %d\n", ask(fd, &r, show));
}

int main(void)
{
    int fd = new_route_socket();

    tell(fd, AF_INET, "127.0.0.1");
    tell(fd, AF_INET, "127.1.2.3");
    tell(fd, AF_INET6, "::1");
    refused(fd);
    return check_done();
}
