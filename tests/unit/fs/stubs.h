/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef UNIT_FS_STUBS_H
#define UNIT_FS_STUBS_H

#include <stdint.h>

extern uint64_t stub_fd_limit; /* RLIMIT_NOFILE */
extern uint64_t stub_time;     /* monotonic, ns */
extern const void *stub_hole;  /* the application's memory ends here; NULL: nowhere */

#endif
