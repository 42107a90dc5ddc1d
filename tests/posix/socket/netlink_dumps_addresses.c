/* SPDX-License-Identifier: BSD-3-Clause */
/* RTM_GETADDR with NLM_F_DUMP tells the addresses of one family or of all, IPv4 first. */
#include "route.h"

static int last;

static void show(const struct nlmsghdr *h)
{
    const struct ifaddrmsg *m = NLMSG_DATA(h);
    const struct rtattr *a;

    CHECK(h->nlmsg_type == RTM_NEWADDR && h->nlmsg_flags & NLM_F_MULTI);
    CHECK(last == 0 || last <= m->ifa_family);
    last = m->ifa_family;
    if (m->ifa_index != LOOPBACK)
        return;
    printf("family %d prefix %d flags %x scope %d\n", m->ifa_family, m->ifa_prefixlen, m->ifa_flags,
           m->ifa_scope);
    show_bytes("address", find_attribute(h, sizeof(*m), IFA_ADDRESS));
    show_bytes("local", find_attribute(h, sizeof(*m), IFA_LOCAL));
    show_bytes("broadcast", find_attribute(h, sizeof(*m), IFA_BROADCAST));
    printf("all flags %x\n", attribute_u32(h, sizeof(*m), IFA_FLAGS));
    a = find_attribute(h, sizeof(*m), IFA_LABEL);
    printf("label %s\n", a != NULL ? (const char *)RTA_DATA(a) : "none");
    a = find_attribute(h, sizeof(*m), IFA_CACHEINFO);
    REQUIRE(a != NULL);
    const struct ifa_cacheinfo *c = RTA_DATA(a);
    printf("valid for %x, preferred for %x\n", c->ifa_valid, c->ifa_prefered);
}

int main(void)
{
    static const int families[] = {AF_UNSPEC, AF_INET, AF_INET6, AF_PACKET, 200};
    int fd = new_route_socket();

    for (unsigned i = 0; i < sizeof(families) / sizeof(*families); i++) {
        struct request r = new_request(RTM_GETADDR, NLM_F_DUMP, sizeof(r.address));
        r.address.ifa_family = (unsigned char)families[i];
        last = 0;
        printf("family %d:\n", families[i]);
        int error = ask(fd, &r, show);
        printf("end: %d\n", error);
    }
    return check_done();
}
