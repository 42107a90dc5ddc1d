/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Process, thread, user and system names and numbers hang together. */
#include "check.h"
#include <sys/utsname.h>

static void *other(void *unused)
{
    (void)unused;
    CHECK(gettid() != getpid());
    return (void *)(intptr_t)gettid();
}

int main(void)
{
    struct utsname name;
    int major, minor;

    CHECK(getpid() == gettid() && getpid() > 0);
    pthread_t thread = start(other, NULL);
    CHECK(join(thread) != (void *)(intptr_t)getpid());
    CHECK(getuid() == geteuid() && getgid() == getegid());
    CHECK(uname(&name) == 0);
    printf("%s %s\n", name.sysname, name.machine);
    CHECK(sscanf(name.release, "%d.%d", &major, &minor) == 2 && major >= 4);
    CHECK(name.nodename[0] != 0 && name.version[0] != 0);
    CHECK(getpgrp() >= 0 && getsid(0) >= 0 && getppid() >= 0);
    return check_done();
}
