/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of sockets (machine.h) against a scripted peer (wire.h) share. */
#ifndef MACHINE_WIRE_H
#define MACHINE_WIRE_H

#include "machine.h"
#include "wire.h"

#define CALL(name, a, b, c, d, e, f)                                                               \
    machine_call(SYS_##name, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/* The next segment that the machine has sent has these flags and so many bytes; there is none. */
struct segment expect(struct wire *w, unsigned flags, size_t size);
void expect_nothing(struct wire *w);

#endif
