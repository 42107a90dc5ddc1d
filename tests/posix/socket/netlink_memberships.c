/* SPDX-License-Identifier: BSD-3-Clause */
/* Options of SOL_NETLINK: groups that are joined and left one by one, what is on or off. */
#include "route.h"

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

static int set(int fd, int name, int value)
{
    return setsockopt(fd, SOL_NETLINK, name, &value, sizeof(value));
}

static void show_groups(int fd)
{
    struct sockaddr_nl a;
    socklen_t length = sizeof(a);
    uint32_t all[8] = {0};
    socklen_t room = sizeof(all);

    CHECK(getsockname(fd, (struct sockaddr *)&a, &length) == 0);
    CHECK(getsockopt(fd, SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, all, &room) == 0);
    CHECK(room >= 8 && room % 4 == 0 && all[0] == a.nl_groups);
    printf("groups %x, above %x\n", all[0], all[1]);
    room = 4; /* what has no room is left out, but counted */
    all[1] = 4711;
    CHECK(getsockopt(fd, SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, all, &room) == 0);
    CHECK(room >= 8 && all[1] == 4711);
}

static void check_flag(int fd, const char *name, int option)
{
    int value = 5;
    socklen_t length = sizeof(value);

    CHECK(getsockopt(fd, SOL_NETLINK, option, &value, &length) == 0 && length == sizeof(value));
    printf("%s %d", name, value);
    CHECK(set(fd, option, 7) == 0);
    CHECK(getsockopt(fd, SOL_NETLINK, option, &value, &length) == 0);
    printf(" %d", value);
    CHECK(set(fd, option, 0) == 0);
    CHECK(getsockopt(fd, SOL_NETLINK, option, &value, &length) == 0);
    printf(" %d\n", value);
    length = 2;
    CHECK_ERRNO(getsockopt(fd, SOL_NETLINK, option, &value, &length), EINVAL);
    CHECK(setsockopt(fd, SOL_NETLINK, option, "x", 1) == 0); /* is 0 */
}

/* The error, and how much of the request comes back with it. */
static void show_refusal(int fd, const char *what)
{
    struct request r = new_request(RTM_GETLINK, NLM_F_ACK, sizeof(r.link));
    char answer[256] __attribute__((aligned(8)));
    const struct nlmsghdr *h = (void *)answer;

    r.link.ifi_index = 1 << 20;
    CHECK(send_request(fd, &r));
    ssize_t n = recv(fd, answer, sizeof(answer), 0);
    CHECK(n > 0 && h->nlmsg_type == NLMSG_ERROR);
    printf("%s: %d, %zd bytes, flags %x\n", what, ((const struct nlmsgerr *)NLMSG_DATA(h))->error,
           n, h->nlmsg_flags);
}

int main(void)
{
    int fd = new_route_socket(), value = 1;
    struct sockaddr_nl a = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};

    CHECK(set(fd, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV4_ROUTE) == 0);
    CHECK(set(fd, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV4_ROUTE) == 0);
    CHECK(set(fd, NETLINK_ADD_MEMBERSHIP, RTNLGRP_NSID) == 0);
    CHECK(set(fd, NETLINK_ADD_MEMBERSHIP, 33) == 0);
    show_groups(fd);
    CHECK(bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0); /* the first 32 instead */
    show_groups(fd);
    CHECK(set(fd, NETLINK_DROP_MEMBERSHIP, 33) == 0);
    CHECK(set(fd, NETLINK_DROP_MEMBERSHIP, RTNLGRP_TC) == 0);
    show_groups(fd);
    CHECK_ERRNO(set(fd, NETLINK_ADD_MEMBERSHIP, 0), EINVAL);
    CHECK_ERRNO(set(fd, NETLINK_ADD_MEMBERSHIP, 1000), EINVAL);
    CHECK_ERRNO(set(fd, NETLINK_DROP_MEMBERSHIP, -1), EINVAL);
    CHECK_ERRNO(setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &value, 3), EINVAL); /* is 0 */
    CHECK_ERRNO(setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, (void *)8, 4), EFAULT);

    check_flag(fd, "packet info", NETLINK_PKTINFO);
    check_flag(fd, "broadcast error", NETLINK_BROADCAST_ERROR);
    check_flag(fd, "no ENOBUFS", NETLINK_NO_ENOBUFS);
    check_flag(fd, "capped acknowledgements", NETLINK_CAP_ACK);
    check_flag(fd, "extended acknowledgements", NETLINK_EXT_ACK);
    CHECK_ERRNO(set(fd, 99, 1), ENOPROTOOPT);
    CHECK_ERRNO(getsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &value, &(socklen_t){4}),
                ENOPROTOOPT);
    CHECK_ERRNO(getsockopt(fd, SOL_NETLINK, 99, &value, &(socklen_t){4}), ENOPROTOOPT);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_TCP, 1, &value, 4), ENOPROTOOPT);

    fd = new_route_socket(); /* one that listens to nothing */
    show_refusal(fd, "whole");
    CHECK(set(fd, NETLINK_CAP_ACK, 1) == 0);
    show_refusal(fd, "capped");
    return check_done();
}
