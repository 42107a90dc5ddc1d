/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: /proc/sys/net. What can be written are limits of sockets (net_limits.h) and what
 * connections begin with; what is only told is as the protocols have it. Locks: net_core, for some.
 */
#include <hermit/made_file.h>
#include <hermit/net_files.h>
#include <hermit/panic.h>
#include <hermit/string.h>
#include <linux/errno.h>

#include "net_limits.h"
#include "tcp.h"

#include "hooks.h"
#include "lwip/priv/tcp_priv.h"

#define BACKLOG_MAX     65535
#define TIME_STAMPS_MAX UINT8_MAX

static const struct {
    _Atomic unsigned *value;
    unsigned least, most;
} limits[] = {
    {&net_limits.somaxconn, 0, BACKLOG_MAX},
    {&net_limits.rmem_default, SOCKET_RCVBUF_MIN, INT32_MAX},
    {&net_limits.rmem_max, SOCKET_RCVBUF_MIN, INT32_MAX},
    {&net_limits.wmem_default, SOCKET_SNDBUF_MIN, INT32_MAX},
    {&net_limits.wmem_max, SOCKET_SNDBUF_MIN, INT32_MAX},
    {&tcp_fastopen_mode, 0, INT32_MAX},
    {&tcp_fastopen_blackhole, 0, INT32_MAX},
};

static void show_limit(struct text *t, uint64_t which)
{
    text_printf(t, "%u\n", load_relaxed(limits[which].value));
}

static int store_limit(const char *bytes, size_t n, uint64_t which)
{
    unsigned long number = 0;
    int err = made_number(bytes, n, &number);
    if (err != 0 || number < limits[which].least || number > limits[which].most)
        return -EINVAL;
    store_relaxed(limits[which].value, (unsigned)number);
    return 0;
}

static void show_number(struct text *t, uint64_t value)
{
    text_printf(t, "%lu\n", value);
}

static void show_ports(struct text *t, uint64_t value)
{
    (void)value;
    text_printf(t, "%d\t%d\n", TCP_LOCAL_PORT_RANGE_START, TCP_LOCAL_PORT_RANGE_END);
}

static void show_tcp_rmem(struct text *t, uint64_t value)
{
    (void)value;
    text_printf(t, "%lu\t%d\t%d\n", PAGE_SIZE, TCP_RCVBUF_DEFAULT, TCP_RCVBUF_MAX);
}

static void show_tcp_wmem(struct text *t, uint64_t value)
{
    (void)value;
    text_printf(t, "%lu\t%d\t%d\n", PAGE_SIZE, TCP_SNDBUF_DEFAULT, TCP_SNDBUF_MAX);
}

static void show_congestion(struct text *t, uint64_t value)
{
    (void)value;
    text_printf(t, TCP_CONGESTION_NAME "\n");
}

/* The one that there is. */
static int store_congestion(const char *bytes, size_t n, uint64_t value)
{
    (void)value;
    const size_t length = strlen(TCP_CONGESTION_NAME);
    bool same = n >= length && memcmp(bytes, TCP_CONGESTION_NAME, length) == 0;
    return same && (n == length || bytes[length] == '\n' || bytes[length] == '\0') ? 0 : -ENOENT;
}

static int store_blackhole(const char *bytes, size_t n, uint64_t which)
{
    int err = store_limit(bytes, n, which);
    if (err == 0)
        tcp_fastopen_forget_blackholes();
    return err;
}

static void show_key(struct text *t, uint64_t value)
{
    struct fastopen_keys keys;
    (void)value;
    tcp_fastopen_get_keys(&keys);
    for (unsigned i = 0; i < MAX(keys.nr, 1U); i++) {
        const uint32_t *w = (const uint32_t *)keys.key[i];
        text_printf(t, "%s%08x-%08x-%08x-%08x", i == 0 ? "" : ",", w[0], w[1], w[2], w[3]);
    }
    text_printf(t, "\n");
}

static int store_key(const char *bytes, size_t n, uint64_t value)
{
    (void)value;
    return tcp_fastopen_set_keys(bytes, n);
}

static void show_time_stamps(struct text *t, uint64_t value)
{
    (void)value;
    net_lock();
    unsigned stamps = lwip_time_stamps;
    net_unlock();
    text_printf(t, "%u\n", stamps);
}

static int store_time_stamps(const char *bytes, size_t n, uint64_t value)
{
    unsigned long number = 0;
    int err = made_number(bytes, n, &number);
    (void)value;
    if (err != 0 || number > TIME_STAMPS_MAX)
        return -EINVAL;
    net_lock();
    lwip_time_stamps = (uint8_t)number;
    net_unlock();
    return 0;
}

/* Whoever is in one of these groups may open ping sockets: all. */
static void show_ping_groups(struct text *t, uint64_t value)
{
    (void)value;
    text_printf(t, "0\t%d\n", INT32_MAX);
}

struct entry {
    struct made_file file;
    uint64_t value;
};

/* Programs read these; what else Linux has there is not. */
static const struct entry core[] = {
    {{"somaxconn", show_limit, 0644, store_limit}, 0},
    {{"rmem_default", show_limit, 0644, store_limit}, 1},
    {{"rmem_max", show_limit, 0644, store_limit}, 2},
    {{"wmem_default", show_limit, 0644, store_limit}, 3},
    {{"wmem_max", show_limit, 0644, store_limit}, 4},
};

static const struct entry ipv4[] = {
    {{"ip_default_ttl", show_number, 0444, NULL}, IP_DEFAULT_TTL},
    {{"ip_forward", show_number, 0444, NULL}, 0},
    {{"ip_local_port_range", show_ports, 0444, NULL}, 0},
    {{"ip_nonlocal_bind", show_number, 0444, NULL}, 0},
    {{"ip_unprivileged_port_start", show_number, 0444, NULL}, 1024},
    {{"igmp_max_memberships", show_number, 0444, NULL}, IGMP_MEMBERSHIPS_MAX},
    {{"igmp_max_msf", show_number, 0444, NULL}, IGMP_SOURCES_MAX},
    {{"ping_group_range", show_ping_groups, 0444, NULL}, 0},
    {{"tcp_allowed_congestion_control", show_congestion, 0444, NULL}, 0},
    {{"tcp_available_congestion_control", show_congestion, 0444, NULL}, 0},
    {{"tcp_congestion_control", show_congestion, 0644, store_congestion}, 0},
    {{"tcp_fastopen", show_limit, 0644, store_limit}, 5},
    {{"tcp_fastopen_blackhole_timeout_sec", show_limit, 0644, store_blackhole}, 6},
    {{"tcp_fastopen_key", show_key, 0600, store_key}, 0},
    {{"tcp_fin_timeout", show_number, 0444, NULL}, TCP_FIN_WAIT_TIMEOUT / 1000},
    {{"tcp_keepalive_intvl", show_number, 0444, NULL}, TCP_KEEPINTVL_DEFAULT / 1000},
    {{"tcp_keepalive_probes", show_number, 0444, NULL}, TCP_KEEPCNT_DEFAULT},
    {{"tcp_keepalive_time", show_number, 0444, NULL}, TCP_KEEPIDLE_DEFAULT / 1000},
    {{"tcp_moderate_rcvbuf", show_number, 0444, NULL}, 1},
    {{"tcp_rmem", show_tcp_rmem, 0444, NULL}, 0},
    {{"tcp_sack", show_number, 0444, NULL}, 1},
    {{"tcp_syn_retries", show_number, 0444, NULL}, TCP_SYNMAXRTX},
    {{"tcp_syncookies", show_number, 0444, NULL}, 0},
    {{"tcp_timestamps", show_time_stamps, 0644, store_time_stamps}, 0},
    {{"tcp_window_scaling", show_number, 0444, NULL}, 1},
    {{"tcp_wmem", show_tcp_wmem, 0444, NULL}, 0},
};

static const struct entry ipv6[] = {
    {{"bindv6only", show_number, 0444, NULL}, 0},
    {{"mld_max_msf", show_number, 0444, NULL}, MLD_SOURCES_MAX},
};

static const struct entry local[] = {
    {{"max_dgram_qlen", show_number, 0444, NULL}, LOCAL_DATAGRAMS_MAX},
};

static bool add_all(struct dentry *dir, const struct entry *entries, unsigned n)
{
    for (unsigned i = 0; dir != NULL && i < n; i++)
        if (!made_add(dir, &entries[i].file, entries[i].value))
            return false;
    return dir != NULL;
}

static int populate(struct dentry *dir)
{
    bool ok = add_all(made_directory(dir, "core"), core, ARRAY_SIZE(core)) &&
              add_all(made_directory(dir, "ipv4"), ipv4, ARRAY_SIZE(ipv4)) &&
              add_all(made_directory(dir, "ipv6"), ipv6, ARRAY_SIZE(ipv6)) &&
              add_all(made_directory(dir, "unix"), local, ARRAY_SIZE(local));
    return ok ? 0 : -ENOMEM;
}

const struct inode_ops net_limits_ops = {.populate = populate};
