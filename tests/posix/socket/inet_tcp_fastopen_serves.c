/* SPDX-License-Identifier: BSD-3-Clause */
/* test: linux=no */
/* A server that takes part in TCP Fast Open gives cookies, and takes data with a SYN from who has
 * one. On Linux the sysctls would be the host's. */
#include "inet.h"
#include <fcntl.h>

#ifndef TCP_FASTOPEN_KEY
#define TCP_FASTOPEN_KEY 33
#endif

/* 0 or errno. */
static int set_sysctl(const char *name, const char *value)
{
    char path[128];
    int fd, error;

    snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s", name);
    fd = open(path, O_WRONLY);
    REQUIRE(fd >= 0);
    error = write(fd, value, strlen(value)) < 0 ? errno : 0;
    close(fd);
    return error;
}

static void check_sysctl(const char *name, const char *expected)
{
    char path[128], value[256] = "";
    int fd;

    snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s", name);
    fd = open(path, O_RDONLY);
    REQUIRE(fd >= 0 && read(fd, value, sizeof(value) - 1) > 0);
    close(fd);
    CHECK(strcmp(value, expected) == 0);
}

static int with_syn(int fd)
{
    struct tcp_info i = {0};
    socklen_t length = sizeof(i);

    REQUIRE(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &i, &length) == 0);
    return (i.tcpi_options & 32) != 0;
}

/* One connection that says "hello", with its SYN or not, and is answered. */
static void talk(int server, int early)
{
    struct address name = own_name(server);
    int fd = new_socket(name.any.sa_family, SOCK_STREAM), end;
    char data[16];

    REQUIRE(sendto(fd, "hello", 5, MSG_FASTOPEN, &name.any, name.length) == 5);
    end = accept(server, NULL, NULL);
    REQUIRE(end >= 0 && recv(end, data, 5, MSG_WAITALL) == 5 && memcmp(data, "hello", 5) == 0);
    REQUIRE(write(end, "world", 5) == 5 && recv(fd, data, 5, MSG_WAITALL) == 5);
    CHECK(with_syn(fd) == early && with_syn(end) == early);
    close(fd);
    CHECK(read(end, data, 1) == 0);
    close(end);
}

static void set_max(int fd, int max)
{
    REQUIRE(setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN, &max, sizeof(max)) == 0);
}

static void set_keys(int fd, const char *keys, socklen_t size)
{
    REQUIRE(setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_KEY, keys, size) == 0);
}

/* `known`: its addresses have a cookie of the common key from before. */
static void cookies(const char *address, int known)
{
    int server = listening_socket(address, 7);

    talk(server, 0);
    set_max(server, 5);
    talk(server, known);
    talk(server, 1);
    set_keys(server, "0123456789abcdef", 16);
    talk(server, 0);
    talk(server, 1);
    set_keys(server, "fedcba98765432100123456789abcdef", 32);
    talk(server, 1);
    set_keys(server, "fedcba9876543210", 16);
    talk(server, 1); /* the one before has told the first key's */
    set_max(server, 0);
    talk(server, 0);
    close(server);
}

static void without_options(void)
{
    int server, max = 0;
    socklen_t length = sizeof(max);

    CHECK(set_sysctl("tcp_fastopen", "1027") == 0); /* 0x403: all that listen */
    server = listening_socket("127.0.0.1", 7);
    CHECK(getsockopt(server, IPPROTO_TCP, TCP_FASTOPEN, &max, &length) == 0 && max == 7);
    talk(server, 0);
    talk(server, 1);
    close(server);
    CHECK(set_sysctl("tcp_fastopen", "519") == 0); /* 0x207: no cookies */
    server = listening_socket("127.0.0.1", 7);
    set_max(server, 1);
    talk(server, 1);
    CHECK(set_sysctl("tcp_fastopen", "1") == 0);
    talk(server, 0);
    close(server);
}

/* A connection that asks for Fast Open while that is switched off. */
static void switched_off(void)
{
    int fd = new_socket(AF_INET, SOCK_STREAM), one = 1;
    struct address name = address_of("127.0.0.1", 1);

    CHECK(set_sysctl("tcp_fastopen", "0") == 0);
    CHECK_ERRNO(sendto(fd, "a", 1, MSG_FASTOPEN, &name.any, name.length), EOPNOTSUPP);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &one, sizeof(one)), EOPNOTSUPP);
    close(fd);
}

int main(void)
{
    check_sysctl("tcp_fastopen", "1\n");
    check_sysctl("tcp_fastopen_blackhole_timeout_sec", "0\n");
    check_sysctl("tcp_fastopen_key", "00000000-00000000-00000000-00000000\n");
    CHECK(set_sysctl("tcp_fastopen_key", "1-2-3") == EINVAL);
    CHECK(set_sysctl("tcp_fastopen_key", "1-2-3-4,") == EINVAL);
    CHECK(set_sysctl("tcp_fastopen_key", "1-2-3-4,5-6-7-89abcdef\n") == 0);
    check_sysctl("tcp_fastopen_key", "00000001-00000002-00000003-00000004,"
                                     "00000005-00000006-00000007-89abcdef\n");
    CHECK(set_sysctl("tcp_fastopen_key", "a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4") == 0);
    check_sysctl("tcp_fastopen_key", "a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4\n");
    CHECK(set_sysctl("tcp_fastopen", "3") == 0);
    cookies("127.0.0.1", 0);
    cookies("::1", 0);
    without_options();
    switched_off();
    CHECK(set_sysctl("tcp_timestamps", "0") == 0);
    CHECK(set_sysctl("tcp_fastopen", "3") == 0);
    cookies("127.0.0.1", 1);
    return atomic_load(&check_failures) != 0;
}
