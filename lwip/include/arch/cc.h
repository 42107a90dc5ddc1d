/* SPDX-License-Identifier: BSD-3-Clause */
/* lwIP's view of compiler and machine. */
#ifndef LWIP_ARCH_CC_H
#define LWIP_ARCH_CC_H

#include "port.h"

#define LWIP_NO_CTYPE_H    1
#define LWIP_NO_INTTYPES_H 1
#define LWIP_NO_UNISTD_H   1
#define SSIZE_MAX          LONG_MAX /* lwIP then defines no ssize_t of its own */
typedef long ssize_t;

#define X8_F  "02x"
#define U16_F "u"
#define S16_F "d"
#define X16_F "x"
#define U32_F "u"
#define S32_F "d"
#define X32_F "x"
#define SZT_F "zu"

#define lwip_htons(x) __builtin_bswap16(x)
#define lwip_htonl(x) __builtin_bswap32(x)

/* Nothing prints: lwIP's debug messages are off. */
#define LWIP_PLATFORM_DIAG(x)
#define LWIP_PLATFORM_ASSERT(x) lwip_port_failed(x, __FILE__, __LINE__)

#define LWIP_RAND() lwip_random_word()
uint32_t lwip_random_word(void);

/* lwip/checksum.c */
uint16_t lwip_checksum(const void *data, int size);
#define LWIP_CHKSUM lwip_checksum

#endif
