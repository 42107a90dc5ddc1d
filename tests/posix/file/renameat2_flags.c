/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 files=virtiofs */
/* RENAME_NOREPLACE refuses an existing target, RENAME_EXCHANGE swaps two names.
 * Shared folders by 9P have no RENAME_EXCHANGE. */
#include "check.h"
#include <sys/syscall.h>

#define NOREPLACE 1
#define EXCHANGE  2

static long renameat2_(const char *from, const char *to, unsigned flags)
{
    return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
}

int main(void)
{
    enter_scratch();
    make_file("one", "1");
    make_file("two", "2");
    CHECK_ERRNO(renameat2_("one", "two", NOREPLACE), EEXIST);
    CHECK(renameat2_("one", "three", NOREPLACE) == 0);
    CHECK(renameat2_("two", "three", EXCHANGE) == 0);
    show_file("two");
    show_file("three");
    CHECK_ERRNO(renameat2_("two", "absent", EXCHANGE), ENOENT);
    CHECK_ERRNO(renameat2_("two", "three", NOREPLACE | EXCHANGE), EINVAL);
    CHECK_ERRNO(renameat2_("two", "three", 1 << 10), EINVAL);
    return check_done();
}
