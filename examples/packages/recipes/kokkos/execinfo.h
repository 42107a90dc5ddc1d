/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * glibc's <execinfo.h> for packages that include it unasked, made of <unwind.h>: musl has none.
 *
 * The symbols are addresses, which is what glibc prints of functions that it does not know by name.
 */
#ifndef HERMIT_PACKAGES_EXECINFO_H
#define HERMIT_PACKAGES_EXECINFO_H

#include <stdio.h>
#include <stdlib.h>
#include <unwind.h>

struct execinfo_walk {
    void **addresses;
    int size;
    int count;
};

static inline _Unwind_Reason_Code execinfo_visit(struct _Unwind_Context *context, void *data)
{
    struct execinfo_walk *walk = (struct execinfo_walk *)data;
    if (walk->count == walk->size)
        return _URC_END_OF_STACK;
    walk->addresses[walk->count++] = (void *)_Unwind_GetIP(context);
    return _URC_NO_REASON;
}

/* At most size return addresses, the caller's first; returns how many. */
static inline int backtrace(void **addresses, int size)
{
    struct execinfo_walk walk = {addresses, size, 0};
    _Unwind_Backtrace(execinfo_visit, &walk);
    return walk.count;
}

/* One block for the caller to free: count pointers, then their strings. NULL: no memory. */
static inline char **backtrace_symbols(void *const *addresses, int count)
{
    enum { LENGTH = 24 };
    char **symbols = (char **)malloc((size_t)count * (sizeof(char *) + LENGTH));
    if (!symbols)
        return NULL;
    char *text = (char *)(symbols + count);
    for (int i = 0; i < count; i++, text += LENGTH) {
        snprintf(text, LENGTH, "[%p]", addresses[i]);
        symbols[i] = text;
    }
    return symbols;
}

#endif
