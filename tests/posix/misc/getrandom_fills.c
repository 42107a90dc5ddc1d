/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* getrandom fills what is asked for with bytes that differ; wrong flags are EINVAL. */
#include "check.h"
#include <sys/random.h>

static unsigned long words[4][8];

static void *fill(void *argument)
{
    CHECK(getrandom(argument, sizeof(words[0]), 0) == sizeof(words[0]));
    return NULL;
}

int main(void)
{
    static unsigned char large[100000];
    pthread_t threads[4];

    for (int i = 0; i < 4; i++)
        threads[i] = start(fill, words[i]);
    for (int i = 0; i < 4; i++)
        join(threads[i]);
    for (int i = 0; i < 32; i++)
        for (int j = 0; j < i; j++)
            CHECK(words[i / 8][i % 8] != words[j / 8][j % 8]);
    CHECK(getrandom(large, 256, GRND_NONBLOCK) == 256 && getrandom(large, 0, 0) == 0);
    size_t got = 0;
    while (got < sizeof(large)) {
        ssize_t count = getrandom(large + got, sizeof(large) - got, 0);
        REQUIRE(count > 0);
        got += (size_t)count;
    }
    long ones = 0;
    for (size_t i = 0; i < sizeof(large); i++)
        ones += __builtin_popcount(large[i]);
    CHECK(ones > 395000 && ones < 405000);
    CHECK_ERRNO(getrandom(large, 1, 0x80), EINVAL);
    CHECK(getentropy(large, 256) == 0);
    CHECK_ERRNO(getentropy(large, 257), EIO);
    return check_done();
}
