/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=139 */
/* A program that unmaps the code that it runs ends by SIGSEGV; its stack still points there. */
#include "check.h"
#include <sys/mman.h>

void leave_no_code(void);

__asm__(".text\n\t.balign 4096\n"
        "leave_no_code:\n\t"
        "call 1f\n"
        "1:\tpushq %rbp\n\tpushq %rbp\n\t"
        "leaq leave_no_code(%rip), %rdi\n\t"
        "movl $4096, %esi\n\t"
        "call munmap@PLT\n\t"
        "nop\n\t.balign 4096\n");

int main(void)
{
    puts("so far, so good");
    fflush(stdout);
    leave_no_code();
    return 0;
}
