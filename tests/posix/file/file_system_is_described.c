/* SPDX-License-Identifier: BSD-3-Clause */
/* statfs() and its kin agree about a file system, by a path, a descriptor and a file that has no
 * name any more. */
#include "check.h"
#include <sys/statfs.h>
#include <sys/statvfs.h>

static void check_numbers(const struct statfs *s)
{
    CHECK(s->f_bsize >= 512 && s->f_namelen == 255);
    CHECK(s->f_blocks > 0 && s->f_bfree <= s->f_blocks && s->f_bavail <= s->f_bfree);
    CHECK(s->f_ffree <= s->f_files || s->f_files == 0);
}

static bool alike(const struct statfs *a, const struct statfs *b)
{
    return a->f_type == b->f_type && a->f_bsize == b->f_bsize && a->f_blocks == b->f_blocks &&
           a->f_namelen == b->f_namelen;
}

int main(void)
{
    struct statfs here, file, other;
    struct statvfs again;
    enter_scratch();
    make_file("file", "text");
    REQUIRE(statfs(".", &here) == 0 && statfs("file", &file) == 0);
    check_numbers(&here);
    CHECK(alike(&here, &file));
    int fd = open("file", O_RDONLY);
    CHECK(fd >= 0 && fstatfs(fd, &other) == 0 && alike(&here, &other));
    CHECK(unlink("file") == 0 && fstatfs(fd, &other) == 0 && alike(&here, &other));
    CHECK(statvfs(".", &again) == 0 && again.f_namemax == 255 && again.f_bsize != 0);
    CHECK((again.f_flag & ST_RDONLY) == 0);
    CHECK_ERRNO(statfs("file", &other), ENOENT);
    CHECK_ERRNO(fstatfs(-1, &other), EBADF);
    return check_done();
}
