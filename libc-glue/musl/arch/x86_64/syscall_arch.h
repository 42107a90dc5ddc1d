/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How musl enters Hermit: a call with a constant number becomes a direct call of the kernel's
 * function for it, so that the linker leaves out what a program cannot reach; any other number goes
 * through __hermit_syscall. Replaces musl's header of this name; no locks.
 *
 * hermit_calls.h is generated from syscalls/table.def: one HERMIT_CALL(nr, name, nargs) a line.
 */
#define __SYSCALL_LL_E(x) (x)
#define __SYSCALL_LL_O(x) (x)

#define IPC_64 0

#define HERMIT_PARAMS_0 void
#define HERMIT_PARAMS_1 long a
#define HERMIT_PARAMS_2 HERMIT_PARAMS_1, long b
#define HERMIT_PARAMS_3 HERMIT_PARAMS_2, long c
#define HERMIT_PARAMS_4 HERMIT_PARAMS_3, long d
#define HERMIT_PARAMS_5 HERMIT_PARAMS_4, long e
#define HERMIT_PARAMS_6 HERMIT_PARAMS_5, long f
#define HERMIT_ARGS_0
#define HERMIT_ARGS_1 a
#define HERMIT_ARGS_2 HERMIT_ARGS_1, b
#define HERMIT_ARGS_3 HERMIT_ARGS_2, c
#define HERMIT_ARGS_4 HERMIT_ARGS_3, d
#define HERMIT_ARGS_5 HERMIT_ARGS_4, e
#define HERMIT_ARGS_6 HERMIT_ARGS_5, f

#define HERMIT_CALL(nr, name, nargs) hidden long __hermit_sys_##name(HERMIT_PARAMS_##nargs);
#include "hermit_calls.h"
#undef HERMIT_CALL

hidden long __hermit_syscall(long nr, HERMIT_PARAMS_6);

#define HERMIT_INLINE static inline __attribute__((__always_inline__))

HERMIT_INLINE long __hermit_call(long nr, HERMIT_PARAMS_6)
{
    if (__builtin_constant_p(nr)) {
        switch (nr) {
#define HERMIT_CALL(nr, name, nargs)                                                               \
    case nr:                                                                                       \
        return __hermit_sys_##name(HERMIT_ARGS_##nargs);
#include "hermit_calls.h"
#undef HERMIT_CALL
        }
    }
    return __hermit_syscall(nr, HERMIT_ARGS_6);
}

HERMIT_INLINE long __syscall0(long n)
{
    return __hermit_call(n, 0, 0, 0, 0, 0, 0);
}

HERMIT_INLINE long __syscall1(long n, HERMIT_PARAMS_1)
{
    return __hermit_call(n, a, 0, 0, 0, 0, 0);
}

HERMIT_INLINE long __syscall2(long n, HERMIT_PARAMS_2)
{
    return __hermit_call(n, a, b, 0, 0, 0, 0);
}

HERMIT_INLINE long __syscall3(long n, HERMIT_PARAMS_3)
{
    return __hermit_call(n, a, b, c, 0, 0, 0);
}

HERMIT_INLINE long __syscall4(long n, HERMIT_PARAMS_4)
{
    return __hermit_call(n, a, b, c, d, 0, 0);
}

HERMIT_INLINE long __syscall5(long n, HERMIT_PARAMS_5)
{
    return __hermit_call(n, a, b, c, d, e, 0);
}

HERMIT_INLINE long __syscall6(long n, HERMIT_PARAMS_6)
{
    return __hermit_call(n, a, b, c, d, e, f);
}

/*
 * Cancellation points. Unless pthread_cancel is linked, __hermit_cancels is 0 and
 * __hermit_cp_call is undefined.
 */
typedef long __hermit_door(HERMIT_PARAMS_6);
hidden extern const int __hermit_cancels;
/* The arguments come first: they are then in the registers that the call expects. */
hidden long __hermit_cp_call(HERMIT_PARAMS_6, __hermit_door *door, long nr)
    __attribute__((__weak__));

HERMIT_INLINE __hermit_door *__hermit_door_of(long nr)
{
    switch (nr) {
#define HERMIT_CALL(nr, name, nargs)                                                               \
    case nr:                                                                                       \
        return (__hermit_door *)__hermit_sys_##name;
#include "hermit_calls.h"
#undef HERMIT_CALL
    }
    __builtin_unreachable(); /* all cancellation points have constant numbers */
}

HERMIT_INLINE long __hermit_cp(long nr, HERMIT_PARAMS_6)
{
    if (!__hermit_cancels)
        return __hermit_call(nr, HERMIT_ARGS_6);
    return __hermit_cp_call(HERMIT_ARGS_6, __hermit_door_of(nr), nr);
}

#define __syscall_cp0(n)             __hermit_cp(n, 0, 0, 0, 0, 0, 0)
#define __syscall_cp1(n, a)          __hermit_cp(n, __scc(a), 0, 0, 0, 0, 0)
#define __syscall_cp2(n, a, b)       __hermit_cp(n, __scc(a), __scc(b), 0, 0, 0, 0)
#define __syscall_cp3(n, a, b, c)    __hermit_cp(n, __scc(a), __scc(b), __scc(c), 0, 0, 0)
#define __syscall_cp4(n, a, b, c, d) __hermit_cp(n, __scc(a), __scc(b), __scc(c), __scc(d), 0, 0)
#define __syscall_cp5(n, a, b, c, d, e)                                                            \
    __hermit_cp(n, __scc(a), __scc(b), __scc(c), __scc(d), __scc(e), 0)
#define __syscall_cp6(n, a, b, c, d, e, f)                                                         \
    __hermit_cp(n, __scc(a), __scc(b), __scc(c), __scc(d), __scc(e), __scc(f))
