// SPDX-License-Identifier: BSD-3-Clause
//
// For try_run: prints a number that BLAS has calculated, and ends with it.
#include <stdio.h>

double ddot_(const int *n, const double *x, const int *x_step, const double *y, const int *y_step);

int main(void)
{
    const int n = 3;
    const int one = 1;
    const double x[] = {1, 2, 4};
    const double y[] = {4, 5, 7};
    int product = (int)ddot_(&n, x, &one, y, &one);

    printf("dot product %d\n", product);
    return product;
}
