/* SPDX-License-Identifier: BSD-3-Clause */
/* The first thread's name, and /proc/self/comm, are the program's, cut to 15 bytes; others inherit
 * it. */
#include "check.h"
#include <sys/prctl.h>

static bool is_base(const char *name, const char *program)
{
    const char *slash = strrchr(program, '/');

    return strlen(name) <= 15 && strncmp(name, slash ? slash + 1 : program, 15) == 0;
}

static void *in_thread(void *program)
{
    char name[17] = "";

    CHECK(pthread_getname_np(pthread_self(), name, sizeof(name)) == 0 && is_base(name, program));
    CHECK(prctl(PR_SET_NAME, "other") == 0);
    return NULL;
}

int main(int argc, char **argv)
{
    char name[32] = "";

    (void)argc;
    CHECK(prctl(PR_GET_NAME, name) == 0 && is_base(name, argv[0]));
    join(start(in_thread, argv[0]));
    int fd = open("/proc/self/comm", O_RDONLY);
    ssize_t length = read(fd, name, sizeof(name) - 1);
    REQUIRE(length > 1 && name[length - 1] == '\n');
    name[length - 1] = 0;
    CHECK(is_base(name, argv[0]));
    return check_done();
}
