/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP's options with a number: what a new socket has, what they take, what accept hands on. */
#include "inet.h"

#include <limits.h>

static const struct {
    const char *name;
    int option;
} options[] = {
    {"maxseg", TCP_MAXSEG},
    {"syncnt", TCP_SYNCNT},
    {"linger2", TCP_LINGER2},
    {"defer accept", TCP_DEFER_ACCEPT},
    {"window clamp", TCP_WINDOW_CLAMP},
    {"quickack", TCP_QUICKACK},
    {"user timeout", TCP_USER_TIMEOUT},
    {"notsent lowat", TCP_NOTSENT_LOWAT},
};

static const int values[] = {INT_MIN, -1, 0,   1,   2,   3,    7,     8,
                             60,      88, 120, 127, 128, 1000, 40000, INT_MAX};

static void try_values(const char *name, int option)
{
    int fd = new_socket(AF_INET, SOCK_STREAM);

    printf("%s: %d", name, int_option(fd, IPPROTO_TCP, option));
    for (unsigned i = 0; i < sizeof(values) / sizeof(*values); i++) {
        int err = set_int_option(fd, IPPROTO_TCP, option, values[i]) == 0 ? 0 : errno;
        if (err != 0)
            printf(", %d refused%s", values[i], err == EINVAL ? "" : " otherwise");
        else
            printf(", %d is %d", values[i], int_option(fd, IPPROTO_TCP, option));
    }
    putchar('\n');
    char byte = 1;
    CHECK_ERRNO(setsockopt(fd, IPPROTO_TCP, option, &byte, 1), EINVAL);
    close(fd);
}

int main(void)
{
    int server = bound_socket(SOCK_STREAM, "127.0.0.1"), fd, end;

    for (unsigned i = 0; i < sizeof(options) / sizeof(*options); i++)
        try_values(options[i].name, options[i].option);
    CHECK(set_int_option(server, IPPROTO_TCP, TCP_MAXSEG, 1000) == 0);
    CHECK(set_int_option(server, IPPROTO_TCP, TCP_SYNCNT, 3) == 0);
    CHECK(set_int_option(server, IPPROTO_TCP, TCP_LINGER2, 5) == 0);
    CHECK(set_int_option(server, IPPROTO_TCP, TCP_USER_TIMEOUT, 12345) == 0);
    CHECK(set_int_option(server, IPPROTO_TCP, TCP_NOTSENT_LOWAT, 5000) == 0);
    REQUIRE(listen(server, 1) == 0);
    CHECK_ERRNO(set_int_option(server, IPPROTO_TCP, TCP_WINDOW_CLAMP, 0), EINVAL);
    fd = new_socket(AF_INET, SOCK_STREAM);
    REQUIRE(connect_to_socket(fd, server) == 0);
    end = accept(server, NULL, NULL);
    printf("accepted: syncnt %d, linger2 %d, user timeout %d, notsent lowat %d\n",
           int_option(end, IPPROTO_TCP, TCP_SYNCNT), int_option(end, IPPROTO_TCP, TCP_LINGER2),
           int_option(end, IPPROTO_TCP, TCP_USER_TIMEOUT),
           int_option(end, IPPROTO_TCP, TCP_NOTSENT_LOWAT));
    /* Linux takes a time stamp's 12 bytes off. */
    printf("segments: server %d, accepted %s, client %s\n",
           int_option(server, IPPROTO_TCP, TCP_MAXSEG),
           int_option(end, IPPROTO_TCP, TCP_MAXSEG) <= 1000 ? "small" : "large",
           int_option(fd, IPPROTO_TCP, TCP_MAXSEG) <= 1000 ? "small" : "large");
    CHECK(int_option(fd, IPPROTO_TCP, TCP_MAXSEG) >= 1000 - 12);
    close(fd);
    close(end);
    close(server);
    return check_done();
}
