/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* bind, listen, connect, accept by a path, by an abstract name and by one that the kernel chose;
 * what the ends are called. */
#include "local.h"

static void show_both(const char *what, int fd)
{
    struct sockaddr_un a;
    socklen_t length = sizeof(a);

    printf("%s\n", what);
    CHECK(getsockname(fd, (struct sockaddr *)&a, &length) == 0);
    show_name("  own", &a, length);
    length = sizeof(a);
    CHECK(getpeername(fd, (struct sockaddr *)&a, &length) == 0);
    show_name("  peer", &a, length);
}

static void try_name(const char *name, int type, const char *own)
{
    struct sockaddr_un a;
    socklen_t length = sizeof(a);
    char buf[8] = {0};
    int server = listening(type, name, 5), client = new_socket(type);

    if (own != NULL)
        CHECK(bind_to(client, own) == 0);
    CHECK(connect_to(client, name) == 0);
    CHECK(write(client, "early", 5) == 5);
    int end = accept4(server, (struct sockaddr *)&a, &length, SOCK_CLOEXEC);
    CHECK(end >= 0 && fcntl(end, F_GETFD) == FD_CLOEXEC && fcntl(end, F_GETFL) == O_RDWR);
    show_name("accepted", &a, length);
    show_both("client", client);
    show_both("server", end);
    CHECK(read(end, buf, 8) == 5 && write(end, "late", 4) == 4 && read(client, buf, 8) == 4);
    printf("%s\n", buf);
    CHECK_ERRNO(connect_to(client, name), EISCONN);
    CHECK(close(end) == 0 && close(client) == 0 && close(server) == 0);
}

int main(void)
{
    enter_scratch();
    for (int i = 0; i < 2; i++) {
        int type = i ? SOCK_SEQPACKET : SOCK_STREAM;
        try_name("path", type, NULL);
        CHECK(unlink("path") == 0);
        try_name("./path", type, "mine");
        CHECK(unlink("path") == 0 && unlink("mine") == 0);
        try_name("@test.abstract", type, "@test.mine");
    }
    struct stat st;
    int fd = new_socket(SOCK_STREAM);
    CHECK(bind_to(fd, "node") == 0 && stat("node", &st) == 0 && S_ISSOCK(st.st_mode));
    printf("mode %o\n", st.st_mode & 07777);
    CHECK_ERRNO(open("node", O_RDWR), ENXIO);
    CHECK_ERRNO(bind_to(new_socket(SOCK_STREAM), "node"), EADDRINUSE);
    CHECK_ERRNO(bind_to(fd, "other"), EINVAL);
    CHECK_ERRNO(connect_to(new_socket(SOCK_STREAM), "node"), ECONNREFUSED); /* nobody listens */
    CHECK(close(fd) == 0);
    CHECK_ERRNO(connect_to(new_socket(SOCK_STREAM), "node"), ECONNREFUSED);
    CHECK_ERRNO(connect_to(new_socket(SOCK_STREAM), "none"), ENOENT);
    CHECK_ERRNO(connect_to(new_socket(SOCK_STREAM), "@test.none"), ECONNREFUSED);
    CHECK_ERRNO(bind_to(new_socket(SOCK_STREAM), "no/folder"), ENOENT);
    CHECK(mknod("by hand", S_IFSOCK | 0600, 0) == 0);
    CHECK_ERRNO(connect_to(new_socket(SOCK_STREAM), "by hand"), ECONNREFUSED);
    make_file("file", "text");
    CHECK_ERRNO(connect_to(new_socket(SOCK_STREAM), "file"), ECONNREFUSED);
    int by_path = listening(SOCK_STREAM, "by path", 1);
    CHECK_ERRNO(connect_to(new_socket(SOCK_DGRAM), "by path"), EPROTOTYPE);
    CHECK_ERRNO(connect_to(new_socket(SOCK_SEQPACKET), "by path"), EPROTOTYPE);
    CHECK_ERRNO(connect_to(by_path, "by path"), EINVAL);
    /* An abstract name is another one for each type. */
    int server = listening(SOCK_STREAM, "@test.type", 1);
    CHECK_ERRNO(connect_to(new_socket(SOCK_DGRAM), "@test.type"), ECONNREFUSED);
    CHECK(bind_to(new_socket(SOCK_SEQPACKET), "@test.type") == 0);
    CHECK_ERRNO(bind_to(new_socket(SOCK_STREAM), "@test.type"), EADDRINUSE);
    CHECK_ERRNO(connect_to(server, "@test.type"), EINVAL);
    CHECK(rename("node", "renamed") == 0);
    return check_done();
}
