/* SPDX-License-Identifier: BSD-3-Clause */
/* Lengths and families of addresses; a name that the kernel chooses; listen and accept out of
 * turn. */
#include "local.h"

int main(void)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "x"}, b;
    socklen_t length = sizeof(b), family = offsetof(struct sockaddr_un, sun_path);
    int fd = new_socket(SOCK_STREAM);

    enter_scratch();
    CHECK_ERRNO(bind(fd, (struct sockaddr *)&a, 1), EINVAL);
    CHECK_ERRNO(bind(fd, (struct sockaddr *)&a, 0), EINVAL);
    CHECK_ERRNO(bind(fd, (struct sockaddr *)&a, sizeof(a) + 1), EINVAL);
    CHECK_ERRNO(bind(fd, (struct sockaddr *)8, 10), EFAULT);
    a.sun_family = AF_INET;
    CHECK_ERRNO(bind(fd, (struct sockaddr *)&a, sizeof(a)), EINVAL);
    a.sun_family = AF_UNIX;
    CHECK_ERRNO(connect(fd, (struct sockaddr *)&a, family), EINVAL);
    CHECK_ERRNO(connect(fd, (struct sockaddr *)&a, sizeof(a) + 1), EINVAL);
    CHECK(getsockname(fd, (struct sockaddr *)&b, &length) == 0);
    show_name("unbound", &b, length);
    CHECK_ERRNO(listen(fd, 1), EINVAL);
    CHECK_ERRNO(accept(fd, NULL, NULL), EINVAL);
    CHECK(bind(fd, (struct sockaddr *)&a, family) == 0);
    length = sizeof(b);
    CHECK(getsockname(fd, (struct sockaddr *)&b, &length) == 0);
    CHECK(length == family + 6 && b.sun_path[0] == '\0' &&
          strspn(b.sun_path + 1, "0123456789abcdef") == 5);
    CHECK(bind(fd, (struct sockaddr *)&a, family) == 0); /* it has one */
    CHECK(listen(fd, 1) == 0 && listen(fd, 2) == 0 && int_option(fd, SO_ACCEPTCONN) == 1);
    CHECK_ERRNO(listen(new_socket(SOCK_DGRAM), 1), EOPNOTSUPP);
    CHECK_ERRNO(accept(new_socket(SOCK_DGRAM), NULL, NULL), EOPNOTSUPP);
    /* A path of all bytes, without its NUL. */
    int full = new_socket(SOCK_DGRAM);
    memset(a.sun_path, 'p', sizeof(a.sun_path));
    CHECK(bind(full, (struct sockaddr *)&a, sizeof(a)) == 0);
    length = 5;
    CHECK(getsockname(full, (struct sockaddr *)&b, &length) == 0);
    printf("whole length %d\n", (int)length);
    length = (socklen_t)-1;
    CHECK_ERRNO(getsockname(full, (struct sockaddr *)&b, &length), EINVAL);
    CHECK_ERRNO(getsockname(full, (struct sockaddr *)&b, NULL), EFAULT);
    length = sizeof(b);
    CHECK_ERRNO(getsockname(full, (struct sockaddr *)8, &length), EFAULT);
    return check_done();
}
