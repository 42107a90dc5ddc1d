/* SPDX-License-Identifier: BSD-3-Clause */
/* copy_file_range() and sendfile() from file to file: places, sizes, the end, what is refused. */
#include "check.h"
#include <sys/sendfile.h>

#define SIZE 700001UL

static unsigned char *bytes, *again;

static void make_source(void)
{
    int fd = open("from", O_WRONLY | O_CREAT, 0600);
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (unsigned char)(i * 31 + i / 1000);
    REQUIRE(fd >= 0 && write(fd, bytes, SIZE) == SIZE && close(fd) == 0);
}

static void check_copy(int fd, off_t at, size_t from, size_t n)
{
    CHECK(pread(fd, again, n, at) == (ssize_t)n && memcmp(again, bytes + from, n) == 0);
}

/* All of n bytes, by as many calls as it takes. */
static void copy_all(int from, off_t *in, int to, off_t *out, size_t n)
{
    for (ssize_t done; n > 0; n -= (size_t)done) {
        done = copy_file_range(from, in, to, out, n, 0);
        REQUIRE(done > 0);
    }
}

int main(void)
{
    enter_scratch();
    bytes = malloc(SIZE);
    again = malloc(SIZE);
    REQUIRE(bytes != NULL && again != NULL);
    make_source();
    int from = open("from", O_RDONLY), to = open("to", O_RDWR | O_CREAT, 0600);
    int append = open("to", O_WRONLY | O_APPEND), write_only = open("from", O_WRONLY);
    off_t in = 1, out = 4097;
    REQUIRE(from >= 0 && to >= 0 && append >= 0 && write_only >= 0);
    copy_all(from, &in, to, &out, 600000);
    CHECK(in == 600001 && out == 604097 && lseek(from, 0, SEEK_CUR) == 0);
    check_copy(to, 4097, 1, 600000);
    CHECK(pread(to, again, 1, 4096) == 1 && again[0] == 0 && lseek(to, 0, SEEK_END) == 604097);

    CHECK(lseek(from, -1000, SEEK_END) == (off_t)SIZE - 1000 && lseek(to, 10, SEEK_SET) == 10);
    CHECK(copy_file_range(from, NULL, to, NULL, 5000, 0) == 1000);
    CHECK(copy_file_range(from, NULL, to, NULL, 5000, 0) == 0);
    check_copy(to, 10, SIZE - 1000, 1000);

    in = 77;
    CHECK(sendfile(to, from, &in, 3000) == 3000 && in == 3077 && lseek(to, 0, SEEK_CUR) == 4010);
    check_copy(to, 1010, 77, 3000);

    CHECK(lseek(to, 20, SEEK_SET) == 20 && sendfile(to, to, NULL, 100) == 100);
    CHECK(lseek(to, 0, SEEK_CUR) == 120);
    check_copy(to, 10, SIZE - 1000, 1000); /* onto themselves */
    in = 50;
    CHECK(sendfile(to, to, &in, 30) == 30 && in == 80 && lseek(to, 0, SEEK_CUR) == 150);
    check_copy(to, 120, SIZE - 1000 + 40, 30);

    in = 0, out = 0;
    CHECK_ERRNO(copy_file_range(from, &in, append, &out, 10, 0), EBADF);
    CHECK_ERRNO(copy_file_range(write_only, &in, to, &out, 10, 0), EBADF);
    CHECK_ERRNO(copy_file_range(from, &in, from, &out, 10, 0), EBADF);
    CHECK_ERRNO(copy_file_range(from, &in, to, &out, 10, 1), EINVAL);
    CHECK_ERRNO(sendfile(append, from, &in, 10), EINVAL);
    CHECK(in == 0 && out == 0);

    int full[2];
    REQUIRE(pipe2(full, O_NONBLOCK) == 0 && lseek(from, 7, SEEK_SET) == 7);
    while (write(full[1], bytes, 4096) > 0)
        continue;
    CHECK_ERRNO(sendfile(full[1], from, NULL, 10), EAGAIN);
    CHECK_ERRNO(sendfile(full[1], from, &in, 10), EAGAIN);
    CHECK(in == 0 && lseek(from, 0, SEEK_CUR) == 7);
    return check_done();
}
