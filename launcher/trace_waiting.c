/* SPDX-License-Identifier: BSD-3-Clause */
/* Arguments and results of poll, select and epoll. Pure functions but for the memory's reader. */
#include "trace_printers.h"

#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>

static size_t read_pollfds(const struct trace_call *call, struct pollfd fds[TRACE_ARRAY_MAX])
{
    uint32_t count = (uint32_t)call->args[1];
    size_t shown = count < TRACE_ARRAY_MAX ? count : TRACE_ARRAY_MAX;
    return shown != 0 && fetch(call, call->args[0], fds, shown * sizeof(fds[0])) ? shown : 0;
}

void print_pollfds(FILE *out, const struct trace_call *call, unsigned n)
{
    struct pollfd fds[TRACE_ARRAY_MAX];
    size_t shown = read_pollfds(call, fds);
    if (shown == 0) {
        put_pointer(out, call->args[n]);
        return;
    }
    for (size_t i = 0; i < shown; i++) {
        fprintf(out, "%s{fd=%d, events=", i == 0 ? "[" : ", ", fds[i].fd);
        names_print_flags(out, NULL, &names_poll_events, (uint16_t)fds[i].events);
        fputc('}', out);
    }
    fputs(shown < (uint32_t)call->args[1] ? ", ...]" : "]", out);
}

/* The time that is left, where the call tells it: `left {…}` within the brackets. */
static void put_left(FILE *out, const struct trace_call *call, unsigned n, bool is_timeval,
                     const char *before)
{
    int64_t time[2];
    if (call->args[n] == 0 || !fetch(call, call->args[n], time, sizeof(time))) {
        return;
    }
    fprintf(out, "%sleft {tv_sec=%lld, tv_%csec=%lld}", before, (long long)time[0],
            is_timeval ? 'u' : 'n', (long long)time[1]);
}

void print_poll_result(FILE *out, const struct trace_call *call)
{
    struct pollfd fds[TRACE_ARRAY_MAX];
    const char *between = "";
    if (call->result == 0) {
        fputs(" (Timeout)", out);
        return;
    }
    size_t shown = read_pollfds(call, fds);
    fputs(" ([", out);
    for (size_t i = 0; i < shown; i++) {
        if (fds[i].revents != 0) {
            fprintf(out, "%s{fd=%d, revents=", between, fds[i].fd);
            names_print_flags(out, NULL, &names_poll_events, (uint16_t)fds[i].revents);
            fputc('}', out);
            between = ", ";
        }
    }
    fputc(']', out);
    if (strcmp(call->row->name, "ppoll") == 0) {
        put_left(out, call, 2, false, ", ");
    }
    fputc(')', out);
}

/* The descriptors of a set, of which the call has `nfds`. False: it cannot be read. */
static bool put_fd_set(FILE *out, const struct trace_call *call, uint64_t address)
{
    uint8_t bits[FD_SETSIZE / 8];
    int nfds = (int)call->args[0];
    size_t size = nfds <= 0 ? 0 : ((size_t)nfds + 63) / 64 * 8;
    const char *between = "";
    size = size < sizeof(bits) ? size : sizeof(bits);
    if (address == 0 || !fetch(call, address, bits, size)) {
        return false;
    }
    fputc('[', out);
    for (int fd = 0; fd < nfds && (size_t)fd < size * 8; fd++) {
        if (bits[fd / 8] >> fd % 8 & 1) {
            fprintf(out, "%s%d", between, fd);
            between = " ";
        }
    }
    fputc(']', out);
    return true;
}

void print_fd_set(FILE *out, const struct trace_call *call, unsigned n)
{
    if (!put_fd_set(out, call, call->args[n])) {
        put_pointer(out, call->args[n]);
    }
}

void print_select_result(FILE *out, const struct trace_call *call)
{
    static const char *const sets[] = {"in", "out", "except"};
    const char *before = " (";
    bool any = false;
    if (call->result == 0) {
        fputs(" (Timeout)", out);
        return;
    }
    for (unsigned i = 0; i < 3; i++) {
        if (call->args[i + 1] != 0) {
            fprintf(out, "%s%s ", before, sets[i]);
            put_fd_set(out, call, call->args[i + 1]);
            before = ", ";
            any = true;
        }
    }
    put_left(out, call, 4, strcmp(call->row->name, "select") == 0, before);
    fputs(any || call->args[4] != 0 ? ")" : "", out);
}

static void put_epoll_event(FILE *out, const struct epoll_event *event)
{
    fputs("{events=", out);
    names_print_flags(out, NULL, &names_epoll_events, event->events);
    fprintf(out, ", data={u32=%u, u64=%llu}}", event->data.u32,
            (unsigned long long)event->data.u64);
}

void print_epoll_event(FILE *out, const struct trace_call *call, unsigned n)
{
    struct epoll_event event;
    if ((int)call->args[1] == EPOLL_CTL_DEL) {
        put_pointer(out, call->args[n]);
    } else if (load(out, call, call->args[n], &event, sizeof(event))) {
        put_epoll_event(out, &event);
    }
}

void print_epoll_events(FILE *out, const struct trace_call *call, unsigned n)
{
    struct epoll_event events[TRACE_ARRAY_MAX];
    uint64_t count = (uint64_t)call->result;
    size_t shown = count < TRACE_ARRAY_MAX ? (size_t)count : TRACE_ARRAY_MAX;
    if (count == 0) {
        fputs("[]", out);
        return;
    }
    if (!load_argument(out, call, n, events, shown * sizeof(events[0]))) {
        return;
    }
    for (size_t i = 0; i < shown; i++) {
        fputs(i == 0 ? "[" : ", ", out);
        put_epoll_event(out, &events[i]);
    }
    fputs(shown < count ? ", ...]" : "]", out);
}
