/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads and writes of sizes around those at which a file system splits or redirects them, at odd
 * places of file and memory, beside a model. */
#include "check.h"
#include <sys/uio.h>

#define LIMIT (3UL << 20)

static unsigned char *model, *buffer;

static void fill(unsigned char *bytes, size_t n)
{
    static uint32_t state = 1;
    for (size_t i = 0; i < n; i++) {
        state = state * 1664525 + 1013904223;
        bytes[i] = (unsigned char)(state >> 24);
    }
}

static void check_same(size_t at, const unsigned char *got, size_t n, const char *what)
{
    if (memcmp(model + at, got, n) != 0)
        printf("%s of %zu bytes at %zu differs\n", what, n, at);
}

static void transfer(int fd, size_t n, size_t at, size_t skew)
{
    unsigned char *memory = buffer + skew;
    fill(memory, n);
    memcpy(model + at, memory, n);
    CHECK(pwrite(fd, memory, n, (off_t)at) == (ssize_t)n);
    memset(memory, 0, n);
    CHECK(pread(fd, memory, n, (off_t)at) == (ssize_t)n);
    check_same(at, memory, n, "transfer");
}

static void in_parts(int fd, size_t n, size_t at)
{
    struct iovec parts[5] = {{buffer + 1, n / 7},
                             {buffer + n, 1},
                             {buffer + n + 4099, 0},
                             {buffer + n + 5000, n / 2},
                             {buffer + 2 * n + 5001, n - n / 7 - 1 - n / 2}};
    size_t to = at;
    for (int i = 0; i < 5; to += parts[i++].iov_len) {
        fill(parts[i].iov_base, parts[i].iov_len);
        memcpy(model + to, parts[i].iov_base, parts[i].iov_len);
    }
    CHECK(pwritev(fd, parts, 5, (off_t)at) == (ssize_t)n);
    for (int i = 0; i < 5; i++)
        memset(parts[i].iov_base, 0, parts[i].iov_len);
    CHECK(preadv(fd, parts, 5, (off_t)at) == (ssize_t)n);
    to = at;
    for (int i = 0; i < 5; to += parts[i++].iov_len)
        check_same(to, parts[i].iov_base, parts[i].iov_len, "part");
}

int main(void)
{
    static const size_t edges[] = {4096, 32768, 131072, 524288, 1048576};
    enter_scratch();
    model = calloc(1, LIMIT);
    buffer = malloc(2 * LIMIT);
    int fd = open("f", O_RDWR | O_CREAT, 0600);
    REQUIRE(model != NULL && buffer != NULL && fd >= 0 && ftruncate(fd, LIMIT) == 0);
    for (unsigned i = 0; i < sizeof(edges) / sizeof(*edges); i++)
        for (size_t n = edges[i] - 1; n <= edges[i] + 1; n++) {
            transfer(fd, n, 0, 0);
            transfer(fd, n, 4095, 1);
            transfer(fd, n, 4096, 4001);
            in_parts(fd, n, 12345);
        }
    CHECK(pread(fd, buffer, LIMIT + 1, 0) == LIMIT);
    check_same(0, buffer, LIMIT, "file");
    CHECK(close(fd) == 0 && (fd = open("f", O_RDONLY)) >= 0);
    for (size_t at = 0; at < LIMIT; at += 10007) { /* in order, past whatever is read ahead */
        size_t n = LIMIT - at < 10007 ? LIMIT - at : 10007;
        CHECK(read(fd, buffer, n) == (ssize_t)n);
        check_same(at, buffer, n, "piece");
    }
    CHECK(read(fd, buffer, 1) == 0 && close(fd) == 0);
    return check_done();
}
