/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FS_SIGPIPE_H
#define FS_SIGPIPE_H

/* Sends the calling thread SIGPIPE, which goes with the result −EPIPE. */
__attribute__((cold, noinline)) void sigpipe_raise(void);

#endif
