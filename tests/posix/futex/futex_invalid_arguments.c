/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Misaligned words are EINVAL, wild ones EFAULT, unknown operations ENOSYS. */
#include "futex.h"
#include <sys/mman.h>

int main(void)
{
    static struct {
        atomic_int word, next;
    } words;
    char *odd = (char *)&words + 1;

    CHECK_ERRNO(futex(odd, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0), EINVAL);
    CHECK_ERRNO(futex(odd, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0), EINVAL);
    CHECK_ERRNO(futex(odd, FUTEX_WAKE, 1, NULL, NULL, 0), EINVAL);
    CHECK_ERRNO(futex(&words.word, FUTEX_REQUEUE_PRIVATE, 1, (void *)1, odd, 0), EINVAL);
    CHECK_ERRNO(futex(NULL, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0), EFAULT);
    CHECK_ERRNO(futex((void *)0xffff800000000000, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0), EFAULT);
    CHECK_ERRNO(futex((void *)0xffff800000000000, FUTEX_WAKE_PRIVATE, 0, NULL, NULL, 0), EFAULT);
    CHECK_ERRNO(futex((void *)0x800000000000f000, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0), EFAULT);
    void *hole = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK_ERRNO(futex(hole, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0), EFAULT);
    CHECK_ERRNO(futex(hole, FUTEX_CMP_REQUEUE_PRIVATE, 0, (void *)1, &words.word, 0), EFAULT);
    CHECK_ERRNO(futex(hole, FUTEX_WAIT, 0, NULL, NULL, 0), EFAULT);
    CHECK_ERRNO(futex(&words.word, 2, 0, NULL, NULL, 0), ENOSYS);
    CHECK_ERRNO(futex(&words.word, 100, 0, NULL, NULL, 0), ENOSYS);
    CHECK_ERRNO(futex(&words.word, FUTEX_WAKE | FUTEX_CLOCK_REALTIME, 1, NULL, NULL, 0), ENOSYS);
    CHECK_ERRNO(futex(&words.word, FUTEX_REQUEUE | FUTEX_CLOCK_REALTIME, 1, NULL, NULL, 0), ENOSYS);
    return check_done();
}
