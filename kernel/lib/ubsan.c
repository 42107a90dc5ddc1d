/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Handlers that code compiled with -fsanitize=undefined (debug builds) calls on
 * undefined behaviour: each panics with the place and the kind. Clang defines the
 * names, and that the first argument begins with a source location (except where
 * noted).
 */
#ifdef HERMIT_DEBUG
#include <hermit/panic.h>

struct location {
    const char *file;
    uint32_t line, column;
};

#pragma GCC visibility push(hidden)

/* Handlers whose first argument begins with the location; other arguments are not used. */
#define HANDLER(name, kind)                                                                        \
    void __ubsan_handle_##name(const struct location *at);                                         \
    void __ubsan_handle_##name(const struct location *at)                                          \
    {                                                                                              \
        panic("undefined behaviour: " kind " (%s:%u)", at->file, at->line);                        \
    }

HANDLER(add_overflow, "signed addition overflows")
HANDLER(sub_overflow, "signed subtraction overflows")
HANDLER(mul_overflow, "signed multiplication overflows")
HANDLER(negate_overflow, "negation overflows")
HANDLER(divrem_overflow, "division by zero or overflow")
HANDLER(shift_out_of_bounds, "shift by a wrong amount")
HANDLER(out_of_bounds, "index out of bounds")
HANDLER(builtin_unreachable, "unreachable code reached")
HANDLER(missing_return, "function ends without a value")
HANDLER(vla_bound_not_positive, "array of no size")
HANDLER(load_invalid_value, "value that the type does not have")
HANDLER(invalid_builtin, "bad argument of a builtin")
HANDLER(nonnull_arg, "null argument")
HANDLER(pointer_overflow, "pointer arithmetic overflows")
HANDLER(alignment_assumption, "assumed alignment does not hold")
HANDLER(float_cast_overflow, "number out of range")

/* A null, misaligned or too small object; the kind of access follows location and type. */
struct type_mismatch {
    struct location at;
    const void *type;
    uint8_t log_alignment, access;
};

void __ubsan_handle_type_mismatch_v1(const struct type_mismatch *data, uintptr_t pointer);
void __ubsan_handle_type_mismatch_v1(const struct type_mismatch *data, uintptr_t pointer)
{
    const char *kind = pointer == 0 ? "null pointer"
                       : !IS_ALIGNED(pointer, 1UL << data->log_alignment)
                           ? "misaligned pointer"
                           : "object smaller than its type";
    panic("undefined behaviour: %s %#lx used (%s:%u)", kind, pointer, data->at.file, data->at.line);
}

/* Here the location is the second argument. */
void __ubsan_handle_nonnull_return_v1(const void *data, const struct location *at);
void __ubsan_handle_nonnull_return_v1(const void *data, const struct location *at)
{
    (void)data;
    panic("undefined behaviour: null returned (%s:%u)", at->file, at->line);
}

#pragma GCC visibility pop
#endif
