/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* readv, writev, preadv and pwritev gather and scatter in order; bad counts are EINVAL. */
#include "check.h"
#include <limits.h>
#include <sys/uio.h>

int main(void)
{
    char a[4] = {0}, b[6] = {0}, c[20] = {0};
    struct iovec out[] = {{"one", 3}, {"", 0}, {"two", 3}, {"three", 5}};
    struct iovec in[] = {{a, 3}, {b, 5}, {c, 20}};
    int ends[2];

    enter_scratch();
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    CHECK(writev(fd, out, 4) == 11 && lseek(fd, 0, SEEK_SET) == 0);
    CHECK(readv(fd, in, 3) == 11);
    printf("%s|%s|%s\n", a, b, c);
    CHECK(pwritev(fd, out, 1, 8) == 3);
    show_file("file");
    CHECK(preadv(fd, in, 2, 3) == 8);
    printf("%s|%s\n", a, b);
    CHECK(lseek(fd, 0, SEEK_CUR) == 11);
    CHECK_ERRNO(readv(fd, in, -1), EINVAL);
    CHECK_ERRNO(writev(fd, out, IOV_MAX + 1), EINVAL);
    struct iovec long_vector = {a, (size_t)-1};
    CHECK_ERRNO(readv(fd, &long_vector, 1), EINVAL);
    CHECK(writev(fd, out, 0) == 0);
    REQUIRE(pipe(ends) == 0);
    CHECK(writev(ends[1], out, 4) == 11 && readv(ends[0], in, 2) == 8);
    printf("%s|%s\n", a, b);
    CHECK_ERRNO(preadv(ends[0], in, 1, 0), ESPIPE);
    return check_done();
}
