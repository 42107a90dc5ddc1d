/* SPDX-License-Identifier: BSD-3-Clause */
/* SO_PEERCRED, SO_PASSCRED and SCM_CREDENTIALS tell who is at the other end. */
#include "local.h"

static void show(const char *what, const struct ucred *c)
{
    printf("%s: %s, uid %d, gid %d\n", what, c->pid == getpid() ? "this process" : "nobody",
           (int)c->uid - (int)getuid() * (c->uid == getuid()),
           (int)c->gid - (int)getgid() * (c->gid == getgid()));
}

static void peer(const char *what, int fd)
{
    struct ucred c;
    socklen_t length = sizeof(c);

    CHECK(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c, &length) == 0 && length == sizeof(c));
    show(what, &c);
}

static int receive(int fd, struct ucred *c)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(struct ucred))];
    } control = {0};
    char byte[8];
    struct iovec data = {byte, 8};
    struct msghdr m = {.msg_iov = &data,
                       .msg_iovlen = 1,
                       .msg_control = &control,
                       .msg_controllen = sizeof(control)};

    CHECK(recvmsg(fd, &m, 0) >= 0);
    struct cmsghdr *h = CMSG_FIRSTHDR(&m);
    if (h == NULL)
        return 0;
    CHECK(h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_CREDENTIALS);
    memcpy(c, CMSG_DATA(h), sizeof(*c));
    return 1;
}

static ssize_t send_creds(int fd, const struct ucred *c, size_t size)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(struct ucred) + 8)];
    } control = {0};
    struct iovec data = {"c", 1};
    struct msghdr m = {.msg_iov = &data,
                       .msg_iovlen = 1,
                       .msg_control = &control,
                       .msg_controllen = CMSG_SPACE(size)};
    struct cmsghdr *h = CMSG_FIRSTHDR(&m);

    h->cmsg_level = SOL_SOCKET;
    h->cmsg_type = SCM_CREDENTIALS;
    h->cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(h), c, sizeof(*c));
    return sendmsg(fd, &m, 0);
}

int main(void)
{
    int pair[2], fd = new_socket(SOCK_STREAM);
    struct ucred c, own = {getpid(), getuid(), getgid()};

    peer("unconnected", fd);
    new_pair(SOCK_STREAM, pair);
    peer("pair", pair[0]);
    int server = listening(SOCK_STREAM, "@test.creds", 2);
    CHECK(connect_to(fd, "@test.creds") == 0);
    int end = accept(server, NULL, NULL);
    peer("client", fd);
    peer("server", end);

    new_pair(SOCK_DGRAM, pair);
    CHECK(send(pair[0], "x", 1, 0) == 1 && receive(pair[1], &c) == 0);
    CHECK(set_int_option(pair[1], SO_PASSCRED, 1) == 0 && int_option(pair[1], SO_PASSCRED) == 1);
    CHECK(send(pair[0], "x", 1, 0) == 1 && receive(pair[1], &c) == 1);
    show("passed", &c);
    CHECK(send_creds(pair[0], &own, sizeof(own)) == 1 && receive(pair[1], &c) == 1);
    show("sent", &c);
    CHECK_ERRNO(send_creds(pair[0], &own, sizeof(own) + 4), EINVAL);
    own.pid = 0x3fffffff;
    CHECK_ERRNO(send_creds(pair[0], &own, sizeof(own)), ESRCH);
    return check_done();
}
