/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Numbers that no system call has are ENOSYS; -1 too. */
#include "check.h"

int main(void)
{
    static const long numbers[] = {-1, 400, 511, 1000, 100000, 0x7fffffff};

    for (int i = 0; i < 6; i++)
        CHECK_ERRNO(syscall(numbers[i], 0, 0, 0, 0, 0, 0), ENOSYS);
    return check_done();
}
