/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random numbers: ChaCha20 with fast key erasure, one generator with one lock.
 * Seeded from the boot block and RDSEED or RDRAND; from an entropy device if all are missing.
 */
#ifndef HERMIT_RANDOM_H
#define HERMIT_RANDOM_H

#include <hermit/types.h>

/* Fills `buf` with n random bytes. Never fails. Seeds the generator at first use. Any context but
 * NMI. */
void random_fill(void *buf, size_t n);

/* Mixes n bytes into the state, as a write to /dev/random does. */
void random_add(const void *buf, size_t n);

/* `read` fills in up to `size` random bytes and returns their number; called at most once. At boot,
 * before the first use of the generator. */
void random_set_device(size_t (*read)(void *data, size_t size));

#endif
