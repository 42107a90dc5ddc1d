/* SPDX-License-Identifier: BSD-3-Clause */
/* Walks the calls of a program. The stack may hold anything. No state, no locks. */
#include "backtrace.h"

#include <string.h>

#define SCAN_BYTES 16384u /* how far to look for a return address */

struct walk {
    const struct image *image;
    const struct unwind_memory *memory;
    struct unwind_tables tables; /* size 0: the image has none */
    uint64_t bias;
    struct unwind_frame frame;
    bool guessing; /* since a return address was found by looking through the stack */
    struct backtrace *trace;
};

static void find_tables(const struct image *image, struct unwind_tables *tables)
{
    struct image_segment segment;
    tables->header = image_frame_table(image);
    if (tables->header != 0 && image_segment_at(image, tables->header, &segment)) {
        tables->bytes = segment.bytes;
        tables->size = segment.size;
        tables->address = segment.address;
    }
}

/*
 * True if a call instruction ends right before `address`: E8 with a target in the
 * image's code, or FF /2 in one of its lengths.
 */
static bool follows_call(const struct walk *w, uint64_t address)
{
    struct image_segment segment;
    uint64_t last = address - w->bias - 1;
    if (!image_segment_at(w->image, last, &segment) || !segment.is_code ||
        last - segment.address < 7) {
        return false;
    }
    const uint8_t *end = segment.bytes + (last - segment.address) + 1;
    int32_t distance;
    memcpy(&distance, end - sizeof(distance), sizeof(distance));
    if (end[-5] == 0xe8 && image_is_code(w->image, last + 1 + (uint64_t)(int64_t)distance)) {
        return true;
    }
    for (int length = 2; length <= 7; length++) {
        if (end[-length] == 0xff && (end[-length + 1] & 0x38) == 0x10) {
            return true;
        }
    }
    return false;
}

/* Makes the caller the frame, whose return address is at `slot`. False: there is none. */
static bool return_through(struct walk *w, uint64_t slot)
{
    uint64_t address;
    if (!unwind_read(w->memory, slot, &address) || !follows_call(w, address)) {
        return false;
    }
    w->frame.values[UNWIND_RSP] = slot + sizeof(address);
    w->frame.values[UNWIND_RIP] = address;
    w->frame.exact = false;
    return true;
}

/* A signal handler returns to what nobody has called. */
static bool ends_handler(const struct walk *w)
{
    return unwind_ends_handler(&w->tables, w->bias, w->frame.values[UNWIND_RIP]);
}

static bool follow_frame_pointer(struct walk *w)
{
    uint64_t pointer = w->frame.values[UNWIND_RBP];
    uint64_t next;
    if (!unwind_knows(&w->frame, UNWIND_RBP) || pointer < w->frame.values[UNWIND_RSP] ||
        !unwind_read(w->memory, pointer, &next) || !return_through(w, pointer + sizeof(next))) {
        return false;
    }
    w->frame.values[UNWIND_RBP] = next;
    return true;
}

/* The caller's other registers are then unknown. */
static bool look_through_stack(struct walk *w)
{
    uint64_t slot = w->frame.values[UNWIND_RSP] & ~7ULL;
    for (uint64_t end = slot + SCAN_BYTES; slot < end; slot += sizeof(uint64_t)) {
        if (return_through(w, slot)) {
            w->frame.known = 1u << UNWIND_RSP | 1u << UNWIND_RIP;
            w->guessing = true;
            return true;
        }
    }
    return false;
}

/* Goes to the caller of code without call-frame information. False: it has none. */
static bool step_without_table(struct walk *w)
{
    bool interrupted = w->frame.exact;
    /* Code without a frame of its own: functions in assembler, and a call of a bad address. */
    if (interrupted && return_through(w, w->frame.values[UNWIND_RSP])) {
        return true;
    }
    /* The ABI marks the start of a thread so. */
    if (!interrupted && unwind_knows(&w->frame, UNWIND_RBP) && w->frame.values[UNWIND_RBP] == 0) {
        return false;
    }
    return follow_frame_pointer(w) || look_through_stack(w);
}

/*
 * Goes to the caller. False: the walk has ended. A guess may have been wrong, so that call-frame
 * information leads nowhere: then the next one counts.
 */
static bool step(struct walk *w)
{
    struct unwind_frame before = w->frame;
    enum backtrace_end end = BACKTRACE_WHOLE;
    switch (unwind_step(&w->tables, w->memory, w->bias, &w->frame)) {
    case UNWIND_CALLER:
        if (w->frame.exact || follows_call(w, w->frame.values[UNWIND_RIP]) || ends_handler(w)) {
            return true;
        }
        w->trace->strange = w->frame.values[UNWIND_RIP];
        w->frame = before;
        end = BACKTRACE_BROKEN;
        break;
    case UNWIND_OUTERMOST:
        return false;
    case UNWIND_UNREADABLE:
        end = BACKTRACE_CUT;
        break;
    case UNWIND_UNCOVERED:
        break;
    }
    if (end != BACKTRACE_WHOLE && !w->guessing) {
        w->trace->end = end;
        return false;
    }
    return step_without_table(w);
}

static void take_registers(struct unwind_frame *frame, const struct hermit_registers *r)
{
    const uint64_t values[UNWIND_REGISTERS] = {
        [UNWIND_RAX] = r->rax, [UNWIND_RDX] = r->rdx, [UNWIND_RCX] = r->rcx, [UNWIND_RBX] = r->rbx,
        [UNWIND_RSI] = r->rsi, [UNWIND_RDI] = r->rdi, [UNWIND_RBP] = r->rbp, [UNWIND_RSP] = r->rsp,
        [UNWIND_R8] = r->r8,   [UNWIND_R9] = r->r9,   [UNWIND_R10] = r->r10, [UNWIND_R11] = r->r11,
        [UNWIND_R12] = r->r12, [UNWIND_R13] = r->r13, [UNWIND_R14] = r->r14, [UNWIND_R15] = r->r15,
        [UNWIND_RIP] = r->rip,
    };
    memcpy(frame->values, values, sizeof(values));
    frame->known = (1u << UNWIND_REGISTERS) - 1;
}

void backtrace_add(struct backtrace *trace, uint64_t address, bool exact)
{
    if (trace->count == BACKTRACE_MAX) {
        trace->end = BACKTRACE_FULL;
        return;
    }
    trace->addresses[trace->count] = address;
    trace->exact[trace->count++] = exact;
}

void backtrace_program(struct backtrace *trace, const struct image *image, uint64_t bias,
                       const struct hermit_registers *registers, const struct unwind_memory *memory)
{
    struct walk w = {.image = image, .memory = memory, .bias = bias, .trace = trace};
    bool called = registers->vector >= HERMIT_VECTOR_CALL;
    find_tables(image, &w.tables);
    take_registers(&w.frame, registers);
    w.frame.exact = !called || !follows_call(&w, registers->rip);
    do {
        if (w.guessing && trace->guessed == 0) {
            trace->guessed = trace->count;
        }
        backtrace_add(trace, w.frame.values[UNWIND_RIP], w.frame.exact || ends_handler(&w));
    } while (trace->end != BACKTRACE_FULL && step(&w));
}
