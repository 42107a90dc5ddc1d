/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* RLIMIT_NOFILE bounds descriptors with EMFILE; a closed number is the next to be given. */
#include "check.h"
#include <sys/resource.h>

int main(void)
{
    struct rlimit limit = {64, 64}, old;
    int ends[2], last = -1, fd;

    CHECK(getrlimit(RLIMIT_NOFILE, &old) == 0 && old.rlim_cur >= 256);
    limit.rlim_max = old.rlim_max;
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    while ((fd = open("/dev/null", O_RDONLY)) >= 0)
        last = fd;
    printf("last %d: %s\n", last, strerror(errno));
    CHECK_ERRNO(dup(0), EMFILE);
    CHECK_ERRNO(pipe(ends), EMFILE);
    CHECK_ERRNO(dup2(0, 64), EBADF);
    CHECK(close(40) == 0 && close(20) == 0);
    CHECK(dup(0) == 20 && dup(0) == 40);
    limit.rlim_cur = 200;
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0 && dup(0) == 64);
    return check_done();
}
