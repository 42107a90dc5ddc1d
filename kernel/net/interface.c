/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: the list of network interfaces: the loopback, which is constant, and what the cards say,
 * which takes net_core. */
#include "interface.h"

#include <hermit/socket_abi.h>
#include <hermit/string.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

static const struct interface loopback = {
    .index = 1,
    .name = "lo",
    .type = ARPHRD_LOOPBACK,
    .flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING | IFF_LOWER_UP,
    .operstate = IF_OPER_UNKNOWN,
    .mtu = 65536,
    .tx_queue = 1000,
    .qdisc = "noqueue",
    .nr_addresses = 2,
    .addresses =
        {
            {
                .family = AF_INET,
                .prefix = 8,
                .scope = RT_SCOPE_HOST,
                .flags = IFA_F_PERMANENT,
                .bytes = {127, 0, 0, 1},
                .valid = LIFETIME_FOREVER,
                .preferred = LIFETIME_FOREVER,
            },
            {
                .family = AF_INET6,
                .prefix = 128,
                .scope = RT_SCOPE_HOST,
                .flags = IFA_F_PERMANENT,
                .bytes = {[15] = 1},
                .valid = LIFETIME_FOREVER,
                .preferred = LIFETIME_FOREVER,
            },
        },
};

extern const struct interface_source *const __hermit_net_source[]
    __attribute__((visibility("hidden")));
extern const struct interface_source *const __hermit_net_source_end[]
    __attribute__((visibility("hidden")));

const struct interface_source *interface_source(void)
{
    bool linked = (uintptr_t)__hermit_net_source < (uintptr_t)__hermit_net_source_end;
    return linked ? __hermit_net_source[0] : NULL;
}

unsigned interface_name_servers(struct interface_name_server *servers, unsigned max)
{
    return interface_source() != NULL ? interface_source()->name_servers(servers, max) : 0;
}

bool interface_next(int from, struct interface *copy)
{
    if (from > loopback.index)
        return interface_source() != NULL && interface_source()->next(from, copy);
    *copy = loopback;
    return true;
}

bool interface_by_index(int index, struct interface *copy)
{
    return index > 0 && interface_next(index, copy) && copy->index == index;
}

bool interface_by_name(const char *name, struct interface *copy)
{
    INTERFACE_FOR_EACH(copy)
    if (strcmp(copy->name, name) == 0)
        return true;
    return false;
}
