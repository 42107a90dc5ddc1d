/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of lwIP's TCP against a scripted peer (wire.h) share: one listener, and the
 * connection that it has accepted last. */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim.h"
#include "wire.h"

#define PORT 80

extern struct tcp_pcb *listener, *accepted;
extern unsigned nr_accepted;
extern size_t received;
extern err_t ended;      /* what the error callback said */
extern char data[65535]; /* to send: zeros */

/* Before and after each test. */
int set_up(void **state);
int tear_down(void **state);
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

struct tcp_pcb *listen_on(uint16_t port, uint16_t backlog);

/* A peer of the listener, at that port of its. */
struct wire peer(uint16_t port);

/* The next segment that lwIP has sent has these flags; there is none. */
void expect(struct wire *w, unsigned flags, struct segment *s);
void expect_nothing(struct wire *w);

/* A connection that lwIP has closed first, so that its side waits. */
void into_time_wait(struct wire *w);

/* A connection to the peer, which has seen the SYN. */
struct tcp_pcb *connect_from(struct wire *w, uint16_t port);

#endif
