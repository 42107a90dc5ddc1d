/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * musl's malloc() in an object of its own. musl has it in the object with the internal
 * __libc_malloc, which atexit() and others pull in: it would then replace the malloc() of the
 * allocator that is linked before musl, and its blocks would reach that allocator's free().
 */
#include <stdlib.h>

void *malloc(size_t size)
{
    return __libc_malloc_impl(size);
}
