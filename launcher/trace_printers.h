/* SPDX-License-Identifier: BSD-3-Clause */
/* The printers of arguments that trace_args.def and trace_calls.c name, and what they share. */
#ifndef LAUNCHER_TRACE_PRINTERS_H
#define LAUNCHER_TRACE_PRINTERS_H

#include "trace_format.h"
#include "trace_names.h"

/* trace_values.c: numbers, strings, arrays of numbers, flags */
trace_printer print_int, print_unsigned, print_long, print_size, print_hex, print_octal;
trace_printer print_pointer, print_hidden;
trace_printer print_flags, print_named, print_clock, print_signal, print_identity;
trace_printer print_directory, print_string, print_result_string;
trace_printer print_data_read, print_data_written, print_random_data;
trace_printer print_int_pair, print_int_pointed, print_long_pointed, print_id_list;
trace_printer print_length, print_position, print_entries, print_cpu_mask, print_cpu_mask_filled;
trace_printer print_open_flags, print_type_and_mode, print_device;

/* trace_commands.c */
trace_printer print_clone_flags, print_clone_parent_tid, print_clone_stack, print_clone_tls;
trace_printer print_clone_child_tid, print_prctl_argument;
trace_printer print_futex_operation, print_futex_timeout, print_futex_last;
trace_printer print_fcntl_argument, print_ioctl_argument;

/* trace_structs.c: structures */
trace_printer print_stat, print_statx, print_statfs, print_sysinfo, print_rusage, print_tms;
trace_printer print_utsname, print_rlimit, print_timespec, print_timespec_pair, print_timeval;
trace_printer print_timeval_pair, print_itimerspec, print_itimerval, print_timezone;
trace_printer print_utimbuf, print_sched_param, print_sched_attr, print_open_how;
trace_printer print_vector_read, print_vector_written;

/* trace_signals.c */
trace_printer print_sigset, print_sigset_argument, print_sigaction, print_sigevent;
trace_printer print_siginfo, print_altstack;

/* trace_waiting.c */
trace_printer print_pollfds, print_fd_set, print_epoll_event, print_epoll_events;

/* trace_sockets.c */
trace_printer print_socket_type, print_socket_protocol, print_sockaddr, print_sockaddr_filled;
trace_printer print_message_sent, print_message_received, print_messages_sent;
trace_printer print_messages_received, print_socket_option, print_option_value;
trace_printer print_option_read;

/* How many of a call's arguments are printed. */
unsigned argument_count(const struct trace_call *call);

/* The result of a call that did not fail. */
void print_fcntl_result(FILE *out, const struct trace_call *call);

/* Printers of parts of results, in brackets behind the number; nothing if there is nothing. */
void print_poll_result(FILE *out, const struct trace_call *call);
void print_select_result(FILE *out, const struct trace_call *call);

/* An argument that is an int has only 32 bits. */
static inline uint32_t low(const struct trace_call *call, unsigned n)
{
    return (uint32_t)call->args[n];
}

/* Reads the program's memory. */
static inline bool fetch(const struct trace_call *call, uint64_t address, void *bytes, size_t size)
{
    return call->memory->read(call->memory->context, address, bytes, size);
}

/* NULL, or a number with 0x. */
void put_pointer(FILE *out, uint64_t address);

/*
 * Reads what a pointer leads to. If it cannot be read, or was to be filled in by a call that
 * failed, prints the pointer and returns false.
 */
bool load(FILE *out, const struct trace_call *call, uint64_t address, void *bytes, size_t size);
bool load_argument(FILE *out, const struct trace_call *call, unsigned n, void *bytes, size_t size);

void put_octal(FILE *out, unsigned mode);

/* Bytes in quotes, the first TRACE_STRING_MAX of them. `hex`: all as \x… */
void put_bytes(FILE *out, const uint8_t *bytes, size_t size, bool more, bool hex);

/* `size` bytes at an address, in quotes; the address if they cannot be read. */
void put_data(FILE *out, const struct trace_call *call, uint64_t address, uint64_t size);

/* A string of the program that ends with a NUL. */
void put_string(FILE *out, const struct trace_call *call, uint64_t address);

/* The access mode and the flags of open(2). */
void put_open_flags(FILE *out, uint64_t flags);

/* `S_IFREG|`, if the mode has a file's type; what is left of it. */
unsigned put_file_type(FILE *out, unsigned mode);

struct timeval;
void put_timeval(FILE *out, const struct timeval *time);

void put_sigset(FILE *out, const struct trace_call *call, uint64_t address);

/* An array of iovec; `limit` bytes of it hold data. */
void put_vector(FILE *out, const struct trace_call *call, uint64_t address, uint64_t count,
                uint64_t limit);

#endif
