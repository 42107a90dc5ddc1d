/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Put before every C++ file of libomp, libc++ and libc++abi: their uses of syscall(2) (futex,
 * affinity, gettid) become direct calls of the kernel's functions, so that an OpenMP or C++
 * program does not carry the table of all system calls. Result and errno as syscall(2) has them.
 * No locks.
 */
#ifndef HERMIT_DIRECT_CALLS_H
#define HERMIT_DIRECT_CALLS_H

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" {
long __hermit_sys_futex(long, long, long, long, long, long);
long __hermit_sys_sched_getaffinity(long, long, long);
long __hermit_sys_sched_setaffinity(long, long, long);
long __hermit_sys_gettid(void);
}

struct hermit_direct_call {
    long arg[6];

    template <typename... T> explicit hermit_direct_call(T... args) : arg{(long)args...}
    {
    }

    long futex() const
    {
        return result(__hermit_sys_futex(arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]));
    }
    long sched_getaffinity() const
    {
        return result(__hermit_sys_sched_getaffinity(arg[0], arg[1], arg[2]));
    }
    long sched_setaffinity() const
    {
        return result(__hermit_sys_sched_setaffinity(arg[0], arg[1], arg[2]));
    }
    long gettid() const
    {
        return __hermit_sys_gettid();
    }

    static long result(long value)
    {
        if (value >= 0)
            return value;
        errno = (int)-value;
        return -1;
    }
};

/* A call that is not listed here fails to compile: list it. */
template <long nr> struct hermit_direct_by_number;
template <> struct hermit_direct_by_number<SYS_futex> : hermit_direct_call {
    using hermit_direct_call::hermit_direct_call;
    operator long() const
    {
        return futex();
    }
};
template <> struct hermit_direct_by_number<SYS_sched_getaffinity> : hermit_direct_call {
    using hermit_direct_call::hermit_direct_call;
    operator long() const
    {
        return sched_getaffinity();
    }
};
template <> struct hermit_direct_by_number<SYS_sched_setaffinity> : hermit_direct_call {
    using hermit_direct_call::hermit_direct_call;
    operator long() const
    {
        return sched_setaffinity();
    }
};
template <> struct hermit_direct_by_number<SYS_gettid> : hermit_direct_call {
    using hermit_direct_call::hermit_direct_call;
    operator long() const
    {
        return gettid();
    }
};

#define syscall(nr, ...) ((long)hermit_direct_by_number<(nr)>(__VA_ARGS__))

#endif
