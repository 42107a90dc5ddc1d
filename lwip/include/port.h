/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What lwIP needs from whom it runs in: the kernel, or a test on the host. All but the memory is
 * called with the core lock held. lwIP's own sys_now (milliseconds that never go back) belongs
 * here, too.
 */
#ifndef LWIP_PORT_H
#define LWIP_PORT_H

#include <stddef.h>
#include <stdint.h>

void *lwip_port_malloc(size_t size); /* NULL: out of memory */
void *lwip_port_calloc(size_t count, size_t size);
void lwip_port_free(void *p); /* NULL is allowed */

/* Fills `buf` with n bytes that nobody can guess. */
void lwip_port_random(void *buf, size_t n);

/* Microseconds since some fixed point, which never go back. */
uint64_t lwip_port_now_us(void);

/* A timer of tcp_recovery_timers() has been set, perhaps earlier than the others. */
void lwip_port_timer_set(void);

/* An assertion of lwIP's does not hold. */
_Noreturn void lwip_port_failed(const char *what, const char *file, int line);

#endif
