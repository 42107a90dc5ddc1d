/* SPDX-License-Identifier: BSD-3-Clause */
/* The breakpoints of a trace. Owns their list; one thread, no locks. */
#include "trace_points.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * From so many wanted calls on, all stop at their common way in instead of each at its own: QEMU
 * looks through the list of breakpoints whenever a jump leaves its page.
 */
#define MANY_CALLS 12u

const struct point *point_at(const struct trace_points *points, uint64_t address)
{
    for (size_t i = 0; i < points->nr_points; i++) {
        if (points->points[i].address == address) {
            return &points->points[i];
        }
    }
    return NULL;
}

const struct handler *handler_at(const struct trace_points *points, uint64_t address)
{
    for (size_t i = 0; i < points->nr_handlers; i++) {
        if (points->handlers[i].address == address) {
            return &points->handlers[i];
        }
    }
    return NULL;
}

void point_add(struct trace_points *points, uint64_t address, enum place place, unsigned number)
{
    struct point *known = (struct point *)point_at(points, address);
    if (address == 0 || known != NULL) {
        if (known != NULL && known->place == place) {
            known->users++;
        }
        return;
    }
    struct point *grown = realloc(points->points, (points->nr_points + 1) * sizeof(*grown));
    if (grown == NULL) {
        return;
    }
    points->points = grown;
    if (gdb_set_breakpoint(points->remote, address, true)) {
        grown[points->nr_points++] = (struct point){address, place, number, 1};
    }
}

void point_remove(struct trace_points *points, uint64_t address, enum place place)
{
    struct point *point = (struct point *)point_at(points, address);
    if (point == NULL || point->place != place || --point->users != 0) {
        return;
    }
    gdb_set_breakpoint(points->remote, address, false);
    *point = points->points[--points->nr_points];
}

void points_want_exit(struct trace_points *points, bool wanted)
{
    if (wanted) {
        point_add(points, points->exit, PLACE_EXIT, 0);
        point_add(points, points->odd_exit, PLACE_EXIT, 0);
    } else {
        point_remove(points, points->exit, PLACE_EXIT);
        point_remove(points, points->odd_exit, PLACE_EXIT);
    }
}

bool points_in_kernel(const struct trace_points *points, uint64_t address)
{
    return address - points->bias >= points->text.start &&
           address - points->bias < points->text.end;
}

/*
 * Where a symbol of the kernel is now; 0: it is not linked. The kernel's names are local, and the
 * program may have the same.
 */
static uint64_t symbol(const struct trace_points *points, const char *name)
{
    uint64_t address = image_symbol_address(points->image, name, points->text);
    return address != 0 ? address + points->bias : 0;
}

static uint64_t symbol_of_call(const struct trace_points *points, const char *before,
                               const struct call *call, const char *after)
{
    char name[128];
    snprintf(name, sizeof(name), "%s%s%s", before, call->name, after);
    return symbol(points, name);
}

static void add_handler(struct trace_points *points, uint64_t address, unsigned number, bool slow)
{
    struct handler *grown = realloc(points->handlers, (points->nr_handlers + 1) * sizeof(*grown));
    if (grown == NULL) {
        return;
    }
    points->handlers = grown;
    if (address != 0) {
        grown[points->nr_handlers++] = (struct handler){address, number, slow};
    }
}

/*
 * Doors are close together, functions are not: QEMU executes what shares a page with a breakpoint
 * one instruction at a time. syscall(2) has doors of its own, but not for leaves without arguments.
 */
static void find_leaf(struct trace_points *points, const struct call *call)
{
    bool by_number = symbol(points, "__hermit_syscall") != 0;
    const char *door = by_number && call->nr_arguments == 0 ? "sys_" : "__hermit_sys_";
    point_add(points, symbol_of_call(points, door, call, ""), PLACE_LEAF, call->number);
    if (by_number && call->nr_arguments != 0) {
        point_add(points, symbol_of_call(points, "numbered_", call, ""), PLACE_LEAF_NUMBER,
                  call->number);
    }
    add_handler(points, symbol_of_call(points, "", call, "_slow"), call->number, true);
}

/* What the image holds of one wanted call. */
static void find_call(struct trace_points *points, const struct call *call)
{
    switch (call->kind) {
    case CALL_ON_KERNEL_STACK:
        add_handler(points, symbol_of_call(points, "sys_", call, ""), call->number, false);
        break;
    case CALL_LEAF:
        find_leaf(points, call);
        break;
    case CALL_MISSING:
        point_add(points, symbol_of_call(points, "__hermit_sys_", call, ""), PLACE_MISSING,
                  call->number);
        point_add(points, symbol(points, "no_such_call"), PLACE_NUMBER, 0);
        break;
    }
}

static void stop_at_handlers(struct trace_points *points)
{
    for (size_t i = 0; i < points->nr_handlers; i++) {
        const struct handler *handler = &points->handlers[i];
        point_add(points, handler->address, handler->slow ? PLACE_SLOW : PLACE_HANDLER,
                  handler->number);
    }
}

void points_set(struct trace_points *points, const struct call_set *calls, uint64_t bias)
{
    points->bias = bias;
    points->entry_start = symbol(points, "hermit_call_entry");
    points->entry_end = symbol(points, "hermit_call_end");
    points->exit = symbol(points, "hermit_call_exit");
    points->odd_exit = symbol(points, "syscall_odd_exit");
    points->unmapself = symbol(points, "sys_unmapself");
    for (unsigned number = 0; number < CALL_NUMBERS; number++) {
        const struct call *call = call_by_number(number);
        if (call != NULL && call_set_has(calls, number)) {
            find_call(points, call);
        }
    }
    if (points->nr_handlers >= MANY_CALLS) {
        point_add(points, points->entry_start, PLACE_ENTRY, 0);
        points_want_exit(points, true); /* always */
    } else {
        stop_at_handlers(points);
    }
    point_add(points, symbol(points, "signal_next"), PLACE_SIGNAL, 0);
}

bool points_begin(struct trace_points *points, struct gdb_remote *remote, const struct image *image)
{
    static const struct image_range all = {0, UINT64_MAX};
    *points = (struct trace_points){.remote = remote, .image = image};
    points->text.start = image_symbol_address(image, "__hermit_text_start", all);
    points->text.end = image_symbol_address(image, "__hermit_text_end", all);
    uint64_t boot = symbol(points, "boot_early");
    point_add(points, boot, PLACE_BOOT, 0);
    return boot != 0;
}

void points_free(struct trace_points *points)
{
    free(points->points);
    free(points->handlers);
}
