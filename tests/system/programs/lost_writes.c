/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes to stdout until that fails, prints the error on stderr, and ends with status 7. "ignore":
 * ignores SIGPIPE and SIGXFSZ. "again": reads a line and writes again. "once_more": writes one more
 * line after the error and ends with status 3 at once, or 1 if that failed, too. "quiet": writes
 * one line only and ends likewise. "zero": all that to descriptor 0.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool has(int argc, char **argv, const char *word)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], word) == 0)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    static const char line[] = "a line that is short enough to need many of its kind\n";
    char answer[64];
    size_t size = sizeof(line) - 1;

    if (has(argc, argv, "zero"))
        dup2(0, 1);
    if (has(argc, argv, "quiet"))
        return write(1, line, size) != (ssize_t)size ? 1 : 3;
    if (has(argc, argv, "ignore")) {
        signal(SIGPIPE, SIG_IGN);
        signal(SIGXFSZ, SIG_IGN);
    }
    for (int i = 0; i < 1000000; i++)
        if (write(1, line, size) < 0)
            break;
    if (has(argc, argv, "once_more"))
        return write(1, line, size) != (ssize_t)size ? 1 : 3;
    fprintf(stderr, "%s\n", strerror(errno));
    if (has(argc, argv, "again")) {
        if (read(0, answer, sizeof(answer)) <= 0)
            return 1;
        for (int i = 0; i < 100; i++)
            if (write(1, "again\n", 6) != 6)
                return 2;
    }
    return 7;
}
