/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Stack pointers, return addresses and jump targets that are none, in front of system calls and
 * behind them: the signal that Linux sends, and the program can go on. */
#include "check.h"
#include <setjmp.h>
#include <sys/mman.h>

#define DF 0x400L

/* Sets flags, the stack pointer and two arguments, and jumps to a function. */
_Noreturn void jump_in(unsigned long sp, long flags, uintptr_t to, long a, long b);
/* The same on this stack, with a return address. */
_Noreturn void jump_in_from(unsigned long from, long flags, uintptr_t to, long a, long b);

__asm__(".text\n"
        "jump_in_from:\n\t"
        "pushq %rdi\n\t"
        "movq %rsp, %rdi\n"
        "jump_in:\n\t"
        "pushfq\n\torq %rsi, (%rsp)\n\tpopfq\n\t"
        "movq %rdi, %rsp\n\t"
        "movq %rdx, %rax\n\tmovq %rcx, %rdi\n\tmovq %r8, %rsi\n\t"
        "jmp *%rax\n");

static sigjmp_buf back;
static siginfo_t seen;
static int handled;

static void on_fault(int signo, siginfo_t *info, void *context)
{
    (void)signo, (void)context;
    __asm__ volatile("cld");
    seen = *info;
    siglongjmp(back, 1);
}

static void on_signal(int signo)
{
    (void)signo;
    handled++;
}

/* QEMU has #GP where processors have #SS, which is SIGBUS. */
static const char *what(unsigned long address)
{
    static char text[80];
    bool canonical = (unsigned long)((long)(address << 16) >> 16) == address;

    if (!canonical)
        return (seen.si_signo == SIGBUS || seen.si_signo == SIGSEGV) && seen.si_code == SI_KERNEL &&
                       seen.si_addr == NULL
                   ? "refused"
                   : "?";
    snprintf(text, sizeof(text), "signal %d, code %d, there: %d", seen.si_signo, seen.si_code,
             (unsigned long)seen.si_addr == address);
    return text;
}

static const unsigned long nowhere[] = {0x6ffffffff000, 0x900000000000,     0x8000000000000000,
                                        0x7000,         0xffffff0000000000, 0};
#define NR_NOWHERE (sizeof(nowhere) / sizeof(*nowhere))

/* The first two do nothing before the system call but for the jump into it. */
static const struct {
    const char *name;
    uintptr_t function;
} calls[] = {{"getppid", (uintptr_t)getppid}, {"sync", (uintptr_t)sync}, {"kill", (uintptr_t)kill}};
#define NR_CALLS (sizeof(calls) / sizeof(*calls))

static void stacks(long flags)
{
    for (size_t i = 0; i < NR_NOWHERE; i++)
        for (size_t c = 0; c < NR_CALLS; c++) {
            if (sigsetjmp(back, 1) == 0)
                jump_in(nowhere[i], flags, calls[c].function, getpid(), SIGUSR1);
            printf("%s, stack at %lx: %s\n", calls[c].name, nowhere[i], what(nowhere[i]));
        }
}

static void returns(long flags)
{
    for (size_t i = 0; i < NR_NOWHERE; i++)
        for (size_t c = 0; c < NR_CALLS; c++) {
            if (sigsetjmp(back, 1) == 0)
                jump_in_from(nowhere[i], flags, calls[c].function, getpid(), SIGUSR1);
            printf("%s, return to %lx: %s\n", calls[c].name, nowhere[i], what(nowhere[i]));
        }
}

static void jumps(void)
{
    static char data[64] = {(char)0xc3};

    for (size_t i = 0; i < NR_NOWHERE; i++) {
        if (sigsetjmp(back, 1) == 0)
            ((void (*)(void))nowhere[i])();
        printf("jump to %lx: %s\n", nowhere[i], what(nowhere[i]));
    }
    if (sigsetjmp(back, 1) == 0)
        ((void (*)(void))data)();
    printf("jump to data: %s\n", what((unsigned long)data));
    if (sigsetjmp(back, 1) == 0)
        ((void (*)(void))back)();
    printf("jump to bss: %s\n", what((unsigned long)back));
}

int main(void)
{
    struct sigaction fault = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
    stack_t other = {.ss_size = 65536};

    other.ss_sp = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(other.ss_sp != MAP_FAILED && sigaltstack(&other, NULL) == 0);
    REQUIRE(sigaction(SIGSEGV, &fault, NULL) == 0 && sigaction(SIGBUS, &fault, NULL) == 0);
    REQUIRE(sigaction(SIGUSR1, &action, NULL) == 0);
    stacks(0);
    stacks(DF);
    handled = 0; /* whether the call was made is nothing that a program may know */
    returns(0);
    returns(DF);
    jumps();
    printf("%d handlers\n", handled);
    return check_done();
}
