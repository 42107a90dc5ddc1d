/* SPDX-License-Identifier: BSD-3-Clause */
/* test: linux=no */
/* What can be written in /proc/sys/net has its effect. On Linux that would be on the host. */
#include "inet.h"

static const char *path_of(const char *name)
{
    static char path[128];

    snprintf(path, sizeof(path), "/proc/sys/net/%s", name);
    return path;
}

static int get(const char *name)
{
    char text[64] = "";
    int fd = open(path_of(name), O_RDONLY);

    REQUIRE(fd >= 0 && read(fd, text, sizeof(text) - 1) > 0);
    close(fd);
    return atoi(text);
}

static int put(const char *name, const char *text)
{
    int fd = open(path_of(name), O_WRONLY);
    ssize_t n = write(fd, text, strlen(text));
    int err = n < 0 ? errno : n == (ssize_t)strlen(text) ? 0 : -1;

    close(fd);
    return err;
}

static int buffer_after(int option, int asked)
{
    int fd = new_socket(AF_INET, SOCK_DGRAM);

    if (asked > 0)
        CHECK(set_int_option(fd, SOL_SOCKET, option, asked) == 0);
    int size = int_option(fd, SOL_SOCKET, option);
    close(fd);
    return size;
}

static void buffers(const char *first, const char *most, int option)
{
    CHECK(put(first, "65536") == 0 && get(first) == 65536 && buffer_after(option, 0) == 65536);
    CHECK(put(most, "50000\n") == 0 && buffer_after(option, 1000000) == 100000);
    CHECK(put(most, "100") == EINVAL && put(most, "x") == EINVAL && put(most, "-1") == EINVAL);
    CHECK(put(most, "99999999999") == EINVAL && get(most) == 50000);
}

int main(void)
{
    int server = bound_socket(SOCK_STREAM, "127.0.0.1"), fd[4];

    buffers("core/rmem_default", "core/rmem_max", SO_RCVBUF);
    buffers("core/wmem_default", "core/wmem_max", SO_SNDBUF);
    CHECK(put("ipv4/tcp_congestion_control", "reno\n") == 0);
    CHECK(put("ipv4/tcp_congestion_control", "cubic\n") == ENOENT);
    CHECK(put("ipv4/ip_default_ttl", "65") == EINVAL && get("ipv4/ip_default_ttl") == 64);
    CHECK(put("core/somaxconn", "65536") == EINVAL);
    CHECK(put("core/somaxconn", "1\n") == 0 && get("core/somaxconn") == 1);

    REQUIRE(listen(server, 100) == 0); /* one more than that waits, and no other */
    for (int i = 0; i < 4; i++) {
        struct pollfd p = {.events = POLLOUT};
        p.fd = fd[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        CHECK(connect_to_socket(fd[i], server) == 0 || errno == EINPROGRESS);
        CHECK(poll(&p, 1, i < 2 ? 10000 : 200) == (i < 2));
    }
    return atomic_load(&check_failures) != 0;
}
