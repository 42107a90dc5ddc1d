/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * CG (RNR-94-007, section 2.3): the smallest eigenvalue of a large sparse symmetric
 * matrix by inverse power iteration, each step 25 iterations of conjugate gradients.
 * The matrix is a weighted sum of outer products of sparse random vectors.
 * Values of zeta: NAS Parallel Benchmarks 3, published for each class.
 */
#include "nas.h"

enum { STEPS = 15, CG_STEPS = 25 };

#define CONDITION 0.1

static const struct {
    int n, nonzeros;
    double shift, zeta;
} problems[] = {
    [CLASS_S] = {1400, 7, 10, 8.5971775078648},
    [CLASS_W] = {7000, 8, 12, 10.362595087124},
    [CLASS_A] = {14000, 11, 20, 17.130235054029},
};

/* Compressed rows: the entries of row i are row[i] … row[i + 1] - 1. */
struct matrix {
    int n;
    int *row, *column;
    double *value;
};

/* One sparse random vector; there is room for one entry more than generated. */
struct sparse_vector {
    int size;
    int index[16];
    double value[16];
};

struct entry {
    int column;
    double value;
};

static int find(const struct sparse_vector *v, int index)
{
    int at = 0;
    while (at < v->size && v->index[at] != index)
        at++;
    return at;
}

/* `nonzeros` random entries at different random places, then 0.5 at `own`. */
static void make_vector(struct sparse_vector *v, int nonzeros, int n, int own, uint64_t *seed)
{
    int range = 1;
    while (range < n)
        range *= 2;
    v->size = 0;
    while (v->size < nonzeros) {
        double value = randlc(seed, NAS_MULTIPLIER);
        int index = (int)(range * randlc(seed, NAS_MULTIPLIER));
        if (index >= n || find(v, index) < v->size)
            continue;
        v->index[v->size] = index;
        v->value[v->size++] = value;
    }
    int at = find(v, own);
    v->index[at] = own;
    v->value[at] = 0.5;
    if (at == v->size)
        v->size++;
}

static int by_column(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return (x->column > y->column) - (x->column < y->column);
}

/* Sorts a row and adds up the entries of each column; the new length. */
static int merge_row(struct entry *row, int length)
{
    int kept = 0;
    qsort(row, (size_t)length, sizeof(*row), by_column);
    for (int i = 0; i < length; i++) {
        if (kept > 0 && row[kept - 1].column == row[i].column)
            row[kept - 1].value += row[i].value;
        else
            row[kept++] = row[i];
    }
    return kept;
}

/* Spreads the outer products of all vectors over the rows; fills start and end of each. */
static struct entry *outer_products(const struct sparse_vector *vectors, int n, double shift,
                                    int *start, int *end)
{
    memset(start, 0, (size_t)(n + 1) * sizeof(*start));
    for (int i = 0; i < n; i++)
        for (int k = 0; k < vectors[i].size; k++)
            start[vectors[i].index[k] + 1] += vectors[i].size;
    for (int i = 0; i < n; i++)
        start[i + 1] += start[i];
    memcpy(end, start, (size_t)n * sizeof(*end));

    struct entry *entries = measure_allocate((size_t)start[n] * sizeof(*entries));
    double weight = 1, ratio = pow(CONDITION, 1.0 / n);
    for (int i = 0; i < n; i++, weight *= ratio) {
        const struct sparse_vector *v = &vectors[i];
        for (int k = 0; k < v->size; k++) {
            for (int l = 0; l < v->size; l++) {
                double value = v->value[l] * (weight * v->value[k]);
                if (v->index[k] == i && v->index[l] == i)
                    value += CONDITION - shift;
                entries[end[v->index[k]]++] = (struct entry){v->index[l], value};
            }
        }
    }
    return entries;
}

static struct matrix make_matrix(int n, int nonzeros, double shift, uint64_t *seed)
{
    struct sparse_vector *vectors = measure_allocate((size_t)n * sizeof(*vectors));
    int *start = measure_allocate((size_t)(n + 1) * sizeof(*start));
    int *end = measure_allocate((size_t)n * sizeof(*end));
    for (int i = 0; i < n; i++)
        make_vector(&vectors[i], nonzeros, n, i, seed);
    struct entry *entries = outer_products(vectors, n, shift, start, end);

    struct matrix a = {.n = n, .row = measure_allocate((size_t)(n + 1) * sizeof(int))};
    a.row[0] = 0;
    for (int i = 0; i < n; i++)
        a.row[i + 1] = a.row[i] + merge_row(entries + start[i], end[i] - start[i]);
    a.column = measure_allocate((size_t)a.row[n] * sizeof(int));
    a.value = measure_allocate((size_t)a.row[n] * sizeof(double));
    for (int i = 0; i < n; i++) {
        for (int k = a.row[i]; k < a.row[i + 1]; k++) {
            a.column[k] = entries[start[i] + k - a.row[i]].column;
            a.value[k] = entries[start[i] + k - a.row[i]].value;
        }
    }
    free(entries);
    free(end);
    free(start);
    free(vectors);
    return a;
}

/*
 * Called by all threads of a team with equal arguments, as everything below; `turn`
 * counts the calls. Of three sums one is being added up, one may still be read, and
 * one is cleared for the next call: so a product costs a single barrier. All loops
 * are static: the elements that a thread multiplies here are those it wrote last.
 */
static double sums[3];

static double dot(int n, const double *x, const double *y, unsigned *turn)
{
    double *total = &sums[*turn % 3], sum = 0;
    *turn += 1;
#pragma omp for schedule(static) nowait
    for (int i = 0; i < n; i++)
        sum += x[i] * y[i];
#pragma omp atomic
    *total += sum;
#pragma omp master
    sums[*turn % 3] = 0;
#pragma omp barrier
    return *total;
}

static void multiply(const struct matrix *a, const double *x, double *y)
{
#pragma omp for schedule(static)
    for (int i = 0; i < a->n; i++) {
        double sum = 0;
        for (int k = a->row[i]; k < a->row[i + 1]; k++)
            sum += a->value[k] * x[a->column[k]];
        y[i] = sum;
    }
}

struct vectors {
    double *x, *z, *p, *q, *r;
};

/* Solves A z = x roughly; the norm of the residual. */
static double conjugate_gradients(const struct matrix *a, const struct vectors *v, unsigned *turn)
{
    double *x = v->x, *z = v->z, *p = v->p, *q = v->q, *r = v->r;
#pragma omp for schedule(static)
    for (int i = 0; i < a->n; i++) {
        z[i] = 0;
        q[i] = 0;
        r[i] = x[i];
        p[i] = x[i];
    }
    double rho = dot(a->n, r, r, turn);
    for (int step = 0; step < CG_STEPS; step++) {
        multiply(a, p, q);
        double alpha = rho / dot(a->n, p, q, turn);
#pragma omp for schedule(static) nowait
        for (int i = 0; i < a->n; i++) {
            z[i] += alpha * p[i];
            r[i] -= alpha * q[i];
        }
        double rho_before = rho;
        rho = dot(a->n, r, r, turn);
        double beta = rho / rho_before;
#pragma omp for schedule(static)
        for (int i = 0; i < a->n; i++)
            p[i] = r[i] + beta * p[i];
    }
    multiply(a, z, q);
#pragma omp for schedule(static) nowait
    for (int i = 0; i < a->n; i++)
        q[i] = x[i] - q[i];
    return sqrt(dot(a->n, q, q, turn));
}

/* Starts from x = 1; the estimate of the eigenvalue after `steps` steps. */
static double power_iteration(const struct matrix *a, const struct vectors *v, int steps,
                              double shift)
{
    double zeta = 0;
    sums[0] = 0;
#pragma omp parallel
    {
        unsigned counter = 0, *turn = &counter;
#pragma omp for schedule(static)
        for (int i = 0; i < a->n; i++)
            v->x[i] = 1;
        for (int step = 0; step < steps; step++) {
            conjugate_gradients(a, v, turn);
            double xz = dot(a->n, v->x, v->z, turn);
            double scale = 1 / sqrt(dot(a->n, v->z, v->z, turn));
#pragma omp master
            zeta = shift + 1 / xz;
#pragma omp for schedule(static)
            for (int i = 0; i < a->n; i++)
                v->x[i] = scale * v->z[i];
        }
    }
    return zeta;
}

int main(int argc, char **argv)
{
    enum nas_class class = nas_start(&argc, argv);
    uint64_t seed = NAS_SEED;
    randlc(&seed, NAS_MULTIPLIER);
    int n = problems[class].n;
    double shift = problems[class].shift;
    struct matrix a = make_matrix(n, problems[class].nonzeros, shift, &seed);
    size_t size = (size_t)n * sizeof(double);
    struct vectors v = {measure_allocate(size), measure_allocate(size), measure_allocate(size),
                        measure_allocate(size), measure_allocate(size)};

    power_iteration(&a, &v, 1, shift);
    uint64_t start = measure_now();
    double zeta = power_iteration(&a, &v, STEPS, shift);
    uint64_t elapsed = measure_now() - start;

    nas_verify("zeta", zeta, problems[class].zeta, 1e-10);
    nas_report("cg", class, elapsed);
    return measure_end();
}
