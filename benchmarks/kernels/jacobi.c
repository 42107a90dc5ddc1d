/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Jacobi's iteration for Laplace's equation on a square with zero borders. It starts
 * from sin(pi x) sin(pi y), which every sweep multiplies by cos(pi h): so the exact
 * result of any number of sweeps is known.
 */
#include "nas.h"

static const struct {
    int n, sweeps;
} problems[] = {[CLASS_S] = {254, 100}, [CLASS_W] = {1022, 200}, [CLASS_A] = {2046, 200}};

static double *grid, *other;
static int n;
static double h;

static void fill(double *at)
{
#pragma omp parallel for
    for (int y = 0; y < n + 2; y++) {
        double factor = y == 0 || y == n + 1 ? 0 : sin(M_PI * h * y);
        for (int x = 0; x < n + 2; x++)
            at[(long)y * (n + 2) + x] = x == 0 || x == n + 1 ? 0 : factor * sin(M_PI * h * x);
    }
}

static void run(int sweeps)
{
    long width = n + 2;
#pragma omp parallel
    {
        double *from = grid, *to = other;
        for (int sweep = 0; sweep < sweeps; sweep++) {
#pragma omp for schedule(static)
            for (int y = 1; y <= n; y++) {
                const double *restrict row = from + y * width;
                double *restrict result = to + y * width;
                for (int x = 1; x <= n; x++)
                    result[x] = 0.25 * (row[x - 1] + row[x + 1] + row[x - width] + row[x + width]);
            }
            double *done = to;
            to = from;
            from = done;
        }
    }
    if (sweeps % 2) {
        double *done = other;
        other = grid;
        grid = done;
    }
}

static double largest_error(int sweeps)
{
    double decay = pow(cos(M_PI * h), sweeps), worst = 0;
    for (int y = 1; y <= n; y++) {
        for (int x = 1; x <= n; x++) {
            double exact = decay * sin(M_PI * h * x) * sin(M_PI * h * y);
            worst = fmax(worst, fabs(grid[(long)y * (n + 2) + x] - exact));
        }
    }
    return worst;
}

int main(int argc, char **argv)
{
    enum nas_class class = nas_start(&argc, argv);
    int sweeps = problems[class].sweeps;
    n = problems[class].n;
    h = 1.0 / (n + 1);
    size_t size = (size_t)(n + 2) * (size_t)(n + 2) * sizeof(double);
    grid = measure_allocate(size);
    other = measure_allocate(size);
    fill(grid);
    fill(other);

    uint64_t start = measure_now();
    run(sweeps);
    uint64_t elapsed = measure_now() - start;

    double error = largest_error(sweeps);
    if (!(error < 1e-12))
        measure_fail("result is off by %g", error);
    nas_report("jacobi", class, elapsed);
    return measure_end();
}
