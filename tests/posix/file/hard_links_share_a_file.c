/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Hard links are one file with a count; the file goes with the last of them. */
#include "check.h"

int main(void)
{
    struct stat one, two;

    enter_scratch();
    make_file("one", "shared");
    CHECK(link("one", "two") == 0);
    CHECK(stat("one", &one) == 0 && stat("two", &two) == 0);
    CHECK(one.st_ino == two.st_ino && one.st_dev == two.st_dev && one.st_nlink == 2);
    make_file("two", "changed");
    show_file("one");
    CHECK(unlink("one") == 0 && stat("two", &two) == 0 && two.st_nlink == 1);
    show_file("two");
    CHECK(symlink("two", "soft") == 0 && link("soft", "hard_of_soft") == 0);
    CHECK(lstat("hard_of_soft", &one) == 0 && S_ISLNK(one.st_mode) && one.st_nlink == 2);
    CHECK(linkat(AT_FDCWD, "soft", AT_FDCWD, "followed", AT_SYMLINK_FOLLOW) == 0);
    CHECK(lstat("followed", &one) == 0 && S_ISREG(one.st_mode) && one.st_nlink == 2);
    return check_done();
}
