/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* mlock brings pages in, mlock2 (MLOCK_ONFAULT) when they are touched, mlockall those to come. */
#include "check.h"
#include <sys/mman.h>
#include <sys/syscall.h>

#define PAGE  4096UL
#define PAGES 16

static char *map(void)
{
    char *area =
        mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    REQUIRE(area != MAP_FAILED);
    return area;
}

static int resident(char *area)
{
    unsigned char in[PAGES];
    int n = 0;

    CHECK(mincore(area, PAGES * PAGE, in) == 0);
    for (int i = 0; i < PAGES; i++)
        n += in[i] & 1;
    return n;
}

int main(void)
{
    char *area = map();

    printf("fresh: %d\n", resident(area));
    CHECK(syscall(SYS_mlock2, area, PAGES * PAGE, MLOCK_ONFAULT) == 0);
    printf("locked when touched: %d\n", resident(area));
    CHECK(syscall(SYS_mlock2, area, PAGES * PAGE, 0) == 0);
    printf("locked: %d\n", resident(area));
    CHECK_ERRNO(syscall(SYS_mlock2, area, PAGES * PAGE, 2), EINVAL);
    CHECK(munlock(area, PAGES * PAGE) == 0);
    CHECK(munmap(area + PAGE, PAGE) == 0);
    CHECK_ERRNO(mlock(area, PAGES * PAGE), ENOMEM);
    CHECK_ERRNO(munlock(area, PAGES * PAGE), ENOMEM);
    CHECK_ERRNO(mlock((void *)(~0UL - PAGE), 2 * PAGE), EINVAL);

    CHECK_ERRNO(mlockall(0), EINVAL);
    CHECK_ERRNO(mlockall(8), EINVAL);
    CHECK_ERRNO(mlockall(MCL_ONFAULT), EINVAL);
    CHECK(mlockall(MCL_FUTURE) == 0);
    printf("mapped while all is locked: %d\n", resident(map()));
    CHECK(mlockall(MCL_FUTURE | MCL_ONFAULT) == 0);
    printf("locked when touched: %d\n", resident(map()));
    CHECK(munlockall() == 0);
    printf("mapped afterwards: %d\n", resident(map()));
    return check_done();
}
