/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* preadv2 and pwritev2: an offset of −1 is the file's own position; flags that are not known are
 * refused. readahead and syncfs change nothing that can be read. */
#include "check.h"
#include <linux/fs.h>
#include <sys/syscall.h>
#include <sys/uio.h>

static ssize_t get(int fd, char *to, off_t offset, int flags)
{
    struct iovec parts[2] = {{to, 2}, {to + 2, 2}};

    return syscall(SYS_preadv2, fd, parts, 2, offset, 0, flags);
}

static ssize_t put(int fd, const char *from, off_t offset, int flags)
{
    struct iovec parts[2] = {{(char *)from, 2}, {(char *)from + 2, 2}};

    return syscall(SYS_pwritev2, fd, parts, 2, offset, 0, flags);
}

int main(void)
{
    char text[5] = "";
    int ends[2];

    enter_scratch();
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    CHECK(put(fd, "abcd", -1, 0) == 4 && put(fd, "efgh", -1, 0) == 4);
    CHECK(put(fd, "WXYZ", 2, 0) == 4 && lseek(fd, 0, SEEK_CUR) == 8);
    show_file("file");
    CHECK(get(fd, text, 1, 0) == 4 && lseek(fd, 0, SEEK_CUR) == 8);
    printf("%s\n", text);
    CHECK(lseek(fd, 3, SEEK_SET) == 3 && get(fd, text, -1, 0) == 4 && lseek(fd, 0, SEEK_CUR) == 7);
    printf("%s\n", text);
    CHECK(put(fd, "sync", 0, RWF_SYNC | RWF_DSYNC) == 4 && get(fd, text, 0, RWF_HIPRI) == 4);
    printf("%s\n", text);
    CHECK_ERRNO(get(fd, text, -2, 0), EINVAL);
    CHECK_ERRNO(get(fd, text, 0, 1 << 20), EOPNOTSUPP);
    CHECK_ERRNO(put(fd, text, 0, 1 << 20), EOPNOTSUPP);
    CHECK_ERRNO(get(99, text, 0, 0), EBADF);

    CHECK(pipe(ends) == 0 && put(ends[1], "pipe", -1, 0) == 4 && get(ends[0], text, -1, 0) == 4);
    printf("%s\n", text);
    CHECK_ERRNO(get(ends[0], text, 0, 0), ESPIPE);

    CHECK(readahead(fd, 0, 4096) == 0 && syncfs(fd) == 0);
    CHECK_ERRNO(readahead(99, 0, 4096), EBADF);
    CHECK_ERRNO(readahead(ends[0], 0, 4096), EINVAL);
    CHECK_ERRNO(readahead(ends[1], 0, 4096), EBADF);
    CHECK_ERRNO(syncfs(99), EBADF);
    show_file("file");
    return check_done();
}
