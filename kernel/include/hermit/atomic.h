/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Atomic accesses without order, which most are: the value stands for itself, or a
 * lock that both sides hold orders it. An access that orders others names its
 * memory order by the functions of <stdatomic.h>, and its partner in a comment. An
 * operation that leaves the order out (x++ on an _Atomic, or the function without
 * _explicit) is refused: by the compiler (-Watomic-implicit-seq-cst) and by
 * ci/check-atomics.
 */
#ifndef HERMIT_ATOMIC_H
#define HERMIT_ATOMIC_H

#include <stdatomic.h>

#define load_relaxed(object)         atomic_load_explicit(object, memory_order_relaxed)
#define store_relaxed(object, value) atomic_store_explicit(object, value, memory_order_relaxed)

/* The old value. */
#define add_relaxed(object, n)    atomic_fetch_add_explicit(object, n, memory_order_relaxed)
#define sub_relaxed(object, n)    atomic_fetch_sub_explicit(object, n, memory_order_relaxed)
#define or_relaxed(object, bits)  atomic_fetch_or_explicit(object, bits, memory_order_relaxed)
#define and_relaxed(object, bits) atomic_fetch_and_explicit(object, bits, memory_order_relaxed)

/* A plain word that others may be writing meanwhile, by poke() under a lock: a hint, or looked at
 * again under the lock. */
#define peek(word)        __atomic_load_n(&(word), __ATOMIC_RELAXED)
#define poke(word, value) __atomic_store_n(&(word), (value), __ATOMIC_RELAXED)

/* A pointer by which others find an object without a lock: who follows it finds the object
 * whole. Pairs with the peek() that they got the address from. */
#define publish_pointer(pointer, object) __atomic_store_n(&(pointer), (object), __ATOMIC_RELEASE)

#endif
