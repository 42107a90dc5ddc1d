/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Pipes cannot seek or be truncated; pread on them is ESPIPE. */
#include "check.h"

int main(void)
{
    int ends[2];
    char byte;

    REQUIRE(pipe(ends) == 0);
    CHECK_ERRNO(lseek(ends[0], 0, SEEK_CUR), ESPIPE);
    CHECK_ERRNO(pread(ends[0], &byte, 1, 0), ESPIPE);
    CHECK_ERRNO(pwrite(ends[1], &byte, 1, 0), ESPIPE);
    CHECK_ERRNO(ftruncate(ends[1], 0), EINVAL);
    CHECK_ERRNO(fsync(ends[0]), EINVAL);
    CHECK_ERRNO(read(ends[1], &byte, 1), EBADF);
    CHECK_ERRNO(write(ends[0], &byte, 1), EBADF);
    CHECK_ERRNO(fchdir(ends[0]), ENOTDIR);
    CHECK_ERRNO(pipe2(ends, 0x1234), EINVAL);
    return check_done();
}
