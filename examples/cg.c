/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Conjugate gradients with OpenMP on a matrix in Matrix Market coordinate format
 * (real, integer or pattern; general or symmetric). Solves A x = b for
 * b = A (1, 1, …)' and prints iterations, residual and a checksum of x.
 *
 *     cg MATRIX.mtx [TOLERANCE [MAX-ITERATIONS]]
 *
 * Sums are made of fixed blocks that are added in order, so the digits do not
 * depend on the number of threads.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <omp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Compressed rows: the entries of row i are row[i] … row[i + 1] - 1. */
struct matrix {
    long n, nnz;
    long *row;
    int *col;
    double *value;
};

struct triplets {
    long n, nnz;
    int *i, *j;
    double *value;
};

enum { BLOCK = 1024 };

static _Noreturn void fail(const char *name, long line, const char *what)
{
    if (line > 0)
        fprintf(stderr, "cg: %s:%ld: %s\n", name, line, what);
    else
        fprintf(stderr, "cg: %s: %s\n", name, what);
    exit(1);
}

static void *allocate(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size);
    if (!p)
        fail("memory", 0, strerror(errno));
    return p;
}

/* Next line that is neither a comment nor blank; false at the end of the file. */
static bool next_line(FILE *f, char *line, int size, long *number)
{
    while (fgets(line, size, f)) {
        ++*number;
        const char *p = line;
        while (isspace((unsigned char)*p))
            p++;
        if (*p && *p != '%')
            return true;
    }
    return false;
}

struct header {
    bool pattern, symmetric;
};

static struct header parse_banner(const char *name, const char *line)
{
    char object[32], format[32], field[32], symmetry[32];
    if (sscanf(line, "%%%%MatrixMarket %31s %31s %31s %31s", object, format, field, symmetry) != 4)
        fail(name, 1, "not a Matrix Market file");
    if (strcasecmp(object, "matrix") != 0 || strcasecmp(format, "coordinate") != 0)
        fail(name, 1, "only coordinate matrices are supported");
    struct header h = {.pattern = strcasecmp(field, "pattern") == 0,
                       .symmetric = strcasecmp(symmetry, "symmetric") == 0};
    if (!h.pattern && strcasecmp(field, "real") != 0 && strcasecmp(field, "integer") != 0)
        fail(name, 1, "only real, integer and pattern fields are supported");
    if (!h.symmetric && strcasecmp(symmetry, "general") != 0)
        fail(name, 1, "only general and symmetric matrices are supported");
    return h;
}

static void read_entry(const char *name, long number, const char *line, struct header h,
                       struct triplets *t)
{
    long i, j;
    double value = 1.0;
    int fields = sscanf(line, "%ld %ld %lf", &i, &j, &value);
    if (fields < (h.pattern ? 2 : 3))
        fail(name, number, "entry expected");
    if (i < 1 || i > t->n || j < 1 || j > t->n)
        fail(name, number, "index out of range");
    t->i[t->nnz] = (int)(i - 1);
    t->j[t->nnz] = (int)(j - 1);
    t->value[t->nnz++] = value;
    if (h.symmetric && i != j) {
        t->i[t->nnz] = (int)(j - 1);
        t->j[t->nnz] = (int)(i - 1);
        t->value[t->nnz++] = value;
    }
}

static struct triplets read_triplets(const char *name)
{
    FILE *f = fopen(name, "r");
    if (!f)
        fail(name, 0, strerror(errno));
    char line[1024];
    long number = 1;
    if (!fgets(line, sizeof line, f))
        fail(name, 0, "empty file");
    struct header h = parse_banner(name, line);
    long rows, cols, entries;
    if (!next_line(f, line, sizeof line, &number) ||
        sscanf(line, "%ld %ld %ld", &rows, &cols, &entries) != 3 || rows < 1 || entries < 0)
        fail(name, number, "size line expected");
    if (rows != cols || rows > 0x7fffffff)
        fail(name, number, "matrix is not square");

    size_t room = (size_t)entries * (h.symmetric ? 2 : 1);
    struct triplets t = {.n = rows,
                         .i = allocate(room, sizeof(int)),
                         .j = allocate(room, sizeof(int)),
                         .value = allocate(room, sizeof(double))};
    for (long k = 0; k < entries; k++) {
        if (!next_line(f, line, sizeof line, &number))
            fail(name, number, "file ends before the last entry");
        read_entry(name, number, line, h, &t);
    }
    fclose(f);
    return t;
}

static struct matrix compress(struct triplets t)
{
    struct matrix m = {.n = t.n,
                       .nnz = t.nnz,
                       .row = allocate((size_t)t.n + 1, sizeof(long)),
                       .col = allocate((size_t)t.nnz, sizeof(int)),
                       .value = allocate((size_t)t.nnz, sizeof(double))};
    for (long k = 0; k < t.nnz; k++)
        m.row[t.i[k] + 1]++;
    for (long i = 0; i < t.n; i++)
        m.row[i + 1] += m.row[i];
    long *next = allocate((size_t)t.n, sizeof(long));
    memcpy(next, m.row, (size_t)t.n * sizeof(long));
    for (long k = 0; k < t.nnz; k++) {
        long at = next[t.i[k]]++;
        m.col[at] = t.j[k];
        m.value[at] = t.value[k];
    }
    free(next);
    free(t.i);
    free(t.j);
    free(t.value);
    return m;
}

/* y = A x */
static void multiply(const struct matrix *m, const double *x, double *y)
{
#pragma omp for schedule(static)
    for (long i = 0; i < m->n; i++) {
        double sum = 0.0;
        for (long k = m->row[i]; k < m->row[i + 1]; k++)
            sum += m->value[k] * x[m->col[k]];
        y[i] = sum;
    }
}

/* Inner product inside a parallel region; every thread gets it. `partial` has a slot for each
 * block. */
static double dot(long n, const double *a, const double *b, double *partial)
{
    long blocks = (n + BLOCK - 1) / BLOCK;
#pragma omp for schedule(static)
    for (long block = 0; block < blocks; block++) {
        long end = (block + 1) * BLOCK < n ? (block + 1) * BLOCK : n;
        double sum = 0.0;
        for (long i = block * BLOCK; i < end; i++)
            sum += a[i] * b[i];
        partial[block] = sum;
    }
    double sum = 0.0;
    for (long block = 0; block < blocks; block++)
        sum += partial[block];
#pragma omp barrier
    return sum;
}

struct result {
    long iterations;
    double residual;
};

/* Solves A x = b from x = 0, inside one parallel region. */
static struct result solve(const struct matrix *m, const double *b, double *x, double tolerance,
                           long max_iterations)
{
    size_t n = (size_t)m->n;
    double *r = allocate(n, sizeof *r), *p = allocate(n, sizeof *p), *q = allocate(n, sizeof *q);
    double *partial = allocate(n / BLOCK + 1, sizeof *partial);
    struct result result = {0};
#pragma omp parallel
    {
#pragma omp for schedule(static)
        for (long i = 0; i < m->n; i++) {
            x[i] = 0.0;
            r[i] = p[i] = b[i];
        }
        double rr = dot(m->n, r, r, partial);
        double goal = tolerance * tolerance * rr;
        long iteration = 0;
        while (rr > goal && iteration < max_iterations) {
            multiply(m, p, q);
            double alpha = rr / dot(m->n, p, q, partial);
#pragma omp for schedule(static)
            for (long i = 0; i < m->n; i++) {
                x[i] += alpha * p[i];
                r[i] -= alpha * q[i];
            }
            double next = dot(m->n, r, r, partial);
            double beta = next / rr;
            rr = next;
#pragma omp for schedule(static)
            for (long i = 0; i < m->n; i++)
                p[i] = r[i] + beta * p[i];
            iteration++;
        }
#pragma omp single
        result = (struct result){iteration, sqrt(rr)};
    }
    free(r);
    free(p);
    free(q);
    free(partial);
    return result;
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 4) {
        fprintf(stderr, "usage: cg MATRIX.mtx [TOLERANCE [MAX-ITERATIONS]]\n");
        return 2;
    }
    double tolerance = argc > 2 ? atof(argv[2]) : 1e-10;
    struct matrix m = compress(read_triplets(argv[1]));
    long max_iterations = argc > 3 ? atol(argv[3]) : 10 * m.n;

    double *ones = allocate((size_t)m.n, sizeof(double));
    double *b = allocate((size_t)m.n, sizeof(double)), *x = allocate((size_t)m.n, sizeof(double));
    for (long i = 0; i < m.n; i++)
        ones[i] = 1.0;
#pragma omp parallel
    multiply(&m, ones, b);

    struct result result = solve(&m, b, x, tolerance, max_iterations);
    double checksum = 0.0;
    for (long i = 0; i < m.n; i++)
        checksum += x[i] * (double)(i % 7 + 1);
    printf("matrix      %ld rows, %ld entries\n", m.n, m.nnz);
    printf("iterations  %ld\n", result.iterations);
    printf("residual    %.6e\n", result.residual);
    printf("checksum    %.9f\n", checksum);
    bool converged = result.iterations < max_iterations;
    if (!converged)
        fprintf(stderr, "cg: no convergence in %ld iterations\n", max_iterations);
    free(ones);
    free(b);
    free(x);
    free(m.row);
    free(m.col);
    free(m.value);
    return converged ? 0 : 1;
}
