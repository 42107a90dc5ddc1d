/* SPDX-License-Identifier: BSD-3-Clause */
/* What may take the name of what. */
#include "check.h"

int main(void)
{
    struct stat a, b;
    enter_scratch();
    REQUIRE(mkdir("full", 0700) == 0 && mkdir("empty", 0700) == 0 && mkdir("other", 0700) == 0);
    make_file("full/f", "in full");
    make_file("file", "a file");
    CHECK_ERRNO(rename("other", "full"), ENOTEMPTY);
    CHECK_ERRNO(rename("file", "empty"), EISDIR);
    CHECK_ERRNO(rename("empty", "file"), ENOTDIR);
    CHECK_ERRNO(rename("full", "full/within"), EINVAL);
    CHECK_ERRNO(rename("full/f", "full"), ENOTEMPTY);
    CHECK_ERRNO(rename("none", "file"), ENOENT);
    CHECK_ERRNO(rename("full/", "file/"), ENOTDIR);
    CHECK_ERRNO(rename("file", "none/"), ENOTDIR);
    CHECK_ERRNO(rename("full", "."), EBUSY);
    CHECK_ERRNO(rename("full/..", "x"), EBUSY);

    CHECK(stat("full", &a) == 0 && rename("full", "empty") == 0 && stat("empty", &b) == 0);
    CHECK(a.st_ino == b.st_ino);
    show_file("empty/f");
    CHECK_ERRNO(stat("full", &a), ENOENT);
    CHECK(rename("empty", "new/") == 0 && rename("new/", "newer") == 0);
    show_file("newer/f");

    CHECK(link("file", "second") == 0 && rename("file", "second") == 0);
    CHECK(access("file", F_OK) == 0 && access("second", F_OK) == 0);
    CHECK(rename("newer/f", "second") == 0 && stat("file", &a) == 0 && a.st_nlink == 1);
    show_file("second");
    CHECK(rmdir("newer") == 0);
    return check_done();
}
