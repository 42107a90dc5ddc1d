/* SPDX-License-Identifier: BSD-3-Clause */
/* What socket, socketpair and calls on what is no socket refuse. */
#include "local.h"

int main(void)
{
    int pair[2], ends[2];
    struct sockaddr_un a;
    socklen_t length = sizeof(a);
    char byte;

    REQUIRE(pipe(ends) == 0);
    CHECK_ERRNO(socket(-1, SOCK_STREAM, 0), EAFNOSUPPORT);
    CHECK_ERRNO(socket(4711, SOCK_STREAM, 0), EAFNOSUPPORT);
    CHECK_ERRNO(socket(AF_UNSPEC, SOCK_STREAM, 0), EAFNOSUPPORT);
    CHECK_ERRNO(socket(AF_UNIX, 0, 0), ESOCKTNOSUPPORT);
    CHECK_ERRNO(socket(AF_UNIX, SOCK_RDM, 0), ESOCKTNOSUPPORT);
    CHECK_ERRNO(socket(AF_UNIX, 11, 0), EINVAL);
    CHECK_ERRNO(socket(AF_UNIX, SOCK_STREAM | 0x1000000, 0), EINVAL);
    CHECK_ERRNO(socket(AF_UNIX, SOCK_STREAM, 2), EPROTONOSUPPORT);
    int fd = socket(AF_UNIX, SOCK_STREAM, PF_UNIX);
    CHECK(fd >= 0 && fcntl(fd, F_GETFL) == O_RDWR && fcntl(fd, F_GETFD) == 0);
    int other = socket(AF_UNIX, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    CHECK(other >= 0 && fcntl(other, F_GETFL) == (O_RDWR | O_NONBLOCK));
    CHECK(fcntl(other, F_GETFD) == FD_CLOEXEC);
    printf("raw is %d, stream %d\n", int_option(other, SO_TYPE), int_option(fd, SO_TYPE));
    printf("domain %d, protocol %d\n", int_option(fd, SO_DOMAIN), int_option(fd, SO_PROTOCOL));
    CHECK_ERRNO(socketpair(AF_UNIX, SOCK_STREAM, 7, pair), EPROTONOSUPPORT);
    CHECK_ERRNO(socketpair(AF_UNIX, SOCK_STREAM | 0x1000000, 0, pair), EINVAL);
    CHECK_ERRNO(socketpair(AF_UNIX, SOCK_STREAM, 0, NULL), EFAULT);
    CHECK_ERRNO(socketpair(4711, SOCK_STREAM, 0, pair), EAFNOSUPPORT);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == 0);
    CHECK(fcntl(pair[1], F_GETFL) == (O_RDWR | O_NONBLOCK) && fcntl(pair[0], F_GETFD) == 1);

    CHECK_ERRNO(bind(ends[0], NULL, 0), ENOTSOCK);
    CHECK_ERRNO(bind(-1, NULL, 0), EBADF);
    CHECK_ERRNO(listen(ends[0], 1), ENOTSOCK);
    CHECK_ERRNO(accept(ends[0], NULL, NULL), ENOTSOCK);
    CHECK_ERRNO(accept4(fd, NULL, NULL, 1), EINVAL);
    CHECK_ERRNO(connect(ends[0], NULL, 0), ENOTSOCK);
    CHECK_ERRNO(send(ends[0], "x", 1, 0), ENOTSOCK);
    CHECK_ERRNO(recv(ends[0], &byte, 1, 0), ENOTSOCK);
    CHECK_ERRNO(shutdown(ends[0], 0), ENOTSOCK);
    CHECK_ERRNO(getsockname(ends[0], (struct sockaddr *)&a, &length), ENOTSOCK);
    CHECK_ERRNO(getpeername(fd, (struct sockaddr *)&a, &length), ENOTCONN);
    CHECK_ERRNO(setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &fd, 4), ENOTSOCK);
    CHECK_ERRNO(bind(fd, (struct sockaddr *)&a, 129), EINVAL);
    CHECK_ERRNO(bind(fd, (struct sockaddr *)&a, (socklen_t)-1), EINVAL);
    CHECK_ERRNO(shutdown(fd, 3), EINVAL);
    CHECK_ERRNO(shutdown(fd, -1), EINVAL);
    CHECK_ERRNO(lseek(fd, 0, SEEK_SET), ESPIPE);
    CHECK_ERRNO(pread(fd, &byte, 1, 0), ESPIPE);
    struct stat st;
    CHECK(fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode));
    printf("mode %o\n", st.st_mode);
    return check_done();
}
