/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns the signal frame: struct rt_sigframe of Linux's x86-64, bit for bit, and
 * the extended state above it. Works on the current task; no locks. The extended
 * state is large, so it goes straight to the stack and back; user_state.S handles
 * faults on that memory, and a partly loaded state is replaced by the initial one.
 * arch/x86_64/features.c has refused processors without XSAVE.
 */
#include "fpu.h"
#include "user_state.h"
#include <arch/task.h>
#include <arch/trap.h>
#include <asm/sigcontext.h>
#include <asm/ucontext.h>
#include <hermit/signal_frame.h>
#include <hermit/string.h>
#include <hermit/task.h>
#include <hermit/uaccess.h>
#include <linux/errno.h>
#include <linux/signal.h>

#define RED_ZONE 128

#define EFLAGS_DF 0x400UL
#define EFLAGS_TF 0x100UL
#define EFLAGS_RF 0x10000UL
/* Flags that a handler may change: CF PF AF ZF SF TF DF OF RF AC. */
#define EFLAGS_CHANGEABLE 0x50dd5UL

#define XSTATE_LEGACY 3UL /* x87 and SSE */

#define RIP_MAX 0x0000800000000000UL /* from here on, iretq would fault in the kernel */

struct rt_sigframe {
    uint64_t pretcode; /* where the handler returns to */
    struct ucontext uc;
    uint8_t info[SIGINFO_SIZE];
};
_Static_assert(offsetof(struct rt_sigframe, uc) == 8, "Linux's layout");
_Static_assert(offsetof(struct rt_sigframe, info) == 312, "Linux's layout");
_Static_assert(sizeof(struct siginfo_data) == 48, "as user_state.S knows it");
_Static_assert(offsetof(struct ucontext, uc_mcontext) == 40, "as user_state.S knows it");
_Static_assert(offsetof(struct ucontext, uc_sigmask) == 296, "Linux's layout");
_Static_assert(offsetof(struct frame_rest, address) == 48, "as user_state.S knows it");
_Static_assert(offsetof(struct frame_back, rip) == 48, "as user_state.S knows it");
_Static_assert(offsetof(struct _fpstate, sw_reserved) == 464, "as user_state.S knows it");

/* Returns the frame's address, and in *xstate that of the extended state. 0: no room. */
static uintptr_t place_frame(uintptr_t rsp, const struct signal_action *sa, size_t xstate_size,
                             uintptr_t *xstate)
{
    struct signal_altstack *alt = signal_altstack();
    bool on_altstack = alt->size != 0 && signal_on_altstack(rsp);
    uintptr_t sp = rsp - RED_ZONE;
    bool entering = sa->flags & SA_ONSTACK && alt->size != 0 && !on_altstack;
    if (entering) {
        alt->outer = rsp;
        sp = alt->sp + alt->size;
    }
    *xstate = ALIGN_DOWN(sp - xstate_size, 64);
    sp = ALIGN_DOWN(*xstate - sizeof(struct rt_sigframe), 16) - 8; /* as after a call */
    if ((entering || on_altstack) && (sp <= alt->sp || sp - alt->sp > alt->size))
        return 0;
    return sp;
}

static int save_xstate(uintptr_t address)
{
    const struct fpu_features *fpu = &fpu_features;
    uint32_t __user *magic2 = user_ptr(address + fpu->size);
    return user_xsave(user_ptr(address), fpu->mask, &fpu->sw, magic2) == 0 ? 0 : -EFAULT;
}

static void disarm_altstack(void)
{
    struct signal_altstack *alt = signal_altstack();
    if (!(alt->flags & (int)SS_AUTODISARM))
        return;
    alt->sp = 0;
    alt->size = 0;
    alt->flags = SS_DISABLE;
}

int arch_signal_frame_build(struct trap_frame *frame, const struct signal_action *sa,
                            const struct siginfo_data *info, sigset mask)
{
    const struct task *t = current_task();
    const struct signal_altstack *alt = signal_altstack();
    size_t xstate_size = fpu_features.frame_size;
    uintptr_t xstate, sp = place_frame(frame->rsp, sa, xstate_size, &xstate);
    if (sp == 0 || !(sa->flags & SA_RESTORER) ||
        !user_range_ok(user_ptr(sp), xstate + xstate_size - sp) || save_xstate(xstate) != 0)
        return -EFAULT;

    struct frame_rest rest = {
        .flags = UC_FP_XSTATE | UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS,
        .altstack = {alt->sp, (uint32_t)alt->flags, alt->size},
        .error = t->arch.fault_error,
        .vector = t->arch.fault_vector,
        .address = t->arch.fault_address,
    };
    if (user_frame_write(user_ptr(sp), frame, &rest, sa->restorer, mask, xstate) != 0)
        return -EFAULT;
    /* As on Linux, the memory stays as it is for handlers without SA_SIGINFO. */
    if (sa->flags & SA_SIGINFO &&
        user_info_write(user_ptr(sp + offsetof(struct rt_sigframe, info)), info) != 0)
        return -EFAULT;

    disarm_altstack();
    frame->rdi = (uint64_t)info->signo;
    frame->rsi = sp + offsetof(struct rt_sigframe, info);
    frame->rdx = sp + offsetof(struct rt_sigframe, uc);
    frame->rax = 0;
    frame->rsp = sp;
    frame->rip = sa->handler;
    frame->rflags &= ~(EFLAGS_DF | EFLAGS_RF | EFLAGS_TF);
    fpu_init_state();
    return 0;
}

/* True if the state at `address` has an XSAVE header: sets *features to its components. False: x87
 * and SSE alone. −EFAULT. */
static int xstate_has_header(uintptr_t address, uint64_t *features)
{
    struct _fpx_sw_bytes sw;
    if (user_read_sw(user_ptr(address), &sw, fpu_features.size) != 0)
        return -EFAULT;
    if (sw.magic1 != FP_XSTATE_MAGIC1 || sw.xstate_size != fpu_features.size ||
        sw.extended_size != fpu_features.frame_size)
        return false;
    *features = sw.xfeatures & fpu_features.mask;
    return sw.padding[0] == FP_XSTATE_MAGIC2;
}

/* Loads a state whose size or components differ from those that the kernel writes. */
static __attribute__((noinline)) int load_foreign_xstate(uintptr_t address)
{
    uint64_t features = XSTATE_LEGACY;
    int header = xstate_has_header(address, &features);
    if (header < 0)
        return header;
    if (features != fpu_features.mask)
        fpu_init_state(); /* for components that it lacks */
    return header ? user_xrstor(user_ptr(address), features) : user_fxrstor(user_ptr(address));
}

/* Loads the state that the handler left. It may be invalid: the processor checks it. */
static int load_xstate(uintptr_t address)
{
    const struct fpu_features *fpu = &fpu_features;
    int err = user_xrstor_own(user_ptr(address), fpu->mask, &fpu->sw, fpu->size);
    return err == 1 ? load_foreign_xstate(address) : err;
}

static int restore_xstate(uintptr_t address)
{
    uint32_t mxcsr;
    if (address == 0) {
        fpu_init_state();
        return 0;
    }
    current_task()->flags |= TASK_TRAPPED; /* all of it is live until the return */
    int err = load_xstate(address);
    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    if (err == 0 && !(mxcsr & ~fpu_features.mxcsr_mask)) /* emulators may load invalid bits */
        return 0;
    fpu_init_state(); /* may be partly loaded */
    return -EFAULT;
}

/* As on Linux, ignores an invalid alternate stack. */
static void restore_altstack(const stack_t *ss, uintptr_t sp)
{
    const struct signal_altstack *alt = signal_altstack();
    if ((uintptr_t)ss->ss_sp != alt->sp || ss->ss_size != alt->size || ss->ss_flags != alt->flags)
        (void)signal_set_altstack((uintptr_t)ss->ss_sp, ss->ss_size, ss->ss_flags, sp);
}

int arch_signal_frame_restore(struct trap_frame *frame, uintptr_t sp, sigset *mask)
{
    struct frame_back back;
    size_t xstate_size = fpu_features.frame_size;
    /* The extended state usually lies within a page above sp: one check suffices. */
    bool around = user_range_ok(user_ptr(sp), PAGE_SIZE);
    arch_frame_complete(frame);
    if (!around && !user_range_ok(user_ptr(sp), sizeof(struct ucontext)))
        return -EFAULT;
    if (user_frame_read(user_ptr(sp), frame, &back) != 0 || back.rip >= RIP_MAX)
        return -EFAULT;
    if (!(around && back.fpstate - sp <= PAGE_SIZE - xstate_size) &&
        !user_range_ok(user_ptr(back.fpstate), xstate_size))
        return -EFAULT;
    if (restore_xstate(back.fpstate) != 0)
        return -EFAULT;
    *mask = back.mask;
    frame->rip = back.rip;
    frame->rflags = (frame->rflags & ~EFLAGS_CHANGEABLE) | (back.rflags & EFLAGS_CHANGEABLE);
    restore_altstack(&back.altstack, frame->rsp);
    return 0;
}
