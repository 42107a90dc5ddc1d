/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef X86_FEATURES_H
#define X86_FEATURES_H

/* Refuses processors without the features that kernel or image were compiled for. On the
 * identity map. */
void features_check(void);

#endif
