/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: options of SOL_NETLINK, and which groups a netlink socket has joined. No locks: each is one
 * word.
 */
#include "interface.h"
#include "netlink.h"

#include <hermit/atomic.h>
#include <hermit/string.h>

#define SOL_NETLINK 270

/* Somebody who listens expects that something happens, though nobody has used the network yet. */
static void watch(void)
{
    if (interface_source() != NULL)
        interface_source()->watch();
}

void netlink_join(struct netlink_socket *n, uint32_t groups)
{
    or_relaxed(&n->groups, groups); /* first: of those that stay no news is lost */
    and_relaxed(&n->groups, ~(uint64_t)UINT32_MAX | groups);
    if (groups != 0)
        watch();
}

/* Joins or leaves one group. */
static int change(struct netlink_socket *n, bool joins, unsigned group)
{
    if (group == 0 || group > NETLINK_GROUPS)
        return -EINVAL;
    uint64_t bit = 1UL << (group - 1);
    if (joins)
        or_relaxed(&n->groups, bit);
    else
        and_relaxed(&n->groups, ~bit);
    if (joins)
        watch();
    return 0;
}

/* Those that are on or off. NETLINK_EXT_ACK allows attributes in an acknowledgement, of which there
 * are none; nobody but the kernel sends to groups, whom NETLINK_BROADCAST_ERROR is about. */
static bool is_flag(int name)
{
    return name == NETLINK_PKTINFO || name == NETLINK_BROADCAST_ERROR ||
           name == NETLINK_NO_ENOBUFS || name == NETLINK_CAP_ACK || name == NETLINK_EXT_ACK;
}

int netlink_set_level(struct socket *s, int level, int name, const void *value, size_t size)
{
    struct netlink_socket *n = netlink_of(s);
    unsigned number = 0;
    if (level != SOL_NETLINK)
        return -ENOPROTOOPT;
    if (size >= sizeof(number))
        memcpy(&number, value, sizeof(number));
    if (name == NETLINK_ADD_MEMBERSHIP || name == NETLINK_DROP_MEMBERSHIP)
        return change(n, name == NETLINK_ADD_MEMBERSHIP, number);
    if (!is_flag(name))
        return -ENOPROTOOPT;
    if (number != 0)
        or_relaxed(&n->flags, 1U << name);
    else
        and_relaxed(&n->flags, ~(1U << name));
    return 0;
}

ssize_t netlink_get_level(struct socket *s, int level, int name, void *value, size_t size)
{
    const struct netlink_socket *n = netlink_of(s);
    int is_on = netlink_flag(n, (unsigned)name % 32);
    uint64_t groups = load_relaxed(&n->groups);
    if (level != SOL_NETLINK)
        return -ENOPROTOOPT;
    if (name == NETLINK_LIST_MEMBERSHIPS) {
        memcpy(value, &groups, MIN(size, sizeof(groups)) / 4 * 4);
        return sizeof(groups); /* that there are, as on Linux */
    }
    if (!is_flag(name))
        return -ENOPROTOOPT;
    if (size < sizeof(is_on))
        return -EINVAL;
    memcpy(value, &is_on, sizeof(is_on));
    return sizeof(is_on);
}

int netlink_tell_group(const struct netlink_socket *n, struct socket_message *m, unsigned group)
{
    struct nl_pktinfo info = {.group = group};
    if (!netlink_flag(n, NETLINK_PKTINFO))
        return 0;
    return socket_put_control(m, SOL_NETLINK, NETLINK_PKTINFO, &info, sizeof(info));
}
