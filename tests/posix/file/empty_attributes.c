/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 files=virtiofs */
/* An extended attribute can have an empty value, and is there then. Messages of 9P cannot say so:
 * to them that removes it. */
#include "attribute.h"

int main(void)
{
    char value[8] = "before", list[512];

    enter_scratch();
    attribute_begin();
    make_file("file", "text");
    CHECK(setxattr("file", attribute_name("empty"), "", 0, XATTR_CREATE) == 0);
    CHECK(getxattr("file", attribute_name("empty"), NULL, 0) == 0);
    CHECK(getxattr("file", attribute_name("empty"), value, sizeof(value)) == 0);
    CHECK(strcmp(value, "before") == 0);
    CHECK_ERRNO(setxattr("file", attribute_name("empty"), NULL, 0, XATTR_CREATE), EEXIST);
    CHECK(setxattr("file", attribute_name("other"), "text", 4, 0) == 0);
    CHECK(setxattr("file", attribute_name("other"), NULL, 0, XATTR_REPLACE) == 0);
    CHECK(getxattr("file", attribute_name("other"), NULL, 0) == 0);
    attribute_show("file", list, listxattr("file", list, sizeof(list)));
    CHECK(removexattr("file", attribute_name("empty")) == 0);
    CHECK_ERRNO(getxattr("file", attribute_name("empty"), NULL, 0), ENODATA);
    return check_done();
}
