/* SPDX-License-Identifier: BSD-3-Clause */
/* Collects what the machine sends of a crash, and prints the report. No locks. */
#include "crash.h"

#include "backtrace.h"
#include "symbolize.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

bool crash_take_registers(struct crash *crash, const uint8_t *message, size_t length)
{
    if (length != sizeof(crash->registers)) {
        return false;
    }
    memcpy(&crash->registers, message, length);
    crash->has_registers = true;
    return true;
}

/* Returns the part that `address` continues, or a new one; NULL: there are too many. */
static struct unwind_part *part_for(struct crash *crash, uint64_t address)
{
    struct unwind_part *last = &crash->parts[crash->nr_parts - (crash->nr_parts != 0)];
    if (crash->nr_parts != 0 && address == last->address + last->size) {
        return last;
    }
    if (crash->nr_parts == CRASH_PARTS_MAX) {
        return NULL;
    }
    last = &crash->parts[crash->nr_parts++];
    *last = (struct unwind_part){address, crash->stack + crash->stack_used, 0};
    return last;
}

bool crash_take_stack(struct crash *crash, const uint8_t *message, size_t length)
{
    uint64_t address;
    if (length < sizeof(address)) {
        return false;
    }
    memcpy(&address, message, sizeof(address));
    length -= sizeof(address);
    if (crash->stack == NULL) {
        crash->stack = malloc(CRASH_STACK_MAX);
    }
    if (crash->stack == NULL || length > CRASH_STACK_MAX - crash->stack_used) {
        return true;
    }
    struct unwind_part *part = part_for(crash, address);
    if (part != NULL) {
        memcpy(crash->stack + crash->stack_used, message + sizeof(address), length);
        crash->stack_used += length;
        part->size += length;
    }
    return true;
}

void crash_free(struct crash *crash)
{
    free(crash->stack);
    *crash = (struct crash){.has_registers = false};
}

/* The kernel's frames, unless those of the program's crash are known better, then the program's. */
static void find_calls(struct backtrace *trace, const struct crash *crash,
                       const struct image *image, const struct hermit_crash *head,
                       const uint64_t *frames)
{
    const struct hermit_registers *registers = &crash->registers;
    const struct unwind_memory memory = {crash->parts, crash->nr_parts};
    bool same = crash->has_registers && head->nr_frames != 0 && frames[0] == registers->rip;
    for (uint32_t i = 0; !same && i < head->nr_frames; i++) {
        backtrace_add(trace, frames[i], i == 0);
    }
    /* A panic while the machine starts has a task without a program. */
    if (same || (crash->has_registers && image_is_code(image, registers->rip - head->bias))) {
        backtrace_program(trace, image, head->bias, registers, &memory);
    }
}

static void print_end(FILE *out, const struct backtrace *trace)
{
    size_t last = trace->count - 1;
    switch (trace->end) {
    case BACKTRACE_WHOLE:
        break;
    case BACKTRACE_FULL:
        fputs("  (there are more calls)\n", out);
        break;
    case BACKTRACE_BROKEN:
        fprintf(out, "  (#%zu would return to 0x%016" PRIx64 ", which follows no call)\n", last,
                trace->strange);
        break;
    case BACKTRACE_CUT:
        fprintf(out, "  (the stack of #%zu cannot be read)\n", last);
        break;
    }
}

bool crash_print(FILE *out, const struct crash *crash, const struct image *image,
                 const uint8_t *message, size_t length)
{
    struct hermit_crash head;
    struct backtrace trace = {.count = 0};
    uint64_t frames[BACKTRACE_MAX];
    if (length < sizeof(head)) {
        return false;
    }
    memcpy(&head, message, sizeof(head));
    message += sizeof(head);
    length -= sizeof(head);
    if (head.nr_frames > length / sizeof(uint64_t) ||
        head.text_size > length - head.nr_frames * sizeof(uint64_t)) {
        return false;
    }
    const uint8_t *text = message + head.nr_frames * sizeof(uint64_t);
    fwrite(text, 1, head.text_size, out);
    if (head.text_size != 0 && text[head.text_size - 1] != '\n') {
        fputc('\n', out);
    }
    head.nr_frames = head.nr_frames < BACKTRACE_MAX ? head.nr_frames : BACKTRACE_MAX;
    memcpy(frames, message, head.nr_frames * sizeof(uint64_t));
    find_calls(&trace, crash, image, &head, frames);
    if (trace.guessed != 0) {
        fprintf(out, "  (calls from #%zu on found by looking through the stack; some may be old)\n",
                trace.guessed);
    }
    symbolize_print(out, image, head.bias, &trace);
    print_end(out, &trace);
    fflush(out);
    return true;
}
