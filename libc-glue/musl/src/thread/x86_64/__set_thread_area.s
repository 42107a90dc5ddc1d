/* SPDX-License-Identifier: BSD-3-Clause */
/* int __set_thread_area(void *tp): arch_prctl(ARCH_SET_FS, tp). Changes caller-saved registers. */
.text
.global __set_thread_area
.hidden __set_thread_area
.type __set_thread_area,@function
__set_thread_area:
    mov %rdi,%rsi
    mov $0x1002,%edi
    jmp __hermit_sys_arch_prctl
.size __set_thread_area,.-__set_thread_area
