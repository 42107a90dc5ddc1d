/* SPDX-License-Identifier: BSD-3-Clause */
/* The ChaCha20 block function (RFC 8439, 2.3). Pure; also compiled for the host's unit tests. */
#ifndef LIB_CHACHA_H
#define LIB_CHACHA_H

#include <stdint.h>

/* 64 bytes of key stream for a 256-bit key, a 32-bit block counter and a 96-bit nonce. */
void chacha20_block(const uint32_t key[8], uint32_t counter, const uint32_t nonce[3],
                    uint32_t out[16]);

#endif
