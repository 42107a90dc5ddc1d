/* SPDX-License-Identifier: BSD-3-Clause */
/* Descriptors as arguments of system calls. */
#ifndef SYSCALLS_DESCRIPTOR_H
#define SYSCALLS_DESCRIPTOR_H

/* 0, or −EBADF: not open, or opened with O_PATH. For calls that need no more of the file. */
long descriptor_check(int fd);

#endif
