/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* F_SETPIPE_SZ and F_GETPIPE_SZ: rounding, bounds, what is in the pipe stays. Full and writable as
 * the pages of the pipe are, not its bytes. */
#include "check.h"
#include <poll.h>
#include <sys/ioctl.h>

static int ends[2];

static void set(long size)
{
    errno = 0;
    int result = fcntl(ends[0], F_SETPIPE_SZ, size);

    printf("set %ld: %d %s, get %d\n", size, result, errno ? strerror(errno) : "-",
           fcntl(ends[1], F_GETPIPE_SZ));
}

static void sizes(void)
{
    static const long asked[] = {0,       1,       4096,    4097,     65536,          100000,
                                 1048576, 1048577, 2097152, 1L << 31, (1L << 31) + 1, -1};

    for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++)
        set(asked[i]);
    CHECK_ERRNO(fcntl(open("/", O_RDONLY), F_GETPIPE_SZ), EBADF);
}

static void contents_stay(void)
{
    static char block[65536], in[65536];

    for (size_t i = 0; i < sizeof(block); i++)
        block[i] = (char)(i * 7 / 5);
    set(65536);
    CHECK(write(ends[1], block, 30000) == 30000);
    set(4096);
    set(32768);
    set(1048576);
    CHECK(read(ends[0], in, sizeof(in)) == 30000 && memcmp(in, block, 30000) == 0);
    set(65536);
}

static bool can_write(void)
{
    struct pollfd p = {ends[1], POLLOUT, 0};

    return poll(&p, 1, 0) == 1;
}

static void fullness(void)
{
    static char block[65536];
    int n = 0;

    while (write(ends[1], block, 1) == 1)
        n++;
    printf("%d single bytes fill it\n", n);
    CHECK(read(ends[0], block, 4095) == 4095);
    printf("4095 read: writable %d, write %zd\n", can_write(), write(ends[1], block, 10));
    CHECK(read(ends[0], block, 1) == 1);
    printf("4096 read: writable %d, write %zd\n", can_write(), write(ends[1], block, 4096));
    while (read(ends[0], block, sizeof(block)) > 0)
        ;
    n = 0;
    while (write(ends[1], block, 4095) == 4095)
        n++;
    printf("%d pieces of 4095 fill it, one more byte %zd, two %zd\n", n, write(ends[1], block, 1),
           write(ends[1], block, 2));
    CHECK(ioctl(ends[0], FIONREAD, &n) == 0);
    printf("%d bytes are in it\n", n);
}

int main(void)
{
    REQUIRE(pipe2(ends, O_NONBLOCK) == 0);
    sizes();
    contents_stay();
    fullness();
    return check_done();
}
