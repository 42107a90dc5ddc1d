/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Names of extended attributes: up to 255 bytes, in a name space that the file system has, and not
 * only its prefix. Values have at most 64 KiB. What a value of capabilities must be is the same
 * everywhere. */
#include "attribute.h"

#define LONGEST 255
#define LARGEST (64 * 1024)

static void check_lengths(void)
{
    char name[LONGEST + 2], value[8];

    memset(name, 'n', sizeof(name));
    memcpy(name, attribute_prefix, strlen(attribute_prefix));
    name[LONGEST] = '\0';
    CHECK(setxattr("file", name, "longest", 7, 0) == 0);
    CHECK(getxattr("file", name, value, sizeof(value)) == 7);
    CHECK(listxattr("file", NULL, 0) >= LONGEST + 1);
    CHECK(removexattr("file", name) == 0);
    name[LONGEST] = 'n';
    name[LONGEST + 1] = '\0';
    CHECK_ERRNO(setxattr("file", name, "x", 1, 0), ERANGE);
    CHECK_ERRNO(getxattr("file", name, value, sizeof(value)), ERANGE);
    CHECK_ERRNO(removexattr("file", name), ERANGE);
    CHECK_ERRNO(setxattr("file", "", "x", 1, 0), ERANGE);
    CHECK_ERRNO(getxattr("file", "", value, sizeof(value)), ERANGE);
    CHECK_ERRNO(removexattr("file", ""), ERANGE);
}

static void check_refused(const char *name, int error)
{
    char value[8];

    CHECK_ERRNO(setxattr("file", name, "x", 1, 0), error);
    CHECK_ERRNO(getxattr("file", name, value, sizeof(value)), error);
    CHECK_ERRNO(removexattr("file", name), error);
}

int main(void)
{
    static char large[LARGEST + 1];

    enter_scratch();
    attribute_begin();
    make_file("file", "text");
    check_lengths();
    check_refused("unknown.name", EOPNOTSUPP);
    check_refused("name", EOPNOTSUPP);
    check_refused("USER.name", EOPNOTSUPP);
    check_refused("system.unknown", EOPNOTSUPP);
    CHECK_ERRNO(setxattr("file", attribute_prefix, "x", 1, 0), EINVAL);
    CHECK_ERRNO(getxattr("file", attribute_prefix, large, 8), EINVAL);
    CHECK_ERRNO(removexattr("file", attribute_prefix), EINVAL);
    CHECK_ERRNO(setxattr("file", attribute_name("large"), large, sizeof(large), 0), E2BIG);
    CHECK_ERRNO(getxattr("file", attribute_name("large"), large, sizeof(large)), ENODATA);
    CHECK_ERRNO(setxattr("file", "security.capability", "x", 1, 0), EINVAL);
    CHECK_ERRNO(setxattr("file", "security.capability", large, 20, 0), EINVAL);
    CHECK(listxattr("file", NULL, 0) >= 0);
    return check_done();
}
