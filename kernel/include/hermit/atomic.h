/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Relaxed atomic accesses, the usual case: only the value itself matters, or a lock
 * held by both sides orders it. An access that orders others names its memory order
 * by the functions of <stdatomic.h>, and its partner in a comment. The compiler
 * (-Watomic-implicit-seq-cst) and ci/check-atomics reject operations without an
 * explicit order (x++ on an _Atomic, or the function without _explicit).
 */
#ifndef HERMIT_ATOMIC_H
#define HERMIT_ATOMIC_H

#include <stdatomic.h>

#define load_relaxed(object)         atomic_load_explicit(object, memory_order_relaxed)
#define store_relaxed(object, value) atomic_store_explicit(object, value, memory_order_relaxed)

/* These return the old value. */
#define add_relaxed(object, n)    atomic_fetch_add_explicit(object, n, memory_order_relaxed)
#define sub_relaxed(object, n)    atomic_fetch_sub_explicit(object, n, memory_order_relaxed)
#define or_relaxed(object, bits)  atomic_fetch_or_explicit(object, bits, memory_order_relaxed)
#define and_relaxed(object, bits) atomic_fetch_and_explicit(object, bits, memory_order_relaxed)

/* Read and write a plain word that is written under a lock and read without it: the reader takes
 * the value as a hint, or reads it again under the lock. */
#define peek(word)        __atomic_load_n(&(word), __ATOMIC_RELAXED)
#define poke(word, value) __atomic_store_n(&(word), (value), __ATOMIC_RELAXED)

/* Stores a pointer that readers follow without a lock: they see the object fully initialised. Pairs
 * with the peek() that reads the pointer. */
#define publish_pointer(pointer, object) __atomic_store_n(&(pointer), (object), __ATOMIC_RELEASE)

#endif
