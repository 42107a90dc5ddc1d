/* SPDX-License-Identifier: BSD-3-Clause */
/* Arguments of the calls on signals, and signals themselves. Pure functions but for the reader. */
#include "trace_printers.h"

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

/* What the kernel takes of sigaction(2). */
struct kernel_sigaction {
    uint64_t handler, flags, restorer, mask;
};

void put_sigset(FILE *out, const struct trace_call *call, uint64_t address)
{
    uint64_t set;
    if (load(out, call, address, &set, sizeof(set))) {
        names_print_sigset(out, set);
    }
}

void print_sigset(FILE *out, const struct trace_call *call, unsigned n)
{
    uint64_t set;
    if (load_argument(out, call, n, &set, sizeof(set))) {
        names_print_sigset(out, set);
    }
}

/* pselect6's last argument points to a pair: the mask's address and its size. */
void print_sigset_argument(FILE *out, const struct trace_call *call, unsigned n)
{
    uint64_t pair[2];
    if (load(out, call, call->args[n], pair, sizeof(pair))) {
        fputs("{sigmask=", out);
        put_sigset(out, call, pair[0]);
        fprintf(out, ", sigsetsize=%llu}", (unsigned long long)pair[1]);
    }
}

void print_sigaction(FILE *out, const struct trace_call *call, unsigned n)
{
    struct kernel_sigaction action;
    if (!load_argument(out, call, n, &action, sizeof(action))) {
        return;
    }
    fputs((action.flags & SA_SIGINFO) != 0 ? "{sa_sigaction=" : "{sa_handler=", out);
    if (action.handler <= 1) {
        fputs(action.handler == 0 ? "SIG_DFL" : "SIG_IGN", out);
    } else {
        put_pointer(out, action.handler);
    }
    fputs(", sa_mask=", out);
    names_print_sigset(out, action.mask);
    fputs(", sa_flags=", out);
    names_print_flags(out, NULL, &names_sa_flags, (uint32_t)action.flags);
    if ((action.flags & 0x04000000) != 0) { /* SA_RESTORER */
        fputs(", sa_restorer=", out);
        put_pointer(out, action.restorer);
    }
    fputc('}', out);
}

void print_sigevent(FILE *out, const struct trace_call *call, unsigned n)
{
    struct sigevent event;
    if (!load_argument(out, call, n, &event, sizeof(event))) {
        return;
    }
    fputc('{', out);
    if (event.sigev_value.sival_ptr != NULL) {
        fprintf(out, "sigev_value={sival_int=%d, sival_ptr=%#llx}, ", event.sigev_value.sival_int,
                (unsigned long long)(uintptr_t)event.sigev_value.sival_ptr);
    }
    fputs("sigev_signo=", out);
    names_print_signal(out, event.sigev_signo);
    fputs(", sigev_notify=", out);
    names_print_value(out, &names_sigev, (uint32_t)event.sigev_notify);
    fputc('}', out);
}

static const struct trace_names *codes_of(int number)
{
    switch (number) {
    case SIGSEGV:
        return &names_segv_code;
    case SIGBUS:
        return &names_bus_code;
    case SIGFPE:
        return &names_fpe_code;
    case SIGILL:
        return &names_ill_code;
    default:
        return &names_si_code;
    }
}

static bool is_fault(const siginfo_t *info)
{
    return info->si_code > 0 && info->si_code < SI_KERNEL &&
           codes_of(info->si_signo) != &names_si_code;
}

void trace_print_siginfo(FILE *out, const void *bytes)
{
    siginfo_t info = {0};
    memcpy(&info, bytes, TRACE_SIGINFO_SIZE);
    names_print_signal(out, info.si_signo);
    fputs(" {si_signo=", out);
    names_print_signal(out, info.si_signo);
    fputs(", si_code=", out);
    names_print_value(out, is_fault(&info) ? codes_of(info.si_signo) : &names_si_code,
                      (uint32_t)info.si_code);
    if (is_fault(&info)) {
        fputs(", si_addr=", out);
        put_pointer(out, (uint64_t)(uintptr_t)info.si_addr);
    } else if (info.si_code == SI_TIMER) {
        fprintf(out, ", si_timerid=%#x, si_overrun=%d, si_value={sival_int=%d, sival_ptr=",
                (unsigned)info.si_timerid, info.si_overrun, info.si_int);
        put_pointer(out, (uint64_t)(uintptr_t)info.si_ptr);
        fputc('}', out);
    } else if (info.si_code <= 0) {
        fprintf(out, ", si_pid=%d, si_uid=%u", info.si_pid, info.si_uid);
        if (info.si_code == SI_QUEUE) {
            fprintf(out, ", si_value={sival_int=%d, sival_ptr=", info.si_int);
            put_pointer(out, (uint64_t)(uintptr_t)info.si_ptr);
            fputc('}', out);
        }
    }
    fputc('}', out);
}

void print_siginfo(FILE *out, const struct trace_call *call, unsigned n)
{
    uint8_t info[TRACE_SIGINFO_SIZE];
    if (load_argument(out, call, n, info, sizeof(info))) {
        char *text = NULL;
        size_t size = 0;
        FILE *whole = open_memstream(&text, &size);
        if (whole != NULL) {
            trace_print_siginfo(whole, info);
            fclose(whole);
            const char *fields = strchr(text, '{');
            fputs(fields != NULL ? fields : text, out);
        }
        free(text);
    }
}

void print_altstack(FILE *out, const struct trace_call *call, unsigned n)
{
    stack_t stack;
    if (!load_argument(out, call, n, &stack, sizeof(stack))) {
        return;
    }
    fputs("{ss_sp=", out);
    put_pointer(out, (uint64_t)(uintptr_t)stack.ss_sp);
    fputs(", ss_flags=", out);
    names_print_flags(out, NULL, &names_ss_flags, (uint32_t)stack.ss_flags);
    fprintf(out, ", ss_size=%zu}", stack.ss_size);
}

/* The C library's ucontext begins as the kernel's does; its set of signals is longer. */
void trace_print_sigreturn(FILE *out, struct trace_call *call, uint64_t context)
{
    uint64_t mask, rax = context + offsetof(ucontext_t, uc_mcontext.gregs[REG_RAX]);
    fputs("rt_sigreturn(", out);
    if (fetch(call, context + offsetof(ucontext_t, uc_sigmask), &mask, sizeof(mask)) &&
        fetch(call, rax, &call->result, sizeof(call->result))) {
        fputs("{mask=", out);
        names_print_sigset(out, mask);
        fputc('}', out);
    } else {
        put_pointer(out, context);
    }
    call->returned = true;
    fputc(')', out);
}
