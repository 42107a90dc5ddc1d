/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FS_ERROR_SIGNAL_H
#define FS_ERROR_SIGNAL_H

/* Sends the calling thread the signal that goes with the result −EPIPE (SIGPIPE) or −EFBIG (SIGXFSZ) of
 * a write. Returns that result. */
__attribute__((cold, noinline)) int error_signal(int err);

#endif
