/* SPDX-License-Identifier: BSD-3-Clause */
/* The options of TCP Fast Open: which values they take in which state, and keys. */
#include "inet.h"

#ifndef TCP_FASTOPEN_KEY
#define TCP_FASTOPEN_KEY 33
#endif
#ifndef TCP_FASTOPEN_NO_COOKIE
#define TCP_FASTOPEN_NO_COOKIE 34
#endif

static void set(int fd, const char *what, int name, int value)
{
    int result = setsockopt(fd, IPPROTO_TCP, name, &value, sizeof(value));

    printf("%s %d: %s", what, value, result == 0 ? "ok" : strerror(errno));
    socklen_t length = sizeof(value);
    CHECK(getsockopt(fd, IPPROTO_TCP, name, &value, &length) == 0);
    printf(", is %d, %d bytes\n", value, (int)length);
}

static void all_values(int fd, const char *state)
{
    printf("%s:\n", state);
    set(fd, "TCP_FASTOPEN", TCP_FASTOPEN, 5);
    set(fd, "TCP_FASTOPEN", TCP_FASTOPEN, -1);
    set(fd, "TCP_FASTOPEN", TCP_FASTOPEN, 0);
    set(fd, "TCP_FASTOPEN", TCP_FASTOPEN, 100);
    set(fd, "TCP_FASTOPEN_CONNECT", TCP_FASTOPEN_CONNECT, 1);
    set(fd, "TCP_FASTOPEN_CONNECT", TCP_FASTOPEN_CONNECT, 2);
    set(fd, "TCP_FASTOPEN_CONNECT", TCP_FASTOPEN_CONNECT, -1);
    set(fd, "TCP_FASTOPEN_CONNECT", TCP_FASTOPEN_CONNECT, 0);
    set(fd, "TCP_FASTOPEN_NO_COOKIE", TCP_FASTOPEN_NO_COOKIE, 1);
    set(fd, "TCP_FASTOPEN_NO_COOKIE", TCP_FASTOPEN_NO_COOKIE, 2);
    set(fd, "TCP_FASTOPEN_NO_COOKIE", TCP_FASTOPEN_NO_COOKIE, 0);
}

static void set_key(int fd, size_t size)
{
    char key[64];
    unsigned char got[64];
    socklen_t length = sizeof(got);

    for (size_t i = 0; i < sizeof(key); i++)
        key[i] = (char)(i + size);
    printf("key of %d bytes: ", (int)size);
    printf("%s", setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_KEY, key, (socklen_t)size) == 0
                     ? "ok"
                     : strerror(errno));
    CHECK(getsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_KEY, got, &length) == 0);
    printf(", is %d bytes", (int)length);
    if (length > 0)
        printf(", %d to %d", got[0], got[length - 1]);
    printf("\n");
}

int main(void)
{
    int fd = new_socket(AF_INET, SOCK_STREAM), server = listening_socket("127.0.0.1", 7), value = 1;
    int client = new_socket(AF_INET, SOCK_STREAM);
    unsigned char got[64];
    socklen_t length = 20;

    all_values(fd, "new");
    all_values(server, "listening");
    REQUIRE(connect_to_socket(client, server) == 0);
    all_values(client, "connected");

    set_key(fd, 16);
    set_key(fd, 15);
    set_key(fd, 17);
    set_key(fd, 32);
    set_key(fd, 33);
    set_key(fd, 4);
    set_key(client, 16);
    CHECK(getsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_KEY, got, &length) == 0);
    printf("in 20 bytes: %d\n", (int)length);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_KEY, (void *)8, 16), EFAULT);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN, (void *)8, 4), EFAULT);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN, &value, 3), EINVAL);
    CHECK_ERRNO(getsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN, (void *)8, &length), EFAULT);
    return check_done();
}
