/* SPDX-License-Identifier: BSD-3-Clause */
/* The console's streams as files: what the device nodes and the terminal's ioctls need. */
#ifndef FS_CONSOLE_FILE_H
#define FS_CONSOLE_FILE_H

#include <hermit/boot_info.h>
#include <hermit/file.h>

#define CONSOLE_DEV_MINOR 15 /* st_dev of the streams */

extern const struct file_ops console_file_ops;
/* Its operations, for the operation table of a terminal's device node. */
ssize_t console_file_read(struct file *f, struct io_cursor *io, uint64_t *pos);
ssize_t console_file_write(struct file *f, struct io_cursor *io, uint64_t *pos);
unsigned console_file_poll(struct file *f, struct poll_table *pt);
long console_file_ioctl(struct file *f, unsigned cmd, unsigned long arg);

/* A new open file on a stream (bits of enum hermit_stream). 0, −EACCES (a pipe of the other
 * direction), −ENOMEM. */
int console_open(unsigned stream, unsigned flags, struct file **file);

/* The terminal among the streams, as a stream that does what any of them can; 0: there is none. */
unsigned console_terminal(void);

/* ioctl of a terminal. */
long tty_ioctl(struct file *f, unsigned cmd, unsigned long arg);

#endif
