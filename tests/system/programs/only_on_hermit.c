/* SPDX-License-Identifier: BSD-3-Clause */
/* fork and exec fail with an error in a single-process system. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
    char *words[] = {"program", NULL};

    errno = 0;
    printf("fork: %d %s\n", fork(), strerror(errno));
    errno = 0;
    printf("exec: %d %s\n", execv("/proc/self/exe", words), strerror(errno));
    return 0;
}
