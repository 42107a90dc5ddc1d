/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Prototypes of all system-call handlers, long sys_<name>(…), made from signatures.def. Every file
 * of syscalls/ includes this header, so a handler that does not match its signature fails to
 * compile, as does a signature that does not match its row of table.def, or a row without one.
 */
#ifndef SYSCALLS_HANDLERS_H
#define SYSCALLS_HANDLERS_H

#include <hermit/types.h>
#include <linux/posix_types.h>

typedef long loff_t;
typedef int pid_t, clockid_t, timer_t;
typedef unsigned uid_t, gid_t, mode_t;
typedef __kernel_fd_set fd_set;

struct __kernel_itimerspec;
struct __kernel_old_itimerval;
struct __kernel_old_timeval;
struct __kernel_timespec;
struct epoll_event;
struct iovec;
struct linux_dirent;
struct linux_dirent64;
struct mmsghdr;
struct new_utsname;
struct open_how;
struct pollfd;
struct rlimit;
struct rlimit64;
struct robust_list_head;
struct rusage;
struct sched_attr;
struct sched_param;
struct sigaction;
struct sigaltstack;
struct sigevent;
struct siginfo;
struct stat;
struct statfs;
struct statx;
struct sysinfo;
struct timezone;
struct tms;
struct user_msghdr;
struct utimbuf;

#define SYSCALL(nr, name, nargs, state, kind, note) NARGS_##name = (nargs),
enum {
#include "table.def"
};
#undef SYSCALL

#define COUNT_(a, b, c, d, e, f, n, ...) n
#define COUNT(...)                       COUNT_(__VA_ARGS__, 6, 5, 4, 3, 2, 1, 0)
#define NO_PARAMETERS(...)               __builtin_types_compatible_p(long(__VA_ARGS__), long(void))

#define SIGNATURE(name, ...)                                                                       \
    long sys_##name(__VA_ARGS__);                                                                  \
    _Static_assert(COUNT(__VA_ARGS__) - NO_PARAMETERS(__VA_ARGS__) == NARGS_##name,                \
                   "signatures.def and table.def disagree about " #name);
#include "signatures.def"
#undef SIGNATURE

/* Refers to the prototype of each implemented call: a missing one is a compile error. */
#define DECLARED_FULL(name)    extern __typeof__(sys_##name) sys_##name;
#define DECLARED_PARTIAL(name) DECLARED_FULL(name)
#define DECLARED_ENOSYS(name)
#define SYSCALL(nr, name, nargs, state, kind, note) DECLARED_##state(name)
#include "table.def"
#undef SYSCALL

/* __hermit_unmapself(): not a Linux system call, so it has no row. */
long sys_unmapself(unsigned long base, size_t size);

#endif
