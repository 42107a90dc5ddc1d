/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * watch ADDRESS: says what is told of the first card to who listens (rtnetlink(7)). Once that
 * address has come it says which router it knows, once it has gone that is the end.
 */
#include <arpa/inet.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static char buffer[16384] __attribute__((aligned(8)));

/* An attribute of a message whose own header has `size` bytes; NULL: none. */
static const void *attribute(const struct nlmsghdr *h, size_t size, int type)
{
    const struct rtattr *a = (const void *)((const char *)h + NLMSG_SPACE(size));
    long left = (long)h->nlmsg_len - (long)NLMSG_SPACE(size);

    for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
        if (a->rta_type == type)
            return RTA_DATA(a);
    return NULL;
}

static const char *text_of(int family, const void *address)
{
    static char text[2][INET6_ADDRSTRLEN];
    static int turn;
    const struct in6_addr any = IN6ADDR_ANY_INIT;

    turn = !turn;
    return inet_ntop(family, address != NULL ? address : &any, text[turn], INET6_ADDRSTRLEN);
}

static void show_link(const struct nlmsghdr *h)
{
    const struct ifinfomsg *m = NLMSG_DATA(h);

    printf("link %s%s\n", (const char *)attribute(h, sizeof(*m), IFLA_IFNAME),
           m->ifi_flags & IFF_RUNNING ? " running" : "");
}

static const char *show_address(const struct nlmsghdr *h)
{
    const struct ifaddrmsg *m = NLMSG_DATA(h);
    const char *text = text_of(m->ifa_family, attribute(h, sizeof(*m), IFA_ADDRESS));

    printf("%s address %s/%d\n", h->nlmsg_type == RTM_NEWADDR ? "new" : "deleted", text,
           m->ifa_prefixlen);
    return text;
}

static void show_route(const struct nlmsghdr *h)
{
    const struct rtmsg *m = NLMSG_DATA(h);
    const void *by = attribute(h, sizeof(*m), RTA_GATEWAY);

    printf("%s route %s/%d%s%s\n", h->nlmsg_type == RTM_NEWROUTE ? "new" : "deleted",
           text_of(m->rtm_family, attribute(h, sizeof(*m), RTA_DST)), m->rtm_dst_len,
           by != NULL ? " by " : "", by != NULL ? text_of(m->rtm_family, by) : "");
}

/* The routers among the neighbours of IPv6 whose hardware address is known. */
static void show_neighbours(void)
{
    struct {
        struct nlmsghdr header;
        struct ndmsg m;
    } request = {{sizeof(request), RTM_GETNEIGH, NLM_F_REQUEST | NLM_F_DUMP, 1, 0},
                 {.ndm_family = AF_INET6}};
    int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

    if (send(fd, &request, sizeof(request), 0) != sizeof(request))
        exit(1);
    for (;;) {
        long n = recv(fd, buffer, sizeof(buffer), 0);
        for (const struct nlmsghdr *h = (void *)buffer; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n)) {
            const struct ndmsg *m = NLMSG_DATA(h);
            if (h->nlmsg_type != RTM_NEWNEIGH) {
                fflush(stdout);
                return;
            }
            if (m->ndm_flags & NTF_ROUTER && attribute(h, sizeof(*m), NDA_LLADDR) != NULL)
                printf("neighbour %s router\n",
                       text_of(AF_INET6, attribute(h, sizeof(*m), NDA_DST)));
        }
    }
}

/* True: it was the last one. */
static bool show(const struct nlmsghdr *h, const char *address)
{
    bool is_it = false;

    if (h->nlmsg_type == RTM_NEWLINK)
        show_link(h);
    else if (h->nlmsg_type == RTM_NEWADDR || h->nlmsg_type == RTM_DELADDR)
        is_it = strcmp(show_address(h), address) == 0;
    else
        show_route(h);
    fflush(stdout);
    return is_it;
}

int main(int argc, char **argv)
{
    struct sockaddr_nl groups = {.nl_family = AF_NETLINK,
                                 .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR |
                                              RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE |
                                              RTMGRP_IPV6_ROUTE};
    int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    bool there = false, gone = false;

    if (argc != 2 || bind(fd, (struct sockaddr *)&groups, sizeof(groups)) != 0)
        return 2;
    for (int after = 0; after < 3; after += gone) { /* and the routes that go with it */
        long n = recv(fd, buffer, sizeof(buffer), 0);
        const struct nlmsghdr *h = (void *)buffer;
        if (n < 0 || !NLMSG_OK(h, n) || h->nlmsg_pid != 0)
            return 1;
        bool is_it = show(h, argv[1]);
        if (is_it && !there)
            show_neighbours();
        gone = gone || (is_it && h->nlmsg_type == RTM_DELADDR);
        there = there || is_it;
    }
    return 0;
}
