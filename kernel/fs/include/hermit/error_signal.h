/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HERMIT_ERROR_SIGNAL_H
#define HERMIT_ERROR_SIGNAL_H

/* Sends the calling thread the signal that accompanies a write's result `err`: SIGPIPE for −EPIPE,
 * SIGXFSZ for −EFBIG. Returns err. */
__attribute__((cold, noinline)) int error_signal(int err);

#endif
