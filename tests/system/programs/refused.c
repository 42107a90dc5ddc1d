/* SPDX-License-Identifier: BSD-3-Clause */
/* Requests that Linux supports and Hermit does not are refused, not accepted without effect. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define REFUSED(call) ((call) == -1 && errno == EINVAL ? (void)0 : (void)puts(#call))

int main(void)
{
    int ends[2], file = memfd_create("file", 0);

    if (pipe(ends) != 0)
        return 1;
    REFUSED(fcntl(ends[0], F_SETFL, O_ASYNC));
    REFUSED(fcntl(0, F_SETFL, O_ASYNC));
    /* Linux sends no signals for regular files either, and ignores the flag. */
    if (fcntl(file, F_SETFL, O_ASYNC) != 0 || fcntl(file, F_GETFL) & O_ASYNC)
        puts("regular file");
    REFUSED(memfd_create("huge", MFD_HUGETLB));
    return 0;
}
