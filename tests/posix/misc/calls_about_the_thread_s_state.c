/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* personality, arch_prctl, restart_syscall and the robust list tell what they were told. */
#include "check.h"
#include <asm/prctl.h>
#include <sys/personality.h>
#include <sys/syscall.h>

static unsigned long fs_base(void)
{
    unsigned long base = 0;

    CHECK(syscall(SYS_arch_prctl, ARCH_GET_FS, &base) == 0);
    return base;
}

int main(void)
{
    unsigned long self;
    struct {
        void *next;
        long offset;
        void *pending;
    } head = {&head, 0, NULL}, *found;
    size_t length;

    CHECK(personality(0xffffffff) == PER_LINUX && personality(PER_LINUX) == PER_LINUX);

    __asm__("movq %%fs:0, %0" : "=r"(self)); /* the ABI: %fs:0 holds %fs' base */
    CHECK(fs_base() == self);
    CHECK(syscall(SYS_arch_prctl, ARCH_SET_FS, self) == 0 && fs_base() == self);
    CHECK_ERRNO(syscall(SYS_arch_prctl, ARCH_SET_FS, 1UL << 63), EPERM);
    CHECK_ERRNO(syscall(SYS_arch_prctl, ARCH_GET_FS, 8L), EFAULT);
    CHECK_ERRNO(syscall(SYS_arch_prctl, 0x7777, 0L), EINVAL);

    CHECK_ERRNO(syscall(SYS_restart_syscall), EINTR);

    CHECK_ERRNO(syscall(SYS_set_robust_list, &head, sizeof(head) - 1), EINVAL);
    CHECK(syscall(SYS_set_robust_list, &head, sizeof(head)) == 0);
    CHECK(syscall(SYS_get_robust_list, 0, &found, &length) == 0);
    CHECK((void *)found == (void *)&head && length == sizeof(head));
    CHECK_ERRNO(syscall(SYS_get_robust_list, 4194303, &found, &length), ESRCH);
    CHECK(syscall(SYS_set_robust_list, NULL, sizeof(head)) == 0);
    return check_done();
}
