/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4 timeout=120 */
/* General, SSE and AVX registers, flags and red zone are intact however often a handler
 * interrupts. */
#include "check.h"
#include <cpuid.h>

static atomic_int stop, handled, running;
static volatile double sink;
static bool avx;

/* By CPUID and XGETBV: the system may have AVX switched off. */
static bool has_avx(void)
{
    unsigned eax, ebx, ecx, edx, low, high;

    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & bit_OSXSAVE) || !(ecx & bit_AVX))
        return false;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (low & 6) == 6;
}

static void on_signal(int signal)
{
    /* Spoils what a handler may spoil. */
    (void)signal;
    double value = 1.5;
    for (int i = 0; i < 8; i++)
        value = value * 1.25 + (double)i;
    sink = value;
    __asm__ volatile("pcmpeqd %%xmm0, %%xmm0\n\tmovdqa %%xmm0, %%xmm1\n\tmovdqa %%xmm0, %%xmm7\n\t"
                     "movdqa %%xmm0, %%xmm8\n\tmovdqa %%xmm0, %%xmm15\n\t" ::
                         : "xmm0", "xmm1", "xmm7", "xmm8", "xmm15");
    if (avx)
        __asm__ volatile("vzeroall" ::
                             : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
                               "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
                               "xmm15");
    atomic_fetch_add(&handled, 1);
}

/* Holds a pattern in registers and in the red zone for a while; returns what was lost. */
__attribute__((noinline)) static unsigned long hold(unsigned long pattern)
{
    unsigned long lost;

    __asm__ volatile("movq %1, %%xmm7\n\t"
                     "movq %1, %%xmm15\n\t"
                     "mov %1, %%r8\n\t"
                     "mov %1, %%r12\n\t"
                     "mov %1, -8(%%rsp)\n\t"
                     "mov %1, -120(%%rsp)\n\t"
                     "mov $3000, %%ecx\n\t"
                     "stc\n"
                     "1:\n\t"
                     "jnc 2f\n\t"
                     "dec %%ecx\n\t" /* leaves the carry flag alone */
                     "jnz 1b\n"
                     "2:\n\t"
                     "mov $0, %0\n\t"
                     "adc $-1, %0\n\t" /* 0 if the carry flag is still set */
                     "movq %%xmm7, %%rax\n\txor %1, %%rax\n\tor %%rax, %0\n\t"
                     "movq %%xmm15, %%rax\n\txor %1, %%rax\n\tor %%rax, %0\n\t"
                     "xor %1, %%r8\n\tor %%r8, %0\n\t"
                     "xor %1, %%r12\n\tor %%r12, %0\n\t"
                     "mov -8(%%rsp), %%rax\n\txor %1, %%rax\n\tor %%rax, %0\n\t"
                     "mov -120(%%rsp), %%rax\n\txor %1, %%rax\n\tor %%rax, %0\n\t"
                     : "=&r"(lost)
                     : "r"(pattern)
                     : "rax", "rcx", "r8", "r12", "xmm7", "xmm15", "memory", "cc");
    return lost;
}

__attribute__((noinline, target("avx"))) static unsigned long hold_avx(unsigned long pattern)
{
    unsigned long values[4] = {pattern, ~pattern, pattern * 3, pattern * 5}, after[4];

    __asm__ volatile("vmovdqu (%0), %%ymm9\n\t"
                     "mov $3000, %%ecx\n"
                     "1:\n\t"
                     "dec %%ecx\n\t"
                     "jnz 1b\n\t"
                     "vmovdqu %%ymm9, (%1)\n\t"
                     "vzeroupper\n\t"
                     :
                     : "r"(values), "r"(after)
                     : "rcx", "xmm9", "memory", "cc");
    return (unsigned long)memcmp(values, after, sizeof(values));
}

static void *work(void *unused)
{
    unsigned long pattern = 0x0123456789abcdef, lost = 0;

    (void)unused;
    atomic_store(&running, 1);
    while (!atomic_load(&stop)) {
        lost |= hold(pattern);
        if (avx)
            lost |= hold_avx(pattern);
        pattern = pattern * 6364136223846793005 + 1442695040888963407;
    }
    return (void *)lost;
}

int main(void)
{
    avx = has_avx();
    signal(SIGUSR1, on_signal);
    pthread_t thread = start(work, NULL);
    await(&running, 1);
    for (int i = 0; i < 300; i++) {
        int before = atomic_load(&handled);
        CHECK(pthread_kill(thread, SIGUSR1) == 0);
        while (atomic_load(&handled) == before)
            sched_yield();
    }
    atomic_store(&stop, 1);
    printf("lost bits: %lx after %d signals\n", (unsigned long)join(thread), handled);
    return check_done();
}
