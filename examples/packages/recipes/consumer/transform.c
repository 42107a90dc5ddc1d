// SPDX-License-Identifier: BSD-3-Clause
//
// FFTW with OpenMP: the transform of a wave is one line of its spectrum, and back it is the wave.
#include <complex.h>
#include <fftw3.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>

enum { ROWS = 96, COLUMNS = 100, N = ROWS * COLUMNS };

int main(void)
{
    const double pi = 3.14159265358979323846;
    fftw_complex *wave = fftw_alloc_complex(N);
    fftw_complex *spectrum = fftw_alloc_complex(N);
    double worst = 0;

    if (!wave || !spectrum || !fftw_init_threads())
        return 2;
    fftw_plan_with_nthreads(omp_get_max_threads());
    fftw_plan forth = fftw_plan_dft_2d(ROWS, COLUMNS, wave, spectrum, FFTW_FORWARD, FFTW_ESTIMATE);
    fftw_plan back = fftw_plan_dft_2d(ROWS, COLUMNS, spectrum, wave, FFTW_BACKWARD, FFTW_ESTIMATE);
    for (int i = 0; i < N; i++)
        wave[i] = cexp(2 * pi * I * (5.0 * (i / COLUMNS) / ROWS + 7.0 * (i % COLUMNS) / COLUMNS));
    fftw_execute(forth);
    for (int i = 0; i < N; i++)
        worst = fmax(worst, cabs(spectrum[i] - (i == 5 * COLUMNS + 7 ? N : 0)));
    printf("spectrum: %s, line %.6f\n", worst < 1e-8 ? "right" : "wrong",
           creal(spectrum[5 * COLUMNS + 7]) / N);
    int failed = worst >= 1e-8;

    fftw_execute(back);
    worst = 0;
    for (int i = 0; i < N; i++)
        worst = fmax(
            worst,
            cabs(wave[i] / N -
                 cexp(2 * pi * I * (5.0 * (i / COLUMNS) / ROWS + 7.0 * (i % COLUMNS) / COLUMNS))));
    printf("there and back: %s\n", worst < 1e-12 ? "right" : "wrong");
    failed |= worst >= 1e-12;
    fftw_destroy_plan(forth);
    fftw_destroy_plan(back);
    fftw_free(wave);
    fftw_free(spectrum);
    fftw_cleanup_threads();
    return failed;
}
