/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls with wild pointers: each row names a system call, its arguments and the
 * one argument that is replaced by each wild pointer in turn. All must fail with
 * EFAULT and nothing else may happen. Single-threaded.
 */
#ifndef TESTS_POSIX_WILD_H
#define TESTS_POSIX_WILD_H

#include "check.h"
#include <sys/mman.h>
#include <sys/syscall.h>

enum { TAKES_NULL = 1 }; /* a null pointer is a proper value for this argument */

struct wild_call {
    const char *name;
    long number;
    long arguments[6];
    int wild;
    int flags;
};

#define ROW(call, wild, flags, ...) {#call, SYS_##call, {__VA_ARGS__}, wild, flags}

UNUSED static void try_wild(const struct wild_call *calls, size_t count)
{
    char *hole = mmap(NULL, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    long wild[] = {0,
                   1,
                   0x7ffffffff000,
                   (long)0x8000000000000000,
                   (long)0xffff800000000000,
                   (long)0xffffffff80001000,
                   -8,
                   (long)hole + 4096};

    REQUIRE(hole != MAP_FAILED);
    for (size_t i = 0; i < count; i++) {
        const struct wild_call *call = &calls[i];
        int refused = 0, wanted = 0;
        for (size_t j = 0; j < sizeof(wild) / sizeof(wild[0]); j++) {
            long a[6];
            if (wild[j] == 0 && (call->flags & TAKES_NULL))
                continue;
            memcpy(a, call->arguments, sizeof(a));
            a[call->wild] = wild[j];
            errno = 0;
            long result = syscall(call->number, a[0], a[1], a[2], a[3], a[4], a[5]);
            wanted++;
            if (result == -1 && errno == EFAULT)
                refused++;
            else
                printf("%s(argument %d = %#lx): %ld, errno %d\n", call->name, call->wild, wild[j],
                       result, errno);
        }
        printf("%s argument %d: %d of %d refused\n", call->name, call->wild, refused, wanted);
    }
}

#define TRY_WILD(calls) try_wild(calls, sizeof(calls) / sizeof((calls)[0]))

#endif
