/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Finds the kernel's own call chain of a context; the program's is the launcher's to find. Reads
 * memory that may be unmapped; owns no data, no locks.
 */
#include <arch/backtrace.h>
#include <arch/layout.h>
#include <arch/percpu.h>
#include <hermit/kstack.h>
#include <hermit/panic.h>
#include <hermit/percpu.h>
#include <hermit/uaccess.h>

/* Reads a word of the kernel stack, or of wherever a damaged chain points. False: not readable. */
static bool read_word(uintptr_t address, uint64_t *value)
{
    uintptr_t top = this_cpu()->kstack_top;
    if (address % sizeof(*value) != 0)
        return false;
    if (address < top && address >= top - KSTACK_SIZE) {
        *value = *(const uint64_t *)address;
        return true;
    }
    user_nofault_begin();
    int err = get_user_u64(value, user_ptr(address));
    user_nofault_end();
    return err == 0;
}

/* True if a call instruction of the kernel ends right before `address`: E8 with a target in the
 * kernel, or FF /2 in one of its lengths. */
static bool follows_call(uintptr_t address)
{
    if (!is_kernel_text(address) || !is_kernel_text(address - 8))
        return false;
    const uint8_t *p = (const uint8_t *)address;
    int32_t distance;
    __builtin_memcpy(&distance, p - sizeof(distance), sizeof(distance));
    if (p[-5] == 0xe8 && is_kernel_text(address + (uintptr_t)(intptr_t)distance))
        return true;
    for (int length = 2; length <= 7; length++)
        if (p[-length] == 0xff && (p[-length + 1] & 0x38) == 0x10)
            return true;
    return false;
}

/* Follows rbp through frames of code that keeps frame pointers. */
static size_t follow_frame_pointers(uintptr_t rbp, uintptr_t sp, uint64_t *frames, size_t max)
{
    size_t n = 0;
    while (n < max && rbp >= sp && rbp != 0) {
        uint64_t next, address;
        if (!read_word(rbp, &next) || !read_word(rbp + 8, &address) || !follows_call(address))
            break;
        frames[n++] = address;
        sp = rbp + 16;
        rbp = next;
    }
    return n;
}

size_t arch_backtrace(const struct trap_frame *frame, uint64_t *frames, size_t max)
{
    size_t n = 0;
    uint64_t word;
    frames[n++] = frame->rip;
    if (n < max && read_word(frame->rsp, &word) && follows_call(word))
        frames[n++] = word; /* no frame set up yet, or a call of a bad address */
    size_t chain = follow_frame_pointers(frame->rbp, frame->rsp, frames + n, max - n);
    if (n == 2 && chain != 0 && frames[1] == frames[2]) {
        n = 1;
        chain = follow_frame_pointers(frame->rbp, frame->rsp, frames + n, max - n);
    }
    return n + chain;
}

size_t arch_backtrace_here(uint64_t *frames, size_t max)
{
    uintptr_t rbp = (uintptr_t)__builtin_frame_address(0);
    return follow_frame_pointers(rbp, rbp, frames, max);
}

size_t arch_registers_print(const struct trap_frame *f, char *text, size_t size)
{
    int n = ksnprintf(text, size,
                      "  rip %016lx  rsp %016lx  rflags %08lx  vector %lu  error %lx\n"
                      "  rax %016lx  rbx %016lx  rcx %016lx  rdx %016lx\n"
                      "  rsi %016lx  rdi %016lx  rbp %016lx  r8  %016lx\n"
                      "  r9  %016lx  r10 %016lx  r11 %016lx  r12 %016lx\n"
                      "  r13 %016lx  r14 %016lx  r15 %016lx\n",
                      (unsigned long)f->rip, (unsigned long)f->rsp, (unsigned long)f->rflags,
                      (unsigned long)f->vector, (unsigned long)f->error, (unsigned long)f->rax,
                      (unsigned long)f->rbx, (unsigned long)f->rcx, (unsigned long)f->rdx,
                      (unsigned long)f->rsi, (unsigned long)f->rdi, (unsigned long)f->rbp,
                      (unsigned long)f->r8, (unsigned long)f->r9, (unsigned long)f->r10,
                      (unsigned long)f->r11, (unsigned long)f->r12, (unsigned long)f->r13,
                      (unsigned long)f->r14, (unsigned long)f->r15);
    return n < 0 ? 0 : MIN((size_t)n, size - 1);
}
