/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* A process may take the ids that it has, leave ids as they are, and ask for them; as leader of
 * its session it keeps its group and session. Begins as such a leader (tests/run sees to it). */
#include "check.h"
#include <grp.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>

static void users(void)
{
    uid_t real = getuid(), a = 1, b = 2, c = 3;

    CHECK(setuid(real) == 0 && seteuid(real) == 0);
    CHECK(setreuid(-1, -1) == 0 && setreuid(real, -1) == 0 && setreuid(-1, real) == 0);
    CHECK(setresuid(-1, -1, -1) == 0 && setresuid(real, real, real) == 0);
    CHECK(getresuid(&a, &b, &c) == 0 && a == real && b == real && c == real);
    CHECK_ERRNO(setuid(-1), EINVAL);
    CHECK((uid_t)setfsuid(real) == real);
    CHECK((uid_t)setfsuid(-1) == real);
    CHECK_ERRNO(syscall(SYS_getresuid, &a, 8L, &c), EFAULT);
}

static void groups(void)
{
    gid_t real = getgid(), a = 1, b = 2, c = 3;
    static gid_t list[70000];

    CHECK(setgid(real) == 0 && setegid(real) == 0);
    CHECK(setregid(-1, -1) == 0 && setregid(real, -1) == 0 && setregid(-1, real) == 0);
    CHECK(setresgid(-1, -1, -1) == 0 && setresgid(real, real, real) == 0);
    CHECK(getresgid(&a, &b, &c) == 0 && a == real && b == real && c == real);
    CHECK_ERRNO(setgid(-1), EINVAL);
    CHECK((gid_t)setfsgid(real) == real);
    CHECK((gid_t)setfsgid(-1) == real);

    CHECK_ERRNO(getgroups(-1, list), EINVAL);
    CHECK(getgroups(0, NULL) >= 0);
    if (geteuid() == 0) { /* others may not */
        CHECK(syscall(SYS_setgroups, 0, NULL) == 0 && getgroups(0, NULL) == 0);
        CHECK_ERRNO(syscall(SYS_setgroups, 70000, list), EINVAL);
        CHECK_ERRNO(syscall(SYS_setgroups, -1, list), EINVAL);
    }
}

int main(void)
{
    pid_t self = getpid();

    users();
    groups();
    CHECK(getpgid(0) == self && getpgid(self) == self && getpgrp() == self);
    CHECK(getsid(0) == self && getsid(self) == self);
    CHECK_ERRNO(getpgid(-1), ESRCH);
    CHECK_ERRNO(getpgid(4194303), ESRCH);
    CHECK_ERRNO(getsid(4194303), ESRCH);
    CHECK_ERRNO(setsid(), EPERM);
    CHECK_ERRNO(setpgid(0, 0), EPERM);
    CHECK_ERRNO(setpgid(self, self), EPERM);
    CHECK_ERRNO(setpgid(0, -1), EINVAL);
    CHECK_ERRNO(setpgid(-1, 0), EINVAL);
    CHECK_ERRNO(setpgid(-1, 5), ESRCH);
    CHECK_ERRNO(setpgid(4194303, 0), ESRCH);
    return check_done();
}
