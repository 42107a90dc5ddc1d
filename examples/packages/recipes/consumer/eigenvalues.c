// SPDX-License-Identifier: BSD-3-Clause
//
// LAPACK from C, by the symbols of its Fortran: the matrix of the second difference has eigenvalues
// that a formula gives, as a real and as a complex Hermitian matrix.
#include <complex.h>
#include <math.h>
#include <stdio.h>

enum { N = 60, WORK = 4000 };

// The last argument is the length of a character that Fortran passes out of sight.
void dsyev_(const char *job, const char *part, const int *n, double *a, const int *stride,
            double *values, double *work, const int *work_size, int *info, size_t, size_t);
void zheev_(const char *job, const char *part, const int *n, double _Complex *a, const int *stride,
            double *values, double _Complex *work, const int *work_size, double *real_work,
            int *info, size_t, size_t);

static int report(const char *name, int info, const double *values)
{
    const double pi = 3.14159265358979323846;
    double worst = 0;

    for (int i = 0; i < N; i++)
        worst = fmax(worst, fabs(values[i] - (2 - 2 * cos((i + 1) * pi / (N + 1)))));
    printf("%s: info %d, from %.10f to %.10f, %s\n", name, info, values[0], values[N - 1],
           worst < 1e-12 ? "right" : "wrong");
    return info != 0 || worst >= 1e-12;
}

int main(void)
{
    static double real[N * N], values[N], work[WORK];
    static double _Complex hermitian[N * N], complex_work[WORK];
    const int n = N;
    const int work_size = WORK;
    int info;
    int failed;

    for (int i = 0; i < N; i++) {
        hermitian[i + N * i] = real[i + N * i] = 2;
        if (i > 0) {
            real[i - 1 + N * i] = -1;
            hermitian[i - 1 + N * i] = I;
        }
    }
    dsyev_("V", "U", &n, real, &n, values, work, &work_size, &info, 1, 1);
    failed = report("dsyev", info, values);
    zheev_("V", "U", &n, hermitian, &n, values, complex_work, &work_size, work, &info, 1, 1);
    failed |= report("zheev", info, values);
    return failed;
}
