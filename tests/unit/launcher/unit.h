/* SPDX-License-Identifier: BSD-3-Clause */
/* cmocka.h and the headers that it requires before it. */
#ifndef UNIT_H
#define UNIT_H
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#undef fail /* the launcher has a function of this name */
/* clang-format on */
#endif
