/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* WAIT returns EAGAIN at once if the word has another value. */
#include "futex.h"

int main(void)
{
    atomic_int word = 7;

    CHECK_ERRNO(futex(&word, FUTEX_WAIT_PRIVATE, 8, NULL, NULL, 0), EAGAIN);
    CHECK_ERRNO(futex(&word, FUTEX_WAIT, 8, NULL, NULL, 0), EAGAIN);
    CHECK_ERRNO(futex(&word, FUTEX_WAIT_BITSET_PRIVATE, 8, NULL, NULL, 1), EAGAIN);
    /* The comparison is of 32 bits. */
    uint64_t wide = 0xffffffff00000007;
    struct timespec none = {0};
    CHECK_ERRNO(futex(&wide, FUTEX_WAIT_PRIVATE, 7, &none, NULL, 0), ETIMEDOUT);
    return check_done();
}
