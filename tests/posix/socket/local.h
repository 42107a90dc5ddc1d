/* SPDX-License-Identifier: BSD-3-Clause */
/* What the programs about sockets share. Any thread. */
#ifndef TESTS_POSIX_LOCAL_H
#define TESTS_POSIX_LOCAL_H

#include "check.h"
#include <poll.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

/* The address of a path, or after '@' of an abstract name. Returns its length. */
UNUSED static socklen_t local_address(struct sockaddr_un *a, const char *name)
{
    size_t length = strlen(name);

    memset(a, 0, sizeof(*a));
    a->sun_family = AF_UNIX;
    memcpy(a->sun_path, name, length);
    if (name[0] == '@')
        a->sun_path[0] = '\0';
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (name[0] != '@'));
}

UNUSED static int bind_to(int fd, const char *name)
{
    struct sockaddr_un a;
    socklen_t length = local_address(&a, name);

    return bind(fd, (struct sockaddr *)&a, length);
}

UNUSED static int connect_to(int fd, const char *name)
{
    struct sockaddr_un a;
    socklen_t length = local_address(&a, name);

    return connect(fd, (struct sockaddr *)&a, length);
}

UNUSED static int new_socket(int type)
{
    int fd = socket(AF_UNIX, type, 0);

    REQUIRE(fd >= 0);
    return fd;
}

UNUSED static int listening(int type, const char *name, int backlog)
{
    int fd = new_socket(type);

    REQUIRE(bind_to(fd, name) == 0 && listen(fd, backlog) == 0);
    return fd;
}

UNUSED static void new_pair(int type, int pair[2])
{
    REQUIRE(socketpair(AF_UNIX, type, 0, pair) == 0);
}

UNUSED static int poll_now(int fd)
{
    struct pollfd p = {.fd = fd,
                       .events = POLLIN | POLLPRI | POLLOUT | POLLRDHUP | POLLRDNORM | POLLWRNORM};

    REQUIRE(poll(&p, 1, 0) >= 0);
    return p.revents;
}

UNUSED static int int_option(int fd, int name)
{
    int value = -1;
    socklen_t length = sizeof(value);

    CHECK(getsockopt(fd, SOL_SOCKET, name, &value, &length) == 0 && length == sizeof(value));
    return value;
}

UNUSED static int set_int_option(int fd, int name, int value)
{
    return setsockopt(fd, SOL_SOCKET, name, &value, sizeof(value));
}

/* Prints a name; abstract ones begin with '@'. */
UNUSED static void show_name(const char *what, const struct sockaddr_un *a, socklen_t length)
{
    printf("%s: %d bytes", what, (int)length);
    if (length > offsetof(struct sockaddr_un, sun_path))
        printf(", %s%.*s", a->sun_path[0] ? "" : "@",
               (int)(length - offsetof(struct sockaddr_un, sun_path)) - (a->sun_path[0] == '\0'),
               a->sun_path + (a->sun_path[0] == '\0'));
    putchar('\n');
}

/* Sends one byte with n descriptors. */
UNUSED static ssize_t send_files(int fd, const int *fds, int n)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * 16)];
    } control = {0};
    struct iovec data = {"f", 1};
    struct msghdr m = {.msg_iov = &data,
                       .msg_iovlen = 1,
                       .msg_control = &control,
                       .msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)n)};
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);

    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int) * (size_t)n);
    memcpy(CMSG_DATA(c), fds, sizeof(int) * (size_t)n);
    return sendmsg(fd, &m, 0);
}

/* Receives a message with up to `room` descriptors, which it stores. Their number; -1: none. */
UNUSED static int receive_files(int fd, int *fds, int room, int flags, int *is_flags)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * 16)];
    } control = {0};
    char byte[64];
    struct iovec data = {byte, sizeof(byte)};
    struct msghdr m = {.msg_iov = &data,
                       .msg_iovlen = 1,
                       .msg_control = room < 0 ? NULL : &control,
                       .msg_controllen = room < 0 ? 0 : CMSG_LEN(sizeof(int) * (size_t)room)};
    int n = 0;

    if (recvmsg(fd, &m, flags) < 0)
        return -1;
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    if (c != NULL && c->cmsg_type == SCM_RIGHTS) {
        n = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        memcpy(fds, CMSG_DATA(c), sizeof(int) * (size_t)n);
    }
    if (is_flags != NULL)
        *is_flags = m.msg_flags;
    return n;
}

#endif
