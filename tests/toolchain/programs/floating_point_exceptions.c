/* SPDX-License-Identifier: BSD-3-Clause */
/* feenableexcept makes operations raise SIGFPE, in the thread that called it and in those that it
 * makes; fegetexcept and fedisableexcept. The operations are the x87 unit's: QEMU's emulated
 * processors raise no exceptions in SSE's, of which only the control register is looked at. */
#include "check.h"
#include <fenv.h>
#include <setjmp.h>
#include <xmmintrin.h>

static _Thread_local sigjmp_buf back;
static volatile long double zero, one = 1, big = 1e4900L;
static volatile long double result;

static const char *name_of(int code)
{
    switch (code) {
    case FPE_FLTDIV:
        return "FPE_FLTDIV";
    case FPE_FLTINV:
        return "FPE_FLTINV";
    case FPE_FLTOVF:
        return "FPE_FLTOVF";
    default:
        return "another code";
    }
}

static void on_signal(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)context;
    printf("%s, ", name_of(info->si_code));
    siglongjmp(back, 1);
}

/* The unit raises an exception at its next operation. */
static void settle(long double value)
{
    result = value;
    __asm__ volatile("fwait");
}

static void divide(void)
{
    settle(one / zero);
}

static void divide_zero(void)
{
    settle(zero / zero);
}

static void overflow(void)
{
    settle(big * big);
}

static void try(const char *what, void (*operation)(void))
{
    fenv_t before;

    fegetenv(&before);
    printf("%s: ", what);
    if (sigsetjmp(back, 1) == 0) {
        operation();
        puts("no signal");
    } else {
        puts("signal");
    }
    fesetenv(&before);
}

static void try_all(void)
{
    try("1 / 0", divide);
    try("0 / 0", divide_zero);
    try("overflow", overflow);
    printf("masked in SSE: %#x\n", _mm_getcsr() & _MM_MASK_MASK);
}

static void *in_thread(void *none)
{
    CHECK(fegetexcept() == (FE_DIVBYZERO | FE_OVERFLOW));
    try_all();
    return none;
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
    pthread_t thread;

    sigaction(SIGFPE, &action, NULL);
    CHECK(fegetexcept() == 0);
    try_all();
    CHECK(feenableexcept(FE_DIVBYZERO | FE_INVALID) == 0);
    CHECK(feenableexcept(FE_OVERFLOW) == (FE_DIVBYZERO | FE_INVALID));
    try_all();
    CHECK(fedisableexcept(FE_INVALID) == (FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW));
    REQUIRE(pthread_create(&thread, NULL, in_thread, NULL) == 0);
    REQUIRE(pthread_join(thread, NULL) == 0);
    CHECK(fedisableexcept(FE_ALL_EXCEPT) == (FE_DIVBYZERO | FE_OVERFLOW));
    try_all();
    return check_done();
}
