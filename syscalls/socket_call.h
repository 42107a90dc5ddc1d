/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of the socket calls share. */
#ifndef SYSCALLS_SOCKET_CALL_H
#define SYSCALLS_SOCKET_CALL_H

#include <hermit/socket.h>

/* The socket of a descriptor and its file, with a reference. 0, −EBADF, −ENOTSOCK. */
int socket_get(int fd, struct file **f, struct socket **s);

/* True if calls on the file do not wait. */
bool socket_file_nonblocking(const struct file *f);

/* Reads an address of `length` bytes. 0, −EINVAL (too long, negative), −EFAULT. */
int address_get(struct socket_address *a, const void __user *user, int length);

/* Stores an address, cut to the length at `user_length`, and its whole length there. 0, −EINVAL,
 * −EFAULT. */
int address_put(const struct socket_address *a, void __user *user, int __user *user_length);

#endif
