/* SPDX-License-Identifier: BSD-3-Clause */
/* Reports results of reading, writing and polling descriptors 0 to 2, on the descriptor that the
 * first argument names: "1" or "2". Each write names its own descriptor. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char report[4096];
static size_t used;

#define TELL(...) (used += (size_t)snprintf(report + used, sizeof(report) - used, __VA_ARGS__))

static void tell(const char *what, int fd, long result)
{
    TELL("%s %d: %s\n", what, fd, result < 0 ? strerror(errno) : "fine");
}

static void tell_whether_one(void)
{
    struct stat one, two;
    bool same = fstat(1, &one) == 0 && fstat(2, &two) == 0 && one.st_dev == two.st_dev &&
                one.st_ino == two.st_ino;

    TELL("1 and 2 are %s\n", same ? "one" : "two");
}

int main(int argc, char **argv)
{
    char byte;

    for (const char *what = argc > 2 ? argv[2] : ""; *what != '\0'; what += 2) {
        int fd = what[1] - '0';
        struct pollfd poll_fd = {fd, POLLIN | POLLOUT, 0};

        if (what[0] == 'r')
            tell("read", fd, read(fd, &byte, 1));
        else if (what[0] == 'w')
            tell("write", fd, write(fd, &"<0><1><2>"[3L * fd], 3));
        else if (what[0] == 'm')
            TELL("mode %d: %d\n", fd, fcntl(fd, F_GETFL) & 3);
        else if (what[0] == 'p')
            TELL("poll %d: %d %x\n", fd, poll(&poll_fd, 1, 0), (unsigned)poll_fd.revents);
        else if (what[0] == 's')
            tell_whether_one();
    }
    return write(atoi(argv[1]), report, used) != (long)used;
}
