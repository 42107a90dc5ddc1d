/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* setjmp, longjmp, qsort, bsearch, regex, locale-free printing: the C library's own ground. */
#include "check.h"
#include <complex.h>
#include <math.h>
#include <regex.h>
#include <setjmp.h>

static jmp_buf back;

static int by_value(const void *one, const void *two)
{
    return *(const int *)one - *(const int *)two;
}

__attribute__((noinline)) static void leap(int value)
{
    longjmp(back, value);
}

int main(void)
{
    int numbers[100], key = 37;
    regex_t expression;
    regmatch_t match[2];
    volatile int jumps = 0;

    int value = setjmp(back);
    if (value < 3) {
        jumps++;
        leap(value + 1);
    }
    printf("jumps %d\n", jumps);
    for (int i = 0; i < 100; i++)
        numbers[i] = (i * 37) % 100;
    qsort(numbers, 100, sizeof(int), by_value);
    int *found = bsearch(&key, numbers, 100, sizeof(int), by_value);
    printf("found at %td\n", found - numbers);
    CHECK(regcomp(&expression, "([a-z]+)[0-9]", REG_EXTENDED) == 0);
    CHECK(regexec(&expression, "12 abc3", 2, match, 0) == 0);
    printf("match %d..%d\n", (int)match[1].rm_so, (int)match[1].rm_eo);
    regfree(&expression);
    printf("%.17g %.10Lf %a\n", sqrt(2.0), sinl(1.0L), 0.1);
    printf("%.12f %.12f\n", exp(1.5), pow(2.5, 3.5));
    printf("%.12f\n", cabs(3.0 + 4.0 * I));
    printf("%s\n", strerror(ENOENT));
    return check_done();
}
