/* SPDX-License-Identifier: BSD-3-Clause */
/* test: linux=no */
/* What can be written in /proc/sys/net has its effect. On Linux that would be on the host. */
#include "proc_sys_net.h"

static int put(const char *name, const char *text)
{
    int fd = open(path_of(name), O_WRONLY);
    ssize_t n = write(fd, text, strlen(text));
    int err = n < 0 ? errno : n == (ssize_t)strlen(text) ? 0 : -1;

    close(fd);
    return err;
}

static void buffers(const char *first, const char *most, int option)
{
    CHECK(put(first, "65536") == 0 && get(first) == 65536 && buffer_after(option, 0) == 65536);
    CHECK(put(most, "50000\n") == 0 && buffer_after(option, 1000000) == 100000);
    CHECK(put(most, "100") == EINVAL && put(most, "x") == EINVAL && put(most, "-1") == EINVAL);
    CHECK(put(most, "99999999999") == EINVAL && get(most) == 50000);
}

/* Of four connections that nobody accepts, the first ones are made. */
static void listens(int backlog, int made)
{
    int server = bound_socket(SOCK_STREAM, "127.0.0.1"), fd[4];

    REQUIRE(listen(server, backlog) == 0);
    for (int i = 0; i < 4; i++) {
        struct pollfd p = {.events = POLLOUT};
        p.fd = fd[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        CHECK(connect_to_socket(fd[i], server) == 0 || errno == EINPROGRESS);
        CHECK(poll(&p, 1, i < made ? 10000 : 200) == (i < made));
    }
    for (int i = 0; i < 4; i++)
        close(fd[i]);
    close(server);
}

int main(void)
{
    buffers("core/rmem_default", "core/rmem_max", SO_RCVBUF);
    buffers("core/wmem_default", "core/wmem_max", SO_SNDBUF);
    CHECK(put("ipv4/tcp_congestion_control", "reno\n") == 0);
    CHECK(put("ipv4/tcp_congestion_control", "cubic\n") == ENOENT);
    CHECK(put("ipv4/ip_default_ttl", "65") == EINVAL && get("ipv4/ip_default_ttl") == 64);
    CHECK(put("core/somaxconn", "65536") == EINVAL);
    CHECK(put("core/somaxconn", "65535") == 0);
    listens(65535, 4);
    CHECK(put("core/somaxconn", "1\n") == 0 && get("core/somaxconn") == 1);

    listens(100, 2); /* one more than that waits, and no other */
    return atomic_load(&check_failures) != 0;
}
