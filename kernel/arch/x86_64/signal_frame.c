/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns the signal frame: struct rt_sigframe of Linux's x86-64, bit for bit, and
 * the extended state above it. Concerns the current task; no locks. The state is
 * put together in kernel memory and copied, so that a bad stack is an error and
 * never a fault with half a state loaded.
 */
#include <arch/task.h>
#include <arch/trap.h>
#include <asm/sigcontext.h>
#include <hermit/kmalloc.h>
#include <hermit/signal.h>
#include <hermit/string.h>
#include <hermit/task.h>
#include <hermit/uaccess.h>
#include <linux/errno.h>
#include <linux/signal.h>

#include <asm/ucontext.h>

#include "fpu.h"

#define RED_ZONE 128

#define EFLAGS_DF 0x400UL
#define EFLAGS_TF 0x100UL
#define EFLAGS_RF 0x10000UL
/* What a handler may change of the flags: CF PF AF ZF SF TF DF OF RF AC. */
#define EFLAGS_CHANGEABLE 0x50dd5UL

#define LINUX_USER_CS 0x33 /* what programs that look expect to see */
#define LINUX_USER_SS 0x2b

#define XSTATE_LEGACY 3UL /* x87 and SSE: all that a frame without the magic numbers holds */

#define RIP_MAX 0x0000800000000000UL /* beyond, iretq would fault in the kernel */

struct rt_sigframe {
    uint64_t pretcode; /* where the handler returns to */
    struct ucontext uc;
    struct siginfo_data info;
};
_Static_assert(offsetof(struct rt_sigframe, uc) == 8, "Linux's layout");
_Static_assert(offsetof(struct rt_sigframe, info) == 312, "Linux's layout");
_Static_assert(offsetof(struct ucontext, uc_sigmask) == 296, "Linux's layout");

/* Bytes that the extended state takes on the stack; the second magic number follows XSAVE's. */
static size_t xstate_frame_size(void)
{
    return fpu_features.size + (fpu_features.xsave ? FP_XSTATE_MAGIC2_SIZE : 0);
}

/* Where the frame goes; *xstate receives the address of the extended state. 0: no room. */
static uintptr_t place_frame(uintptr_t rsp, const struct signal_action *sa, uintptr_t *xstate)
{
    const struct task_signals *ts = &current_task()->signals;
    bool on_altstack = signal_on_altstack(rsp);
    uintptr_t sp = rsp - RED_ZONE;
    bool entering = sa->flags & SA_ONSTACK && ts->altstack_size != 0 && !on_altstack;
    if (entering)
        sp = ts->altstack_sp + ts->altstack_size;
    *xstate = ALIGN_DOWN(sp - xstate_frame_size(), 64);
    sp = ALIGN_DOWN(*xstate - sizeof(struct rt_sigframe), 16) - 8; /* as after a call */
    if ((entering || on_altstack) &&
        (sp <= ts->altstack_sp || sp - ts->altstack_sp > ts->altstack_size))
        return 0;
    return sp;
}

static int save_xstate(uintptr_t address)
{
    size_t size = fpu_features.size;
    uint8_t *area = kzalloc(xstate_frame_size());
    if (area == NULL)
        return -ENOMEM;
    fpu_save(area);
    struct _fpstate *fp = (struct _fpstate *)(void *)area;
    memset(&fp->sw_reserved, 0, sizeof(fp->sw_reserved));
    if (fpu_features.xsave) {
        fp->sw_reserved.magic1 = FP_XSTATE_MAGIC1;
        fp->sw_reserved.extended_size = (uint32_t)xstate_frame_size();
        fp->sw_reserved.xfeatures = fpu_features.mask;
        fp->sw_reserved.xstate_size = (uint32_t)size;
        *(uint32_t *)(void *)(area + size) = FP_XSTATE_MAGIC2;
    }
    int err = copy_to_user((void *)address, area, xstate_frame_size());
    kfree(area);
    return err;
}

static void fill_sigcontext(struct sigcontext *sc, const struct trap_frame *f)
{
    const struct arch_task *a = &current_task()->arch;
    *sc = (struct sigcontext){
        .r8 = f->r8,
        .r9 = f->r9,
        .r10 = f->r10,
        .r11 = f->r11,
        .r12 = f->r12,
        .r13 = f->r13,
        .r14 = f->r14,
        .r15 = f->r15,
        .rdi = f->rdi,
        .rsi = f->rsi,
        .rbp = f->rbp,
        .rbx = f->rbx,
        .rdx = f->rdx,
        .rax = f->rax,
        .rcx = f->rcx,
        .rsp = f->rsp,
        .rip = f->rip,
        .eflags = f->rflags,
        .cs = LINUX_USER_CS,
        .ss = LINUX_USER_SS,
        .err = a->fault_error,
        .trapno = a->fault_vector,
        .cr2 = a->fault_address,
    };
}

static void fill_altstack(stack_t *ss)
{
    struct task_signals *ts = &current_task()->signals;
    ss->ss_sp = (void *)ts->altstack_sp;
    ss->ss_size = ts->altstack_size;
    ss->ss_flags = ts->altstack_flags;
}

static void disarm_altstack(void)
{
    struct task_signals *ts = &current_task()->signals;
    if (!(ts->altstack_flags & (int)SS_AUTODISARM))
        return;
    ts->altstack_sp = 0;
    ts->altstack_size = 0;
    ts->altstack_flags = SS_DISABLE;
}

int arch_signal_frame_build(struct trap_frame *frame, const struct signal_action *sa,
                            const struct siginfo_data *info, sigset mask)
{
    struct rt_sigframe sf;
    uintptr_t xstate, sp = place_frame(frame->rsp, sa, &xstate);
    if (sp == 0 || !(sa->flags & SA_RESTORER))
        return -EFAULT;

    memset(&sf, 0, sizeof(sf));
    sf.pretcode = sa->restorer;
    sf.uc.uc_flags =
        (fpu_features.xsave ? UC_FP_XSTATE : 0) | UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS;
    fill_altstack(&sf.uc.uc_stack);
    fill_sigcontext(&sf.uc.uc_mcontext, frame);
    sf.uc.uc_mcontext.oldmask = mask;
    sf.uc.uc_mcontext.fpstate = (struct _fpstate *)xstate;
    memcpy(&sf.uc.uc_sigmask, &mask, sizeof(mask));
    sf.info = *info;
    int err = save_xstate(xstate);
    if (err == 0)
        err = copy_to_user((void *)sp, &sf, sizeof(sf));
    if (err != 0)
        return err;

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

/* Reads the extended state into `area` and makes it safe to load. */
static int read_xstate(uint8_t *area, uintptr_t address)
{
    struct _fpstate *fp = (struct _fpstate *)(void *)area;
    struct _header *header = (struct _header *)(void *)(area + FPU_LEGACY_SIZE);
    uint64_t features = XSTATE_LEGACY;
    if (copy_from_user(area, (void *)address, FPU_LEGACY_SIZE) != 0)
        return -EFAULT;
    struct _fpx_sw_bytes sw = fp->sw_reserved;
    if (fpu_features.xsave && sw.magic1 == FP_XSTATE_MAGIC1 &&
        sw.xstate_size == fpu_features.size && sw.extended_size == xstate_frame_size()) {
        uint32_t magic2;
        if (copy_from_user(area, (void *)address, fpu_features.size) != 0 ||
            get_user_u32(&magic2, (uint32_t *)(address + sw.xstate_size)) != 0)
            return -EFAULT;
        if (magic2 == FP_XSTATE_MAGIC2)
            features = header->xfeatures & sw.xfeatures & fpu_features.mask;
    }
    if (fp->mxcsr & ~fpu_features.mxcsr_mask)
        return -EFAULT;
    if (fpu_features.xsave) {
        memset(header, 0, sizeof(*header));
        header->xfeatures = features;
    }
    return 0;
}

static int restore_xstate(uintptr_t address)
{
    if (address == 0) {
        fpu_init_state();
        return 0;
    }
    uint8_t *area = kmalloc(fpu_features.size);
    if (area == NULL)
        return -ENOMEM;
    int err = read_xstate(area, address);
    if (err == 0) {
        current_task()->flags |= TASK_TRAPPED; /* all of it is alive until the return */
        fpu_restore(area);
    }
    kfree(area);
    return err;
}

static void load_sigcontext(struct trap_frame *f, const struct sigcontext *sc)
{
    f->r8 = sc->r8;
    f->r9 = sc->r9;
    f->r10 = sc->r10;
    f->r11 = sc->r11;
    f->r12 = sc->r12;
    f->r13 = sc->r13;
    f->r14 = sc->r14;
    f->r15 = sc->r15;
    f->rdi = sc->rdi;
    f->rsi = sc->rsi;
    f->rbp = sc->rbp;
    f->rbx = sc->rbx;
    f->rdx = sc->rdx;
    f->rax = sc->rax;
    f->rcx = sc->rcx;
    f->rsp = sc->rsp;
    f->rip = sc->rip;
    f->rflags = (f->rflags & ~EFLAGS_CHANGEABLE) | (sc->eflags & EFLAGS_CHANGEABLE);
}

int arch_signal_frame_restore(struct trap_frame *frame, uintptr_t sp, sigset *mask)
{
    struct ucontext uc;
    if (copy_from_user(&uc, (void *)sp, sizeof(uc)) != 0 || uc.uc_mcontext.rip >= RIP_MAX)
        return -EFAULT;
    int err = restore_xstate((uintptr_t)uc.uc_mcontext.fpstate);
    if (err != 0)
        return err;
    memcpy(mask, &uc.uc_sigmask, sizeof(*mask));
    arch_frame_complete(frame);
    load_sigcontext(frame, &uc.uc_mcontext);
    /* As on Linux an alternate stack that cannot be is left as it is. */
    (void)signal_set_altstack((uintptr_t)uc.uc_stack.ss_sp, uc.uc_stack.ss_size,
                              uc.uc_stack.ss_flags, frame->rsp);
    return 0;
}
