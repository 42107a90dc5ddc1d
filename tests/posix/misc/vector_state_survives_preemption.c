/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4 timeout=120 */
/* build: -mno-avx -frounding-math */
/* SSE, AVX and x87 values and rounding modes of many busy threads never mix. */
#include "check.h"
#include <cpuid.h>
#include <fenv.h>

#define THREADS 8

static bool avx;
static atomic_int lost;

static bool has_avx(void)
{
    unsigned eax, ebx, ecx, edx, low, high;

    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & bit_OSXSAVE) || !(ecx & bit_AVX))
        return false;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (low & 6) == 6;
}

__attribute__((target("avx"), noinline)) static bool keep_avx(long pattern)
{
    long in[4] = {pattern, ~pattern, pattern << 7, pattern * 3}, out[4];

    __asm__ volatile("vmovdqu (%0), %%ymm3\n\tvmovdqu (%0), %%ymm14\n\t"
                     "mov $20000, %%ecx\n1:\n\tdec %%ecx\n\tjnz 1b\n\t"
                     "vxorps %%ymm3, %%ymm14, %%ymm5\n\tvorps %%ymm3, %%ymm5, %%ymm3\n\t"
                     "vmovdqu %%ymm3, (%1)\n\tvzeroupper"
                     :
                     : "r"(in), "r"(out)
                     : "rcx", "xmm3", "xmm5", "xmm14", "memory", "cc");
    return memcmp(in, out, sizeof(in)) == 0;
}

__attribute__((noinline)) static bool keep_sse_and_x87(double value)
{
    double in[2] = {value, -value}, out[2], x87;

    __asm__ volatile("fldl %3\n\tmovupd (%1), %%xmm9\n\t"
                     "mov $20000, %%ecx\n1:\n\tdec %%ecx\n\tjnz 1b\n\t"
                     "movupd %%xmm9, (%2)\n\tfstpl %0"
                     : "=m"(x87)
                     : "r"(in), "r"(out), "m"(value)
                     : "rcx", "xmm9", "memory", "cc");
    return memcmp(in, out, sizeof(in)) == 0 && x87 == value;
}

static void *body(void *argument)
{
    static const int modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    long self = (long)argument;
    int mode = modes[self % 4];

    fesetround(mode);
    for (int i = 0; i < 60; i++) {
        if (!keep_sse_and_x87(1.0 + (double)(self * 1000 + i)))
            atomic_fetch_add(&lost, 1);
        if (avx && !keep_avx(self * 0x1234567 + i))
            atomic_fetch_add(&lost, 1);
        if (fegetround() != mode)
            atomic_fetch_add(&lost, 1);
        if (i % 16 == 0)
            sched_yield();
        if (i % 16 == 8)
            nanosleep(&(struct timespec){.tv_nsec = 1000}, NULL);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];

    avx = has_avx();
    for (long i = 0; i < THREADS; i++)
        threads[i] = start(body, (void *)i);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    printf("lost %d\n", lost);
    return check_done();
}
