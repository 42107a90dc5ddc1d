/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sends the program's registers and stack: call-frame information is interpreted by the launcher,
 * where neither its size nor its defects matter. Owns no data, no locks.
 */
#include "calls.h"

#include <hermit/console.h>
#include <hermit/signal_frame.h>
#include <hermit/uaccess.h>

_Static_assert(sizeof(struct hermit_registers) == sizeof(struct trap_frame), "sent as it is");
_Static_assert(offsetof(struct hermit_registers, rip) == offsetof(struct trap_frame, rip), "same");
_Static_assert(offsetof(struct hermit_registers, rsp) == offsetof(struct trap_frame, rsp), "same");
_Static_assert(HERMIT_VECTOR_CALL == FRAME_SYSCALL, "the same");

/* Pages that nobody touched, arrays for example, are left out, and what follows them is not. */
static void send_stack(uint64_t at, void *buffer, size_t size)
{
    size_t n;
    for (uint64_t end = at + HERMIT_STACK_MAX; at < end; at += n) {
        n = MIN(size, PAGE_SIZE - at % PAGE_SIZE);
        user_nofault_begin();
        int err = copy_from_user(buffer, user_ptr(at), n);
        user_nofault_end();
        if (err == 0)
            console_send(HERMIT_MSG_STACK, &at, sizeof(at), buffer, n);
    }
}

void send_calls(const struct trap_frame *frame, void *buffer, size_t size)
{
    console_send(HERMIT_MSG_REGISTERS, frame, sizeof(*frame), NULL, 0);
    send_stack(frame->rsp, buffer, size);
    uintptr_t outer = signal_altstack()->outer;
    if (outer != 0)
        send_stack(outer, buffer, size);
}
