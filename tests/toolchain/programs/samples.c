/* SPDX-License-Identifier: BSD-3-Clause */
/* Code whose translation shows the compiler's defaults: errno of libm, TLS, PIC, frames, types. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <wchar.h>

_Thread_local int own;
extern _Thread_local int other;
extern int external;
static int local = 3;
wint_t wide;

void roots(double *to, const double *from, int n)
{
    for (int i = 0; i < n; i++)
        to[i] = sqrt(from[i]);
}

int variables(void)
{
    return own + other + external + local++;
}

__float128 quad(__float128 a, double b)
{
    return a * b;
}

double sum(int n, ...)
{
    va_list list;
    double total = 0;

    va_start(list, n);
    for (int i = 0; i < n; i++)
        total += va_arg(list, double);
    va_end(list);
    return total;
}

int calls(const char *text, char *to, size_t size)
{
    char buffer[64];

    snprintf(buffer, sizeof(buffer), "%s", text);
    errno = 0;
    return snprintf(to, size, "%s%zu", buffer, size);
}
