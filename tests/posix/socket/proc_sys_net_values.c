/* SPDX-License-Identifier: BSD-3-Clause */
/* /proc/sys/net: values that programs read, and that sockets agree with. */
#include "proc_sys_net.h"
#include <limits.h>

/* Does a connection send them? */
static bool has_time_stamps(void)
{
    int server = listening_socket("127.0.0.1", 1), fd = new_socket(AF_INET, SOCK_STREAM);
    struct tcp_info info = {0};

    REQUIRE(connect_to_socket(fd, server) == 0);
    CHECK(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &(socklen_t){sizeof(info)}) == 0);
    close(fd);
    close(server);
    return info.tcpi_options & 1; /* TCPI_OPT_TIMESTAMPS */
}

int main(void)
{
    static const char *const names[] = {"core/somaxconn",
                                        "core/rmem_default",
                                        "core/wmem_default",
                                        "ipv4/ip_default_ttl",
                                        "ipv4/ip_forward",
                                        "ipv4/ip_local_port_range",
                                        "ipv4/ip_nonlocal_bind",
                                        "ipv4/ip_unprivileged_port_start",
                                        "ipv4/igmp_max_memberships",
                                        "ipv4/igmp_max_msf",
                                        "ipv4/ping_group_range",
                                        "ipv4/tcp_allowed_congestion_control",
                                        "ipv4/tcp_available_congestion_control",
                                        "ipv4/tcp_congestion_control",
                                        "ipv4/tcp_fastopen",
                                        "ipv4/tcp_fin_timeout",
                                        "ipv4/tcp_keepalive_intvl",
                                        "ipv4/tcp_keepalive_probes",
                                        "ipv4/tcp_keepalive_time",
                                        "ipv4/tcp_moderate_rcvbuf",
                                        "ipv4/tcp_rmem",
                                        "ipv4/tcp_sack",
                                        "ipv4/tcp_syn_retries",
                                        "ipv4/tcp_syncookies",
                                        "ipv4/tcp_timestamps",
                                        "ipv4/tcp_window_scaling",
                                        "ipv4/tcp_wmem",
                                        "ipv6/bindv6only",
                                        "ipv6/mld_max_msf",
                                        "unix/max_dgram_qlen"};
    struct address a;
    int low, high, fd;

    for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
        CHECK(access(path_of(names[i]), R_OK) == 0);
    CHECK_ERRNO(open(path_of("ipv4/none-such"), O_RDONLY), ENOENT);
    printf("ttl %d, memberships %d, sources %d and %d\n", get("ipv4/ip_default_ttl"),
           get("ipv4/igmp_max_memberships"), get("ipv4/igmp_max_msf"), get("ipv6/mld_max_msf"));
    printf("keepalive %d %d %d, scaling %d\n", get("ipv4/tcp_keepalive_time"),
           get("ipv4/tcp_keepalive_intvl"), get("ipv4/tcp_keepalive_probes"),
           get("ipv4/tcp_window_scaling"));
    CHECK((get("ipv4/tcp_timestamps") != 0) == has_time_stamps());

    FILE *f = fopen(path_of("ipv4/ip_local_port_range"), "r");
    REQUIRE(f != NULL && fscanf(f, "%d%d", &low, &high) == 2);
    fclose(f);
    fd = bound_socket(SOCK_DGRAM, "127.0.0.1");
    a = own_name(fd);
    CHECK(port_of(&a) >= low && port_of(&a) <= high);

    f = fopen(path_of("ipv4/tcp_congestion_control"), "r");
    char name[32], used[32] = "";
    REQUIRE(f != NULL && fscanf(f, "%31s", name) == 1);
    fclose(f);
    fd = new_socket(AF_INET, SOCK_STREAM);
    CHECK(getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, used, &(socklen_t){sizeof(used)}) == 0);
    CHECK(strcmp(name, used) == 0);

    CHECK(get("core/somaxconn") == 4096);
    CHECK(buffer_after(SO_RCVBUF, 0) == get("core/rmem_default"));
    CHECK(buffer_after(SO_SNDBUF, 0) == get("core/wmem_default"));
    CHECK(buffer_after(SO_RCVBUF, INT_MAX) == 2 * get("core/rmem_max"));
    CHECK(buffer_after(SO_SNDBUF, INT_MAX) == 2 * get("core/wmem_max"));
    return check_done();
}
