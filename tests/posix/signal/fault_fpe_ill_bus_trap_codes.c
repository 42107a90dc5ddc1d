/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* SIGFPE, SIGILL, SIGBUS and SIGTRAP carry code and address of their cause. */
#include "check.h"
#include <setjmp.h>
#include <sys/mman.h>
#include <ucontext.h>

static sigjmp_buf back;
static siginfo_t seen;
static uintptr_t rip;

static void on_fault(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    seen = *info;
    rip = (uintptr_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
    siglongjmp(back, 1);
}

static volatile int zero, one = 1;

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    static const int signals[] = {SIGFPE, SIGILL, SIGBUS, SIGTRAP, SIGSEGV};

    for (int i = 0; i < 5; i++)
        CHECK(sigaction(signals[i], &action, NULL) == 0);
    if (sigsetjmp(back, 1) == 0)
        printf("quotient %d\n", one / zero);
    else
        printf("division: SIGFPE %d, FPE_INTDIV %d, address is rip %d\n", seen.si_signo == SIGFPE,
               seen.si_code == FPE_INTDIV, (uintptr_t)seen.si_addr == rip);
    if (sigsetjmp(back, 1) == 0)
        __asm__ volatile("ud2");
    else
        printf("ud2: SIGILL %d, ILL_ILLOPN %d, address is rip %d\n", seen.si_signo == SIGILL,
               seen.si_code == ILL_ILLOPN, (uintptr_t)seen.si_addr == rip);
    if (sigsetjmp(back, 1) == 0)
        __asm__ volatile("int3");
    else
        printf("int3: SIGTRAP %d, SI_KERNEL %d\n", seen.si_signo == SIGTRAP,
               seen.si_code == SI_KERNEL);
    enter_scratch();
    int fd = open("short", O_RDWR | O_CREAT, 0600);
    REQUIRE(fd >= 0 && ftruncate(fd, 100) == 0);
    char *map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    REQUIRE(map != MAP_FAILED);
    CHECK(map[99] == 0 && map[4095] == 0);
    if (sigsetjmp(back, 1) == 0)
        printf("beyond the file: %d\n", *(volatile char *)(map + 5000));
    else
        printf("beyond the file: SIGBUS %d, BUS_ADRERR %d, address %d\n", seen.si_signo == SIGBUS,
               seen.si_code == BUS_ADRERR, seen.si_addr == map + 5000);
    return check_done();
}
