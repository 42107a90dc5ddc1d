/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* A handler sees the interrupted registers and what it writes to them takes effect. */
#include "check.h"
#include <ucontext.h>

static void skip_ud2(int signal, siginfo_t *info, void *context)
{
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;

    (void)signal;
    (void)info;
    printf("rbx %llx r15 %llx rdi %llx\n", registers[REG_RBX], registers[REG_R15],
           registers[REG_RDI]);
    registers[REG_RIP] += 2;
    registers[REG_RAX] = 0x1234567890;
    registers[REG_R15] += 1;
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = skip_ud2, .sa_flags = SA_SIGINFO};
    unsigned long rax, r15;

    CHECK(sigaction(SIGILL, &action, NULL) == 0);
    for (int i = 0; i < 3; i++) {
        __asm__ volatile("mov $0x1111, %%rbx\n\t"
                         "mov $0x2222, %%r15\n\t"
                         "mov $0x3333, %%rdi\n\t"
                         "ud2\n\t"
                         "mov %%r15, %1\n\t"
                         : "=a"(rax), "=r"(r15)
                         :
                         : "rbx", "r15", "rdi", "memory", "cc");
        printf("rax %lx r15 %lx\n", rax, r15);
    }
    return check_done();
}
