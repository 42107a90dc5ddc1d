/* SPDX-License-Identifier: BSD-3-Clause */
/* What lwIP includes as the C library's, in the kernel. */
#include <hermit/string.h>
