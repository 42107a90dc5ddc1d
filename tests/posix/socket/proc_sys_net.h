/* SPDX-License-Identifier: BSD-3-Clause */
/* What the programs about /proc/sys/net share. One thread. */
#ifndef TESTS_POSIX_PROC_SYS_NET_H
#define TESTS_POSIX_PROC_SYS_NET_H

#include "inet.h"

UNUSED static const char *path_of(const char *name)
{
    static char path[128];

    snprintf(path, sizeof(path), "/proc/sys/net/%s", name);
    return path;
}

UNUSED static int get(const char *name)
{
    char text[64] = "";
    int fd = open(path_of(name), O_RDONLY);

    REQUIRE(fd >= 0 && read(fd, text, sizeof(text) - 1) > 0);
    close(fd);
    return atoi(text);
}

UNUSED static int buffer_after(int option, int asked)
{
    int fd = new_socket(AF_INET, SOCK_DGRAM);

    if (asked > 0)
        CHECK(set_int_option(fd, SOL_SOCKET, option, asked) == 0);
    int size = int_option(fd, SOL_SOCKET, option);
    close(fd);
    return size;
}

#endif
