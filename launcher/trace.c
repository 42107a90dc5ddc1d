/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The session of a trace. Owns its breakpoints and the calls that have begun; one thread, no locks.
 *
 * Calls are known by the task, the kernel's struct, that runs on the virtual CPU. Times are the
 * host's, without the time for which the machine was held.
 */
#include "trace.h"

#include "gdb_remote.h"
#include "host.h"
#include "image.h"
#include "report.h"
#include "trace_format.h"
#include "trace_lines.h"
#include "trace_names.h"
#include "trace_points.h"

#include <arch/frame.h>
#include <arch/offsets.h>

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A call that has begun, or a signal that is being taken. */
struct pending {
    uint64_t task, key;
    int tid;
    bool leaf;        /* ends at its return address */
    bool resuming;    /* was interrupted and may go on inside the kernel (restart_syscall) */
    bool interrupted; /* a signal was delivered meanwhile: its handler may make calls */
    bool taking;      /* a signal: args[1] is where its siginfo is put */
    uint64_t stack, returns_to;
    struct trace_call call;
    unsigned second_part;
    uint64_t begun_ns; /* by the machine's time */
};

struct trace {
    const struct trace_options *options;
    struct gdb_remote remote;
    struct trace_points points;
    struct trace_lines lines;
    struct trace_memory memory;
    FILE *out;
    struct pending *pendings;
    size_t nr_pendings;
    uint64_t last_key;
    uint64_t held_ns, stopped_ns; /* time held so far; when the machine stopped last */
    uint64_t wall_ns;             /* the time of day then */
};

/* A stop of the machine: the virtual CPU, its registers and task. */
struct stop {
    unsigned cpu;
    struct gdb_registers registers;
    uint64_t task;
    int tid;
    uint64_t app_stack; /* the application's stack pointer after the call */
};

static uint64_t machine_ns(const struct trace *trace)
{
    return trace->stopped_ns - trace->held_ns;
}

/* Reads memory page by page, for one of them may be missing. */
static bool read_memory(void *context, uint64_t address, void *bytes, size_t size)
{
    struct trace *trace = context;
    uint8_t *to = bytes;
    while (size != 0) {
        size_t part = 4096 - address % 4096;
        part = part < GDB_READ_MAX ? part : GDB_READ_MAX;
        part = part < size ? part : size;
        if (!gdb_read_memory(&trace->remote, address, to, part)) {
            return false;
        }
        address += part;
        to += part;
        size -= part;
    }
    return true;
}

static uint64_t read_word(struct trace *trace, uint64_t address)
{
    uint64_t word = 0;
    read_memory(trace, address, &word, sizeof(word));
    return word;
}

/* Calls that have begun. */

/* The last one of a thread, NULL: none. */
static struct pending *pending_of(struct trace *trace, uint64_t task, bool taking)
{
    struct pending *last = NULL;
    for (size_t i = 0; i < trace->nr_pendings; i++) {
        struct pending *p = &trace->pendings[i];
        if (p->task == task && p->taking == taking && (last == NULL || p->key > last->key)) {
            last = p;
        }
    }
    return last;
}

static void forget(struct trace *trace, struct pending *pending)
{
    if (pending->leaf) {
        point_remove(&trace->points, pending->returns_to, PLACE_RETURN);
    }
    if (!pending->taking) {
        points_want_exit(&trace->points, false);
    }
    *pending = trace->pendings[--trace->nr_pendings];
}

/* NULL: no memory, and the call is not shown. */
static struct pending *remember(struct trace *trace, const struct stop *stop)
{
    struct pending *grown =
        realloc(trace->pendings, (trace->nr_pendings + 1) * sizeof(*trace->pendings));
    if (grown == NULL) {
        return NULL;
    }
    trace->pendings = grown;
    struct pending *pending = &grown[trace->nr_pendings++];
    *pending = (struct pending){.task = stop->task, .key = ++trace->last_key, .tid = stop->tid};
    return pending;
}

/*
 * Calls of this thread that will not return: a handler has left them by longjmp(), or the thread
 * ends (`all`).
 */
static void abandon(struct trace *trace, uint64_t task, bool all)
{
    struct pending *last = pending_of(trace, task, false);
    if (last == NULL || (last->interrupted && !all)) {
        return;
    }
    if (!last->resuming) {
        lines_abandon(&trace->lines, last->key, last->tid, trace->wall_ns, last->call.row->name);
    }
    forget(trace, last);
    abandon(trace, task, all);
}

/* Text that is made by writing to `out`. */
struct text {
    char *bytes;
    size_t size;
    FILE *out;
};

static FILE *text_begin(struct text *text)
{
    *text = (struct text){0};
    text->out = open_memstream(&text->bytes, &text->size);
    return text->out;
}

static const char *text_end(struct text *text)
{
    fclose(text->out);
    return text->bytes != NULL ? text->bytes : "";
}

static void begin_line(struct trace *trace, struct pending *pending)
{
    struct text text;
    if (text_begin(&text) != NULL) {
        pending->second_part = trace_print_begin(text.out, &pending->call);
        lines_begin(&trace->lines, pending->key, pending->tid, trace->wall_ns, text_end(&text));
        free(text.bytes);
    }
}

static void end_line(struct trace *trace, const struct pending *pending)
{
    struct text text, result;
    if (text_begin(&text) == NULL) {
        return;
    }
    trace_print_end(text.out, &pending->call, pending->second_part);
    text_end(&text);
    if (text_begin(&result) != NULL) {
        trace_print_result(result.out, &pending->call);
        lines_end(&trace->lines, pending->key, pending->tid, trace->wall_ns,
                  pending->call.row->name, text.bytes, text_end(&result),
                  machine_ns(trace) - pending->begun_ns);
        free(result.bytes);
    }
    free(text.bytes);
}

/* The call has its result. */
static void finish(struct trace *trace, struct pending *pending, uint64_t result)
{
    pending->call.result = (int64_t)result;
    pending->call.returned = true;
    lines_count(&trace->lines, pending->call.row->number, trace_failed(&pending->call),
                machine_ns(trace) - pending->begun_ns);
    if (trace->lines.out != NULL) {
        end_line(trace, pending);
    }
    if (!pending->leaf && pending->call.result == -ERESTART_RESTARTBLOCK) {
        pending->resuming = true;
    } else {
        forget(trace, pending);
    }
}

/* A call that the kernel goes on with by itself, after a signal without a handler. */
static void finish_resumed(struct trace *trace, struct pending *pending, uint64_t result)
{
    static const char form[] = "restart_syscall(<... resuming interrupted %s ...>";
    char text[128];
    pending->call.result = (int64_t)result;
    snprintf(text, sizeof(text), form, pending->call.row->name);
    uint64_t key = ++trace->last_key;
    lines_begin(&trace->lines, key, pending->tid, trace->wall_ns, text);
    struct text words;
    if (text_begin(&words) != NULL) {
        trace_print_result(words.out, &pending->call);
        lines_end(&trace->lines, key, pending->tid, trace->wall_ns, "restart_syscall", ")",
                  text_end(&words), UINT64_MAX);
        free(words.bytes);
    }
    if (pending->call.result != -ERESTART_RESTARTBLOCK) {
        forget(trace, pending);
    }
}

/* A call that does not return is shown at once, as strace shows it. */
static void show_endless(struct trace *trace, const struct stop *stop, const char *name,
                         const char *text, const char *result)
{
    uint64_t key = ++trace->last_key;
    lines_begin(&trace->lines, key, stop->tid, trace->wall_ns, text);
    lines_end(&trace->lines, key, stop->tid, trace->wall_ns, name, "", result, UINT64_MAX);
}

/* The application's stack pointer leads to the context. */
static void show_sigreturn(struct trace *trace, const struct stop *stop, const struct call *row)
{
    struct trace_call call = {.row = row, .memory = &trace->memory};
    struct text text, result;
    if (text_begin(&text) == NULL) {
        return;
    }
    trace_print_sigreturn(text.out, &call, stop->app_stack);
    text_end(&text);
    if (text_begin(&result) != NULL) {
        trace_print_result(result.out, &call);
        show_endless(trace, stop, row->name, text.bytes, text_end(&result));
        free(result.bytes);
    }
    free(text.bytes);
}

static void thread_ends(struct trace *trace, const struct stop *stop, int status)
{
    char text[64];
    snprintf(text, sizeof(text), "+++ exited with %d +++", status & 255);
    lines_event(&trace->lines, stop->tid, trace->wall_ns, text);
}

static void show_exit(struct trace *trace, const struct stop *stop, const struct call *row)
{
    char text[64];
    int status = (int)stop->registers.rdi;
    snprintf(text, sizeof(text), "%s(%d)", row->name, status);
    show_endless(trace, stop, row->name, text, "?");
    if (strcmp(row->name, "exit") == 0) {
        thread_ends(trace, stop, status);
    }
}

static bool is_endless(const struct call *row)
{
    return strcmp(row->name, "exit") == 0 || strcmp(row->name, "exit_group") == 0 ||
           strcmp(row->name, "rt_sigreturn") == 0;
}

/* The arguments are where a function call has them. */
static void begin_call(struct trace *trace, const struct stop *stop, unsigned number, bool leaf,
                       uint64_t returns_to)
{
    const struct call *row = call_by_number(number);
    const struct gdb_registers *r = &stop->registers;
    abandon(trace, stop->task, strcmp(row->name, "exit") == 0);
    if (is_endless(row)) {
        lines_count(&trace->lines, number, false, 0);
        if (strcmp(row->name, "rt_sigreturn") == 0) {
            show_sigreturn(trace, stop, row);
        } else {
            show_exit(trace, stop, row);
        }
        return;
    }
    struct pending *pending = remember(trace, stop);
    if (pending == NULL) {
        return;
    }
    pending->leaf = leaf;
    pending->stack = r->rsp;
    pending->returns_to = returns_to;
    pending->begun_ns = machine_ns(trace);
    pending->call = (struct trace_call){.row = row,
                                        .args = {r->rdi, r->rsi, r->rdx, r->rcx, r->r8, r->r9},
                                        .memory = &trace->memory};
    points_want_exit(&trace->points, true);
    if (leaf) {
        point_add(&trace->points, returns_to, PLACE_RETURN, 0);
    }
    if (trace->lines.out != NULL) {
        begin_line(trace, pending);
    }
}

/* The frame of a call of the kernel, with the application's stack pointer, at an address. */
static uint64_t stack_in_frame(struct trace *trace, uint64_t frame)
{
    return read_word(trace, frame + FRAME_RSP);
}

/* The second half of a leaf that has been seen already, unless it is made again. */
static bool is_second_half(struct trace *trace, const struct stop *stop, unsigned number)
{
    const struct pending *last = pending_of(trace, stop->task, false);
    return last != NULL && last->leaf && last->call.row->number == number;
}

static void at_entry(struct trace *trace, struct stop *stop)
{
    uint64_t address = stop->registers.rax;
    const struct handler *handler = handler_at(&trace->points, address);
    if (address == trace->points.unmapself && address != 0) {
        abandon(trace, stop->task, true);
        thread_ends(trace, stop, 0);
    }
    if (handler == NULL || (handler->slow && is_second_half(trace, stop, handler->number))) {
        return;
    }
    stop->app_stack = stop->registers.rsp + 8;
    begin_call(trace, stop, handler->number, false, 0);
}

/* A handler may also be called by another one, or go on as another one. */
static void at_handler(struct trace *trace, struct stop *stop, unsigned number, bool slow)
{
    uint64_t back = read_word(trace, stop->registers.rsp);
    const struct pending *last = pending_of(trace, stop->task, false);
    bool within = last != NULL && !last->leaf && !last->resuming;
    if (back < trace->points.entry_start || back >= trace->points.entry_end || within ||
        (slow && is_second_half(trace, stop, number))) {
        return;
    }
    stop->app_stack = stack_in_frame(trace, stop->registers.rsp + 8);
    begin_call(trace, stop, number, false, 0);
}

/* A function without arguments may be called by the kernel as well. */
static void at_leaf(struct trace *trace, const struct stop *stop, unsigned number)
{
    uint64_t back = read_word(trace, stop->registers.rsp);
    if (!points_in_kernel(&trace->points, back)) {
        begin_call(trace, stop, number, true, back);
    }
}

/* The number is the first of the arguments of __hermit_syscall. */
static void shift_arguments(struct trace *trace, struct gdb_registers *r)
{
    r->rdi = r->rsi;
    r->rsi = r->rdx;
    r->rdx = r->rcx;
    r->rcx = r->r8;
    r->r8 = r->r9;
    r->r9 = read_word(trace, r->rsp + 8);
}

/* A call that is not there returns at once; nothing else can happen between. */
static void at_missing(struct trace *trace, const struct stop *stop, unsigned number)
{
    begin_call(trace, stop, number, false, 0);
    struct pending *pending = pending_of(trace, stop->task, false);
    if (pending != NULL) {
        finish(trace, pending, (uint64_t)-ENOSYS);
    }
}

/* syscall(2) with a number of no call. */
static void at_number(struct trace *trace, struct stop *stop)
{
    struct gdb_registers *r = &stop->registers;
    uint64_t number = r->rdi;
    const struct call *row = number < CALL_NUMBERS ? call_by_number((unsigned)number) : NULL;
    if (!call_set_has(&trace->options->calls, row != NULL ? row->number : CALL_UNNAMED)) {
        return;
    }
    shift_arguments(trace, r);
    if (row != NULL) {
        at_missing(trace, stop, (unsigned)number);
        return;
    }
    char text[192];
    snprintf(text, sizeof(text),
             "syscall_%#" PRIx64 "(%#" PRIx64 ", %#" PRIx64 ", %#" PRIx64 ", %#" PRIx64
             ", %#" PRIx64 ", %#" PRIx64 ")",
             number, r->rdi, r->rsi, r->rdx, r->rcx, r->r8, r->r9);
    show_endless(trace, stop, "", text, "-1 ENOSYS (Function not implemented)");
}

/* The exit is passed again when work has come meanwhile; the first time counts. */
static void at_exit(struct trace *trace, const struct stop *stop)
{
    struct pending *pending = pending_of(trace, stop->task, false);
    uint64_t result = stop->registers.rax;
    if (pending == NULL || (pending->leaf && !trace_is_restart((int64_t)result))) {
        return;
    }
    if (pending->resuming) {
        finish_resumed(trace, pending, result);
    } else {
        finish(trace, pending, result);
    }
}

static void at_return(struct trace *trace, const struct stop *stop)
{
    for (size_t i = 0; i < trace->nr_pendings; i++) {
        struct pending *pending = &trace->pendings[i];
        if (pending->leaf && pending->task == stop->task &&
            pending->returns_to == stop->registers.rip &&
            pending->stack + 8 == stop->registers.rsp) {
            finish(trace, pending, stop->registers.rax);
            return;
        }
    }
}

/* signal_next(set, info, action): without an action the signal is taken for sigtimedwait(2). */
static void at_signal(struct trace *trace, const struct stop *stop)
{
    struct pending *pending = stop->registers.rdx != 0 ? remember(trace, stop) : NULL;
    if (pending == NULL) {
        return;
    }
    pending->taking = true;
    pending->stack = stop->registers.rsp;
    pending->call.args[1] = stop->registers.rsi;
    pending->returns_to = read_word(trace, stop->registers.rsp);
    point_add(&trace->points, pending->returns_to, PLACE_SIGNAL_TAKEN, 0);
}

static void at_signal_taken(struct trace *trace, const struct stop *stop)
{
    struct pending *pending = pending_of(trace, stop->task, true);
    uint8_t info[TRACE_SIGINFO_SIZE];
    struct text text;
    if (pending == NULL || pending->stack + 8 != stop->registers.rsp) {
        return;
    }
    if ((int)stop->registers.rax != 0 &&
        read_memory(trace, pending->call.args[1], info, sizeof(info)) &&
        text_begin(&text) != NULL) {
        struct pending *during = pending_of(trace, stop->task, false);
        if (during != NULL) {
            during->interrupted = during->leaf;
        }
        fputs("--- ", text.out);
        trace_print_siginfo(text.out, info);
        fputs(" ---", text.out);
        lines_event(&trace->lines, stop->tid, trace->wall_ns, text_end(&text));
        free(text.bytes);
    }
    forget(trace, pending);
}

/* The kernel is at its linked addresses as long as it boots. */
static void at_boot(struct trace *trace, const struct stop *stop, enum place place)
{
    uint64_t address = stop->registers.rip;
    point_remove(&trace->points, address, place);
    if (place == PLACE_BOOT) {
        point_add(&trace->points, read_word(trace, stop->registers.rsp), PLACE_BOOTED, 0);
    } else {
        points_set(&trace->points, &trace->options->calls, stop->registers.rdx); /* boot32.S */
    }
}

static void handle_place(struct trace *trace, struct stop *stop, struct point point)
{
    switch (point.place) {
    case PLACE_BOOT:
    case PLACE_BOOTED:
        at_boot(trace, stop, point.place);
        break;
    case PLACE_ENTRY:
        at_entry(trace, stop);
        break;
    case PLACE_HANDLER:
    case PLACE_SLOW:
        at_handler(trace, stop, point.number, point.place == PLACE_SLOW);
        break;
    case PLACE_LEAF:
        at_leaf(trace, stop, point.number);
        break;
    case PLACE_LEAF_NUMBER:
        shift_arguments(trace, &stop->registers);
        at_leaf(trace, stop, point.number);
        break;
    case PLACE_MISSING:
        at_missing(trace, stop, point.number);
        break;
    case PLACE_NUMBER:
        at_number(trace, stop);
        break;
    case PLACE_EXIT:
        at_exit(trace, stop);
        break;
    case PLACE_RETURN:
        at_return(trace, stop);
        break;
    case PLACE_SIGNAL:
        at_signal(trace, stop);
        break;
    case PLACE_SIGNAL_TAKEN:
        at_signal_taken(trace, stop);
        break;
    }
}

/* Whose virtual CPU it is; a call that has begun knows its thread's id. */
static void find_task(struct trace *trace, struct stop *stop)
{
    int32_t tid = 0;
    stop->task = read_word(trace, stop->registers.gs_base + CPU_CURRENT);
    const struct pending *pending = pending_of(trace, stop->task, false);
    if (pending == NULL) {
        read_memory(trace, stop->task + TASK_TID, &tid, sizeof(tid));
    }
    stop->tid = pending != NULL ? pending->tid : tid;
}

/* Goes on: over the breakpoint, if there is one where the virtual CPU stands. */
static void go_on(struct trace *trace, const struct stop *stop)
{
    if (point_at(&trace->points, stop->registers.rip) != NULL) {
        gdb_step(&trace->remote, stop->cpu);
    }
    trace->held_ns += monotonic_ns() - trace->stopped_ns;
    gdb_continue(&trace->remote);
}

/* A stop of another kind is the monitor's, or the end of the machine, and not undone. */
static void handle_stop(struct trace *trace, const struct gdb_stop *what)
{
    struct stop stop = {.cpu = what->thread};
    trace->stopped_ns = monotonic_ns();
    trace->wall_ns = wall_clock_ns();
    if (what->signal != GDB_SIGNAL_TRAP || !gdb_read_registers(&trace->remote, &stop.registers)) {
        return;
    }
    const struct point *point = point_at(&trace->points, stop.registers.rip);
    if (point != NULL) {
        if (point->place > PLACE_BOOTED) {
            find_task(trace, &stop);
        }
        handle_place(trace, &stop, *point);
    }
    go_on(trace, &stop);
}

/* A stub that is gone took the machine with it, which others see. */
static int check_stub(const struct trace *trace)
{
    if (trace->remote.broken && !trace->remote.closed) {
        return fail("--trace: QEMU's gdb stub does not answer");
    }
    return 0;
}

int trace_run(struct trace *trace)
{
    char content[GDB_PACKET_MAX];
    struct gdb_stop stop;
    while (gdb_poll(&trace->remote, content)) {
        if (gdb_parse_stop(content, &stop)) {
            handle_stop(trace, &stop);
        }
    }
    return check_stub(trace);
}

int trace_fd(const struct trace *trace)
{
    return trace->remote.broken ? -1 : trace->remote.fd;
}

static void release(struct trace *trace)
{
    if (trace->out != NULL && trace->out != stderr) {
        fclose(trace->out);
    }
    points_free(&trace->points);
    free(trace->pendings);
    free(trace);
}

struct trace *trace_begin(const struct trace_options *options, const struct image *image, int fd)
{
    struct trace *trace = calloc(1, sizeof(*trace));
    if (trace == NULL) {
        fail("out of memory");
        return NULL;
    }
    trace->options = options;
    trace->memory = (struct trace_memory){read_memory, trace};
    trace->out = options->file != NULL ? fopen(options->file, "we") : stderr;
    if (trace->out == NULL) {
        fail("--trace-to '%s': %s", options->file, strerror(errno));
        release(trace);
        return NULL;
    }
    trace->lines.out = options->counts ? NULL : trace->out;
    gdb_init(&trace->remote, fd);
    if (!points_begin(&trace->points, &trace->remote, image)) {
        fail("--trace: image '%s' has no symbols (it was stripped)", image->path);
        release(trace);
        return NULL;
    }
    trace->stopped_ns = monotonic_ns();
    gdb_continue(&trace->remote);
    if (check_stub(trace) != 0) {
        release(trace);
        return NULL;
    }
    return trace;
}

static void show_end(struct trace *trace, int code, int signal)
{
    struct text text;
    if ((code < 0 && signal == 0) || text_begin(&text) == NULL) {
        return;
    }
    if (signal != 0) {
        fputs("+++ killed by ", text.out);
        names_print_signal(text.out, signal);
    } else {
        fprintf(text.out, "+++ exited with %d", code);
    }
    fputs(" +++", text.out);
    lines_event(&trace->lines, 1, trace->wall_ns, text_end(&text));
    free(text.bytes);
}

void trace_end(struct trace *trace, int code, int signal)
{
    trace->wall_ns = wall_clock_ns();
    for (size_t i = 0; i < trace->nr_pendings; i++) {
        const struct pending *pending = &trace->pendings[i];
        if (!pending->taking && !pending->resuming) {
            lines_abandon(&trace->lines, pending->key, pending->tid, trace->wall_ns,
                          pending->call.row->name);
        }
    }
    show_end(trace, code, signal);
    if (trace->options->counts) {
        lines_print_counts(&trace->lines, trace->out);
    }
    release(trace);
}
