/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the addresses of network cards: those of the boot block, else DHCP's; of IPv6 those that
 * routers announce; who waits for them; and what programs are told of them (interface.h).
 *
 * Lock: net_core.
 */
#include "card.h"

#include <hermit/atomic.h>
#include <hermit/boot_abi.h>
#include <hermit/boot_info.h>
#include <hermit/panic.h>
#include <hermit/signal_pending.h>
#include <hermit/socket_abi.h>
#include <hermit/string.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "card_internal.h"
#include "netlink.h"

#include "lwip/dhcp.h"
#include "lwip/nd6.h"
#include "lwip/priv/nd6_priv.h"
#include "lwip/prot/dhcp.h"

#define AWAIT_NS (3 * NSEC_PER_SEC) /* from the start */

static struct wait_queue addresses = WAIT_QUEUE_INIT(addresses); /* one has changed */
static uint64_t give_up;                                         /* until then they are awaited */
static ip4_addr_t name_server;
static ip_addr_t announced[DNS_MAX_SERVERS]; /* by routers, RFC 8106; any: none */
static bool news;                            /* something may be other than listeners were told */

/* The launcher's word; NULL: it has said nothing. */
static const struct hermit_network *told(void)
{
    return boot_info.block != NULL ? &boot_info.block->network : NULL;
}

static const struct interface_source source;
/* In a section of its own, which interface.c looks into, and the launcher's note. */
static const struct interface_source *const entry
    __attribute__((used, section(".data.rel.ro.net_source"))) = &source;

bool card_is_promised(void)
{
    __asm__(".reloc ., BFD_RELOC_NONE, %c0" ::"i"(&entry)); /* no byte: keeps it linked */
    return told() == NULL || told()->present;
}

static ip4_addr_t address_of(const uint8_t bytes[4])
{
    ip4_addr_t a;
    memcpy(&a.addr, bytes, sizeof(a.addr));
    return a;
}

/* Called by lwIP. */
static void changed(struct netif *netif, netif_nsc_reason_t reason,
                    const netif_ext_callback_args_t *args)
{
    (void)netif, (void)reason, (void)args;
    wake_all(&addresses);
    news = true; /* told once lwIP is done with it */
    net_wake();
}

void card_configure(struct card *card)
{
    static netif_ext_callback_t callback;
    const struct hermit_network *given = told();
    struct netif *netif = &card->netif;
    if (card == cards) {
        netif_add_ext_callback(&callback, changed);
        netif_set_default(netif);
        give_up = time_after(clock_monotonic(), AWAIT_NS);
    }
    netif_create_ip6_linklocal_address(netif, 1);
    netif_set_ip6_autoconfig_enabled(netif, 1);
    netif_set_up(netif);
    if (given != NULL && card == cards)
        name_server = address_of(given->dns);
    ip4_addr_t ip = {given != NULL && card == cards ? address_of(given->ip).addr : 0};
    if (ip4_addr_isany_val(ip)) {
        dhcp_start(netif); /* out of memory: there is no address, as without an answer */
        return;
    }
    ip4_addr_t mask = address_of(given->mask), gateway = address_of(given->gateway);
    netif_set_addr(netif, &ip, &mask, &gateway);
}

/* lwIP calls it with each name server of a lease (lwip_hooks.h). The launcher's goes first. */
void card_take_name_server(unsigned number, const void *server)
{
    const ip_addr_t *ip = server;
    if (number == 0 && (told() == NULL || ip4_addr_isany_val(address_of(told()->dns))))
        name_server = *ip_2_ip4(ip);
}

void card_take_announced_server(unsigned number, const struct ip_addr *server)
{
    if (server != NULL)
        announced[number] = *server;
    else
        ip_addr_set_zero_ip6(&announced[number]);
}

const struct ip_addr *card_announced_server(unsigned number)
{
    return &announced[number];
}

bool cards_ask_dhcp(void)
{
    for (const struct card *card = cards; card != NULL; card = card->next) {
        const struct dhcp *dhcp = netif_dhcp_data(&card->netif);
        if (dhcp != NULL && dhcp->state != DHCP_STATE_BOUND && dhcp->state != DHCP_STATE_OFF)
            return true;
    }
    return false;
}

static bool has_global_ipv6(const struct netif *netif)
{
    for (s8_t i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++)
        if (ip6_addr_isvalid(netif_ip6_addr_state(netif, i)) &&
            !ip6_addr_islinklocal(netif_ip6_addr(netif, i)))
            return true;
    return false;
}

static bool is_configured(bool v6)
{
    return cards == NULL || (v6 ? has_global_ipv6(&cards->netif)
                                : !ip4_addr_isany_val(*netif_ip4_addr(&cards->netif)));
}

static _Atomic bool settled[2]; /* for either version nobody waits any more */

bool cards_settled(bool v6)
{
    return load_relaxed(&settled[v6]);
}

void cards_await_address(bool v6)
{
    if (cards_settled(v6))
        return;
    while (!is_configured(v6) && clock_monotonic() < give_up)
        if (net_wait(&addresses, give_up) == -ERESTARTSYS)
            break;
    if (is_configured(v6) || clock_monotonic() >= give_up)
        store_relaxed(&settled[v6], true);
}

/* ---- What programs are told ---- */

static void add_ipv4(struct interface *i, const struct netif *netif)
{
    uint32_t ip = netif_ip4_addr(netif)->addr, mask = netif_ip4_netmask(netif)->addr;
    uint32_t broadcast = ip | ~mask;
    struct interface_address *a = &i->addresses[i->nr_addresses];
    if (ip == 0)
        return;
    *a = (struct interface_address){
        .family = AF_INET,
        .prefix = (uint8_t)__builtin_popcount(mask),
        .scope = RT_SCOPE_UNIVERSE,
        .flags = IFA_F_PERMANENT, /* as what Linux's kernel asks DHCP for */
        .has_broadcast = true,
        .valid = LIFETIME_FOREVER,
        .preferred = LIFETIME_FOREVER,
    };
    memcpy(a->bytes, &ip, sizeof(ip));
    memcpy(a->broadcast, &broadcast, sizeof(broadcast));
    i->nr_addresses++;
    i->has_gateway = !ip4_addr_isany_val(*netif_ip4_gw(netif));
    memcpy(i->gateway, &netif_ip4_gw(netif)->addr, sizeof(i->gateway));
}

/* lwIP's lifetime 0 is one that does not end. */
static uint32_t lifetime(uint32_t seconds)
{
    return seconds == 0 ? LIFETIME_FOREVER : seconds;
}

static void add_ipv6(struct interface *i, const struct netif *netif, s8_t n)
{
    uint8_t state = netif_ip6_addr_state(netif, n);
    const ip6_addr_t *ip = netif_ip6_addr(netif, n);
    if (ip6_addr_isinvalid(state) || i->nr_addresses == INTERFACE_ADDRESSES_MAX)
        return;
    struct interface_address *a = &i->addresses[i->nr_addresses++];
    *a = (struct interface_address){
        .family = AF_INET6,
        .prefix = 64,
        .scope = ip6_addr_islinklocal(ip) ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE,
        .valid = lifetime(netif_ip6_addr_valid_life(netif, n)),
        .preferred = lifetime(netif_ip6_addr_pref_life(netif, n)),
    };
    if (a->valid == LIFETIME_FOREVER)
        a->flags |= IFA_F_PERMANENT;
    if (ip6_addr_istentative(state))
        a->flags |= IFA_F_TENTATIVE;
    if (ip6_addr_isdeprecated(state))
        a->flags |= IFA_F_DEPRECATED;
    memcpy(a->bytes, ip->addr, sizeof(a->bytes));
}

/* The router of IPv6 that lwIP knows first. */
static void add_router6(struct interface *i, const struct netif *netif)
{
    for (unsigned n = 0; n < LWIP_ND6_NUM_ROUTERS && !i->has_gateway6; n++) {
        const struct nd6_neighbor_cache_entry *e = default_router_list[n].neighbor_entry;
        if (e == NULL || e->netif != netif || default_router_list[n].invalidation_timer == 0)
            continue;
        i->has_gateway6 = true;
        memcpy(i->gateway6, e->next_hop_address.addr, sizeof(i->gateway6));
    }
}

void card_name(const struct netif *netif, char *name, size_t size)
{
    if (netif->name[0] == 'l')
        ksnprintf(name, size, "lo");
    else
        ksnprintf(name, size, "eth%d", container_of(netif, struct card, netif)->number);
}

static void describe(struct card *card, struct interface *i)
{
    struct netif *netif = &card->netif;
    bool link = netif_is_link_up(netif);
    *i = (struct interface){
        .index = netif_get_index(netif),
        .type = ARPHRD_ETHER,
        .flags = IFF_UP | IFF_BROADCAST | IFF_MULTICAST | (link ? IFF_RUNNING | IFF_LOWER_UP : 0),
        .operstate = link ? IF_OPER_UP : IF_OPER_DOWN,
        .mtu = netif->mtu,
        .tx_queue = 1000,
        .qdisc = "noqueue",
        .traffic = card->traffic,
    };
    card_name(netif, i->name, sizeof(i->name));
    memcpy(i->hardware, netif->hwaddr, sizeof(i->hardware));
    memset(i->broadcast, 0xff, sizeof(i->broadcast));
    add_ipv4(i, netif);
    for (s8_t n = 0; n < LWIP_IPV6_NUM_ADDRESSES; n++)
        add_ipv6(i, netif, n);
    add_router6(i, netif);
}

void cards_configured(void)
{
    for (struct card *card = cards; card != NULL; card = card->next)
        describe(card, &card->told);
}

void cards_may_have_changed(void)
{
    news = true;
}

void cards_tell_changes(void)
{
    struct interface now;
    if (likely(!news))
        return;
    news = false;
    for (struct card *card = cards; card != NULL; card = card->next) {
        describe(card, &now);
        rtnetlink_changed(&card->told, &now);
        card->told = now;
    }
}

static void watch(void)
{
    net_lock();
    (void)net_start(); /* −ENOMEM: then there is nothing to be told */
    net_unlock();
}

static bool next_card(int from, struct interface *copy)
{
    struct card *card = NULL;
    net_lock();
    if (net_start() == 0)
        cards_await_address(false);
    for (card = cards; card != NULL && netif_get_index(&card->netif) < from; card = card->next)
        ;
    if (card != NULL)
        describe(card, copy);
    net_unlock();
    return card != NULL;
}

static unsigned tell_name_servers(struct interface_name_server *servers, unsigned max)
{
    unsigned n = 0;
    net_lock();
    if (net_start() == 0)
        cards_await_address(false);
    if (!ip4_addr_isany_val(name_server) && n < max) {
        servers[n] = (struct interface_name_server){.family = AF_INET};
        memcpy(servers[n++].bytes, &name_server.addr, sizeof(name_server.addr));
    }
    for (unsigned i = 0; i < ARRAY_SIZE(announced) && n < max; i++) {
        const ip6_addr_t *ip = ip_2_ip6(&announced[i]);
        if (ip6_addr_isany(ip))
            continue;
        servers[n] = (struct interface_name_server){.family = AF_INET6};
        memcpy(servers[n].bytes, ip->addr, sizeof(ip->addr));
        if (ip6_addr_islinklocal(ip))
            card_name(netif_get_by_index(ip6_addr_zone(ip)), servers[n].interface, IFNAMSIZ);
        n++;
    }
    net_unlock();
    return n;
}

static const struct interface_source source = {
    .next = next_card,
    .name_servers = tell_name_servers,
    .rows = inet_rows,
    .neighbours = inet_neighbours,
    .groups = inet_groups,
    .count = inet_count,
    .watch = watch,
};
