/* SPDX-License-Identifier: BSD-3-Clause */
/* DWARF expressions as call-frame information has them (DWARF 5, 2.5). A pure function. */
#ifndef LAUNCHER_EXPRESSION_H
#define LAUNCHER_EXPRESSION_H

#include "cursor.h"
#include "unwind.h"

/*
 * Evaluates `code` with the frame's registers; `first` (may be NULL) is pushed before. Stores the
 * top of the stack in *value and returns UNWIND_CALLER; UNWIND_UNCOVERED: damaged, an unknown
 * operation (branches are) or an unknown register; UNWIND_UNREADABLE.
 */
enum unwind_result expression_evaluate(struct cursor code, const struct unwind_frame *frame,
                                       const struct unwind_memory *memory, const uint64_t *first,
                                       uint64_t *value);

#endif
