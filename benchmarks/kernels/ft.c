/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * FT (RNR-94-007, section 2.4): a diffusion equation in three dimensions, solved by
 * a Fourier transform there, and for each step a multiplication and one back.
 * Checksums: NAS Parallel Benchmarks 3, published for each class.
 *
 * A one-dimensional transform is Stockham's (radix 2), done for LANES lines at once
 * in a buffer, which the three dimensions fill and empty by different strides.
 */
#include "nas.h"

enum { STEPS = 6, LANES = 16, MAX_LENGTH = 256, CHECKED = 1024 };

#define DIFFUSION 1e-6

struct number {
    double real, imaginary;
};

static const struct {
    int nx, ny, nz;
    double checksum[STEPS][2];
} problems[] = {
    [CLASS_S] = {64,
                 64,
                 64,
                 {{5.546087004964e+02, 4.845363331978e+02},
                  {5.546385409189e+02, 4.865304269511e+02},
                  {5.546148406171e+02, 4.883910722336e+02},
                  {5.545423607415e+02, 4.901273169046e+02},
                  {5.544255039624e+02, 4.917475857993e+02},
                  {5.542683411902e+02, 4.932597244941e+02}}},
    [CLASS_W] = {128,
                 128,
                 32,
                 {{5.673612178944e+02, 5.293246849175e+02},
                  {5.631436885271e+02, 5.282149986629e+02},
                  {5.594024089970e+02, 5.270996558037e+02},
                  {5.560698047020e+02, 5.260027904925e+02},
                  {5.530898991250e+02, 5.249400845633e+02},
                  {5.504159734538e+02, 5.239212247086e+02}}},
    [CLASS_A] = {256,
                 256,
                 128,
                 {{5.046735008193e+02, 5.114047905510e+02},
                  {5.059412319734e+02, 5.098809666433e+02},
                  {5.069376896287e+02, 5.098144042213e+02},
                  {5.077892868474e+02, 5.101336130759e+02},
                  {5.085233095391e+02, 5.104914655194e+02},
                  {5.091487099959e+02, 5.107917842803e+02}}},
};

/* Element (x, y, z) is at x + nx (y + ny z). */
struct field {
    int nx, ny, nz;
    struct number *at;
};

/* One thread's buffers: LANES lines each, elements of equal place side by side. */
struct lines {
    struct number a[MAX_LENGTH][LANES], b[MAX_LENGTH][LANES];
};

/* exp(2 pi i k / MAX_LENGTH) */
static struct number roots[MAX_LENGTH];

static void make_roots(void)
{
    for (int k = 0; k < MAX_LENGTH; k++)
        roots[k] = (struct number){cos(2 * M_PI * k / MAX_LENGTH), sin(2 * M_PI * k / MAX_LENGTH)};
}

static inline struct number product(struct number a, struct number b)
{
    return (struct number){a.real * b.real - a.imaginary * b.imaginary,
                           a.real * b.imaginary + a.imaginary * b.real};
}

/* One pass: halves of `from`, `half` apart, become neighbours at distance `stride`. */
static void pass(int half, int stride, int sign, struct number (*from)[LANES],
                 struct number (*to)[LANES])
{
    int blocks = half / stride;
    for (int block = 0; block < blocks; block++) {
        struct number w = roots[block * stride * (MAX_LENGTH / 2 / half)];
        if (sign < 0)
            w.imaginary = -w.imaginary;
        for (int k = 0; k < stride; k++) {
            const struct number *x = from[block * stride + k], *y = from[block * stride + k + half];
            struct number *sum = to[2 * block * stride + k],
                          *rest = to[(2 * block + 1) * stride + k];
            for (int lane = 0; lane < LANES; lane++) {
                struct number a = x[lane], b = y[lane];
                sum[lane] = (struct number){a.real + b.real, a.imaginary + b.imaginary};
                rest[lane] =
                    product(w, (struct number){a.real - b.real, a.imaginary - b.imaginary});
            }
        }
    }
}

/* Transforms the lines in a; the buffer that has the result. */
static struct number (*transform_lines(int length, int sign, struct lines *lines))[LANES]
{
    struct number(*from)[LANES] = lines->a, (*to)[LANES] = lines->b;
    for (int stride = 1; stride < length; stride *= 2) {
        pass(length / 2, stride, sign, from, to);
        struct number(*other)[LANES] = from;
        from = to;
        to = other;
    }
    return from;
}

/*
 * Transforms LANES lines: element k of lane l is at[k * step + l * lane_step].
 */
static void transform_at(struct number *at, int length, long step, long lane_step, int sign,
                         struct lines *lines)
{
    for (int k = 0; k < length; k++)
        for (int l = 0; l < LANES; l++)
            lines->a[k][l] = at[k * step + l * lane_step];
    struct number(*result)[LANES] = transform_lines(length, sign, lines);
    for (int k = 0; k < length; k++)
        for (int l = 0; l < LANES; l++)
            at[k * step + l * lane_step] = result[k][l];
}

static void transform(const struct field *f, int sign)
{
    long plane = (long)f->nx * f->ny;
#pragma omp parallel
    {
        struct lines *lines = measure_allocate(sizeof(*lines));
#pragma omp for
        for (int z = 0; z < f->nz; z++) {
            struct number *at = f->at + z * plane;
            for (int y = 0; y < f->ny; y += LANES)
                transform_at(at + (long)y * f->nx, f->nx, 1, f->nx, sign, lines);
            for (int x = 0; x < f->nx; x += LANES)
                transform_at(at + x, f->ny, f->nx, 1, sign, lines);
        }
#pragma omp for
        for (int y = 0; y < f->ny; y++)
            for (int x = 0; x < f->nx; x += LANES)
                transform_at(f->at + (long)y * f->nx + x, f->nz, plane, 1, sign, lines);
        free(lines);
    }
}

static void fill_randomly(const struct field *f)
{
    long plane = (long)f->nx * f->ny;
#pragma omp parallel for
    for (int z = 0; z < f->nz; z++) {
        uint64_t seed = NAS_SEED * nas_power(NAS_MULTIPLIER, 2 * (uint64_t)(z * plane));
        seed %= NAS_MODULUS;
        for (long i = z * plane; i < (z + 1) * plane; i++) {
            double real = randlc(&seed, NAS_MULTIPLIER);
            f->at[i] = (struct number){real, randlc(&seed, NAS_MULTIPLIER)};
        }
    }
}

/* The square of a wave number, index i standing for i or i - n. */
static int square(int i, int n)
{
    int k = i < n / 2 ? i : i - n;
    return k * k;
}

/* spectrum *= decay of one time step; `to` becomes a copy, to be transformed back. */
static void evolve(const struct field *spectrum, const struct field *to, const double *decay)
{
    int nx = spectrum->nx, ny = spectrum->ny, nz = spectrum->nz;
#pragma omp parallel for
    for (int z = 0; z < nz; z++) {
        for (int y = 0; y < ny; y++) {
            long row = (long)nx * (y + (long)ny * z);
            const double *d = decay + square(y, ny) + square(z, nz);
            for (int x = 0; x < nx; x++) {
                struct number *value = &spectrum->at[row + x];
                value->real *= d[square(x, nx)];
                value->imaginary *= d[square(x, nx)];
                to->at[row + x] = *value;
            }
        }
    }
}

/* decay[k] is exp(-4 alpha pi^2 k) for each sum of three squares. */
static double *make_decay(const struct field *f)
{
    int largest = square(f->nx / 2, f->nx) + square(f->ny / 2, f->ny) + square(f->nz / 2, f->nz);
    double *decay = measure_allocate(((size_t)largest + 1) * sizeof(double));
    for (int k = 0; k <= largest; k++)
        decay[k] = exp(-4 * DIFFUSION * M_PI * M_PI * k);
    return decay;
}

static struct number checksum(const struct field *f)
{
    double real = 0, imaginary = 0;
    for (long j = 1; j <= CHECKED; j++) {
        struct number value = f->at[j % f->nx + f->nx * (3 * j % f->ny + f->ny * (5 * j % f->nz))];
        real += value.real;
        imaginary += value.imaginary;
    }
    double total = (double)f->nx * f->ny * f->nz;
    return (struct number){real / total, imaginary / total};
}

static void run(const struct field *spectrum, const struct field *work, int steps,
                struct number *sums)
{
    fill_randomly(spectrum);
    make_roots();
    double *decay = make_decay(spectrum);
    transform(spectrum, 1);
    for (int step = 0; step < steps; step++) {
        evolve(spectrum, work, decay);
        transform(work, -1);
        sums[step] = checksum(work);
    }
    free(decay);
}

int main(int argc, char **argv)
{
    enum nas_class class = nas_start(&argc, argv);
    struct field spectrum = {problems[class].nx, problems[class].ny, problems[class].nz, NULL};
    struct field work = spectrum;
    size_t size = (size_t)work.nx * (size_t)work.ny * (size_t)work.nz * sizeof(struct number);
    spectrum.at = measure_allocate(size);
    work.at = measure_allocate(size);
    struct number sums[STEPS];

    run(&spectrum, &work, 1, sums);
    uint64_t start = measure_now();
    run(&spectrum, &work, STEPS, sums);
    uint64_t elapsed = measure_now() - start;

    for (int step = 0; step < STEPS; step++) {
        nas_verify("checksum", sums[step].real, problems[class].checksum[step][0], 1e-12);
        nas_verify("checksum", sums[step].imaginary, problems[class].checksum[step][1], 1e-12);
    }
    nas_report("ft", class, elapsed);
    return measure_end();
}
