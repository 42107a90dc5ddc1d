/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* getrlimit, setrlimit and prlimit keep what they are given and refuse what is wrong. */
#include "check.h"
#include <sys/resource.h>

int main(void)
{
    struct rlimit limit, old;

    for (int resource = 0; resource < 16; resource++) {
        CHECK(getrlimit(resource, &limit) == 0);
        CHECK(limit.rlim_cur <= limit.rlim_max);
    }
    CHECK_ERRNO(getrlimit(16, &limit), EINVAL);
    CHECK_ERRNO(getrlimit(-1, &limit), EINVAL);
    CHECK(getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur >= 8 << 20);
    limit = (struct rlimit){100, 50};
    CHECK_ERRNO(setrlimit(RLIMIT_CORE, &limit), EINVAL);
    limit = (struct rlimit){0, 0};
    CHECK(setrlimit(RLIMIT_CORE, &limit) == 0);
    CHECK(getrlimit(RLIMIT_CORE, &old) == 0 && old.rlim_cur == 0 && old.rlim_max == 0);
    CHECK(getrlimit(RLIMIT_NOFILE, &old) == 0);
    limit = (struct rlimit){old.rlim_cur / 2, old.rlim_max};
    CHECK(prlimit(0, RLIMIT_NOFILE, &limit, &limit) == 0);
    CHECK(limit.rlim_cur == old.rlim_cur && limit.rlim_max == old.rlim_max);
    CHECK(prlimit(getpid(), RLIMIT_NOFILE, NULL, &limit) == 0);
    CHECK(limit.rlim_cur == old.rlim_cur / 2);
    CHECK_ERRNO(prlimit(0x3fffffff, RLIMIT_NOFILE, NULL, &limit), ESRCH);
    return check_done();
}
