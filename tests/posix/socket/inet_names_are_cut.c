/* SPDX-License-Identifier: BSD-3-Clause */
/* Names that do not fit are cut, their whole length is told; negative lengths are EINVAL. */
#include "inet.h"
#include <sys/syscall.h>

int main(void)
{
    int server = listening_socket("127.0.0.1", 5), fd = new_socket(AF_INET, SOCK_STREAM), end;
    struct address a;
    socklen_t length;

    memset(&a, 0xee, sizeof(a));
    length = 4;
    CHECK(getsockname(server, &a.any, &length) == 0 && length == sizeof(a.v4));
    CHECK(a.any.sa_family == AF_INET && a.v4.sin_addr.s_addr == 0xeeeeeeee);
    length = 0;
    CHECK(getsockname(server, NULL, &length) == 0 && length == sizeof(a.v4));
    length = (socklen_t)-1;
    CHECK_ERRNO(getsockname(server, &a.any, &length), EINVAL);
    CHECK(connect_to_socket(fd, server) == 0);
    length = (socklen_t)-1;
    CHECK_ERRNO(getpeername(fd, &a.any, &length), EINVAL);
    CHECK_ERRNO(syscall(SYS_accept4, server, NULL, NULL, 1), EINVAL);
    memset(&a, 0xee, sizeof(a));
    length = 2;
    end = accept(server, &a.any, &length);
    CHECK(end >= 0 && length == sizeof(a.v4));
    CHECK(a.any.sa_family == AF_INET && a.v4.sin_port == 0xeeee);
    CHECK_ERRNO(connect(fd, &a.any, (socklen_t)-1), EINVAL);
    CHECK_ERRNO(connect(fd, &a.any, 129), EINVAL);
    CHECK_ERRNO(bind(fd, &a.any, 129), EINVAL);
    CHECK_ERRNO(listen(100, 1), EBADF);
    CHECK_ERRNO(listen(STDIN_FILENO, 1), ENOTSOCK);
    CHECK_ERRNO(bind(STDIN_FILENO, &a.any, sizeof(a.v4)), ENOTSOCK);
    return check_done();
}
