/* SPDX-License-Identifier: BSD-3-Clause */
/* RTM_GETADDR without NLM_F_DUMP: one address of IPv6, of any interface or of one; there is no such
 * request for IPv4. */
#include "route.h"

static void show(const struct nlmsghdr *h)
{
    const struct ifaddrmsg *m = NLMSG_DATA(h);

    printf("type %d flags %x: family %d, %d bits, scope %d, interface %u\n", h->nlmsg_type,
           h->nlmsg_flags, m->ifa_family, m->ifa_prefixlen, m->ifa_scope, m->ifa_index);
    show_bytes("address", find_attribute(h, sizeof(*m), IFA_ADDRESS));
}

static struct request address_request(int family, const char *text, int interface)
{
    struct request r = new_request(RTM_GETADDR, 0, sizeof(r.address));
    unsigned char bytes[16];

    r.address.ifa_family = (unsigned char)family;
    r.address.ifa_index = (unsigned)interface;
    if (text != NULL) {
        REQUIRE(inet_pton(family, text, bytes) == 1);
        add_attribute(&r, IFA_ADDRESS, bytes, family == AF_INET ? 4 : 16);
    }
    return r;
}

int main(void)
{
    int fd = new_route_socket();
    struct request r = address_request(AF_INET6, "::1", 0);

    r.header.nlmsg_flags |= NLM_F_ACK;
    printf("of any: %d\n", ask(fd, &r, show));
    r.address.ifa_index = LOOPBACK;
    printf("of one: %d\n", ask(fd, &r, show));
    r = address_request(AF_INET6, "::1", 4711);
    r.header.nlmsg_flags |= NLM_F_ACK;
    printf("of none: %d\n", ask(fd, &r, NULL));
    r = address_request(AF_INET6, "2001:db8::7", 0);
    printf("not there: %d\n", ask(fd, &r, show));
    r = address_request(AF_INET6, NULL, LOOPBACK);
    printf("none named: %d\n", ask(fd, &r, show));
    r = address_request(AF_INET, "127.0.0.1", 0);
    printf("of IPv4: %d\n", ask(fd, &r, show));
    return check_done();
}
