/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where a traced machine stops: breakpoints at places of the kernel's text, found by the image's
 * symbols.
 *
 * The invariant that no stop is missed: a breakpoint stays set while its virtual CPU is stepped
 * over it (a step of TCG ignores breakpoints), and the others are held meanwhile. So a virtual CPU
 * that stands at a breakpoint without having been told of, since another one was told of first,
 * executes nothing before it stops there again.
 */
#ifndef LAUNCHER_TRACE_POINTS_H
#define LAUNCHER_TRACE_POINTS_H

#include "gdb_remote.h"
#include "image.h"
#include "trace_calls.h"

enum place {
    PLACE_BOOT,         /* boot_early() is called … */
    PLACE_BOOTED,       /* … and has returned how far the image will be moved */
    PLACE_ENTRY,        /* hermit_call_entry, the way into all calls but leaves */
    PLACE_HANDLER,      /* or a handler's first instruction */
    PLACE_SLOW,         /* … of the slow half of a leaf */
    PLACE_LEAF,         /* the door of a leaf */
    PLACE_LEAF_NUMBER,  /* … by syscall(2), with the arguments one register further on */
    PLACE_MISSING,      /* the door of a call that is not there */
    PLACE_NUMBER,       /* syscall(2) with a number of no call */
    PLACE_EXIT,         /* a handler has returned; its result is in rax */
    PLACE_RETURN,       /* a leaf's return address, for as long as calls wait for it */
    PLACE_SIGNAL,       /* signal_next(), which takes a signal out of its queue, is called … */
    PLACE_SIGNAL_TAKEN, /* … and has returned it */
};

struct point {
    uint64_t address;
    enum place place;
    unsigned number; /* of the call, for the places of one */
    unsigned users;
};

/* A wanted call's handler, for PLACE_ENTRY. */
struct handler {
    uint64_t address;
    unsigned number;
    bool slow; /* the slow half of a leaf */
};

struct trace_points {
    struct gdb_remote *remote;
    const struct image *image;
    struct image_range text; /* of the kernel, as it is linked */
    uint64_t bias;           /* added to the image's addresses */
    struct point *points;
    size_t nr_points;
    struct handler *handlers;
    size_t nr_handlers;
    uint64_t entry_start, entry_end; /* code between the application and the handlers */
    uint64_t exit, odd_exit;         /* where handlers return */
    uint64_t unmapself;              /* the handler that ends a thread with its stack */
};

/*
 * Before the machine has run: it will stop where the image's place is known. False: the image has
 * no symbols. points_free() after either.
 */
bool points_begin(struct trace_points *points, struct gdb_remote *remote,
                  const struct image *image);
void points_free(struct trace_points *points);

/* The image has its place: stops at the calls of the set. */
void points_set(struct trace_points *points, const struct call_set *calls, uint64_t bias);

/* One address has one place: of two the first counts. Address 0 is none. */
void point_add(struct trace_points *points, uint64_t address, enum place place, unsigned number);
void point_remove(struct trace_points *points, uint64_t address, enum place place);

/* Stops at the ends of calls, for as long as calls are waited for. */
void points_want_exit(struct trace_points *points, bool wanted);

/* Whether an address is in the kernel's text. */
bool points_in_kernel(const struct trace_points *points, uint64_t address);

/* What is at an address, or NULL. */
const struct point *point_at(const struct trace_points *points, uint64_t address);
const struct handler *handler_at(const struct trace_points *points, uint64_t address);

#endif
