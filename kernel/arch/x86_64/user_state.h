/* SPDX-License-Identifier: BSD-3-Clause */
/* Signal frames in the application's memory: user_state.S. All return 0, or −1 after a fault;
 * user_xrstor_own() 1 if the area is not the kernel's. */
#ifndef USER_STATE_H
#define USER_STATE_H

#include <asm/sigcontext.h>
#include <hermit/types.h>
#include <linux/signal.h>

struct siginfo_data;
struct trap_frame;

/* Fields of a frame that are not in struct trap_frame; user_state.S depends on the layout. */
struct frame_rest {
    uint64_t flags, altstack[3];
    uint64_t error, vector, address;
};

/* Fields of a frame to check before they are restored; user_state.S depends on the layout. */
struct frame_back {
    stack_t altstack;
    uint64_t rflags, fpstate, mask, rip;
};

int user_frame_write(void __user *sp, const struct trap_frame *regs, const struct frame_rest *rest,
                     uint64_t pretcode, uint64_t mask, uint64_t fpstate);
int user_info_write(void __user *user, const struct siginfo_data *info);
int user_frame_read(const void __user *sp, struct trap_frame *regs, struct frame_back *back);

int user_read_sw(const void __user *area, struct _fpx_sw_bytes *sw, size_t size);
int user_xsave(void __user *area, uint64_t mask, const struct _fpx_sw_bytes *sw,
               uint32_t __user *magic2);
int user_xrstor_own(const void __user *area, uint64_t mask, const struct _fpx_sw_bytes *sw,
                    size_t size);
int user_xrstor(const void __user *area, uint64_t mask);
int user_fxrstor(const void __user *area);

extern const char user_state_begin[] __attribute__((visibility("hidden")));
extern const char user_state_end[] __attribute__((visibility("hidden")));
void user_state_failed(void);

/* Where to resume when the instruction at rip faulted; 0: it is not in user_state.S. */
static inline uintptr_t user_state_fixup(uintptr_t rip)
{
    bool here =
        rip - (uintptr_t)user_state_begin < (uintptr_t)user_state_end - (uintptr_t)user_state_begin;
    return here ? (uintptr_t)user_state_failed : 0;
}

#endif
