/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * MG (RNR-94-007, section 2.5): V-cycles of a multigrid method for Poisson's equation
 * on a periodic cube, the right side being -1 at ten points and +1 at ten others.
 * Norms of the residual: NAS Parallel Benchmarks 3, published for each class.
 *
 * Grids have a layer of ghost points around them. Operators of 27 points weigh by
 * distance: centre, faces, edges, corners.
 */
#include "nas.h"

enum { MAX_LEVELS = 8, POINTS = 10 };

static const struct {
    int levels, cycles;
    double norm;
} problems[] = {
    [CLASS_S] = {5, 4, 0.5307707005734e-04},
    [CLASS_W] = {7, 4, 0.6467329375339e-05},
    [CLASS_A] = {8, 4, 0.2433365309069e-05},
};

/* A cube of n^3 points inside (n + 2)^3. */
struct grid {
    int n;
    double *at;
};

static inline double *line(const struct grid *g, int z, int y)
{
    return g->at + ((long)z * (g->n + 2) + y) * (g->n + 2);
}

static struct grid make_grid(int n)
{
    size_t size = (size_t)(n + 2) * (size_t)(n + 2) * (size_t)(n + 2) * sizeof(double);
    return (struct grid){n, measure_allocate(size)};
}

static void clear(const struct grid *g)
{
    size_t size = (size_t)(g->n + 2) * (size_t)(g->n + 2) * sizeof(double);
#pragma omp parallel for
    for (int z = 0; z < g->n + 2; z++)
        memset(line(g, z, 0), 0, size);
}

/* Copies the faces to the ghost points opposite. */
static void wrap(const struct grid *g)
{
    int n = g->n;
#pragma omp parallel
    {
#pragma omp for
        for (int z = 1; z <= n; z++) {
            for (int y = 1; y <= n; y++) {
                double *l = line(g, z, y);
                l[0] = l[n];
                l[n + 1] = l[1];
            }
            memcpy(line(g, z, 0), line(g, z, n), (size_t)(n + 2) * sizeof(double));
            memcpy(line(g, z, n + 1), line(g, z, 1), (size_t)(n + 2) * sizeof(double));
        }
#pragma omp for
        for (int y = 0; y < n + 2; y++) {
            memcpy(line(g, 0, y), line(g, n, y), (size_t)(n + 2) * sizeof(double));
            memcpy(line(g, n + 1, y), line(g, 1, y), (size_t)(n + 2) * sizeof(double));
        }
    }
}

/* For a line: sums over the four lines beside it and over the four lines diagonal to it. */
static void sum_neighbours(const struct grid *g, int z, int y, int size, double *beside,
                           double *diagonal)
{
    const double *north = line(g, z, y + 1), *south = line(g, z, y - 1);
    const double *above = line(g, z + 1, y), *below = line(g, z - 1, y);
    const double *ne = line(g, z + 1, y + 1), *nw = line(g, z - 1, y + 1);
    const double *se = line(g, z + 1, y - 1), *sw = line(g, z - 1, y - 1);
    for (int x = 0; x < size; x++) {
        beside[x] = north[x] + south[x] + above[x] + below[x];
        diagonal[x] = ne[x] + nw[x] + se[x] + sw[x];
    }
}

/* r = v - A u with A = (-8/3, 0, 1/6, 1/12); r may be v. */
static void residual(const struct grid *u, const struct grid *v, const struct grid *r)
{
    int n = u->n;
#pragma omp parallel for
    for (int z = 1; z <= n; z++) {
        double beside[(1 << MAX_LEVELS) + 2], diagonal[(1 << MAX_LEVELS) + 2];
        for (int y = 1; y <= n; y++) {
            const double *from = line(u, z, y), *right = line(v, z, y);
            double *to = line(r, z, y);
            sum_neighbours(u, z, y, n + 2, beside, diagonal);
            for (int x = 1; x <= n; x++)
                to[x] = right[x] + 8.0 / 3 * from[x] -
                        1.0 / 6 * (diagonal[x] + beside[x - 1] + beside[x + 1]) -
                        1.0 / 12 * (diagonal[x - 1] + diagonal[x + 1]);
        }
    }
    wrap(r);
}

/* u += S r with S = (-3/8, 1/32, -1/64, 0). */
static void smooth(const struct grid *r, const struct grid *u)
{
    int n = u->n;
#pragma omp parallel for
    for (int z = 1; z <= n; z++) {
        double beside[(1 << MAX_LEVELS) + 2], diagonal[(1 << MAX_LEVELS) + 2];
        for (int y = 1; y <= n; y++) {
            const double *from = line(r, z, y);
            double *to = line(u, z, y);
            sum_neighbours(r, z, y, n + 2, beside, diagonal);
            for (int x = 1; x <= n; x++)
                to[x] += -3.0 / 8 * from[x] + 1.0 / 32 * (from[x - 1] + from[x + 1] + beside[x]) -
                         1.0 / 64 * (diagonal[x] + beside[x - 1] + beside[x + 1]);
        }
    }
    wrap(u);
}

/* Coarse point k lies on fine point 2 k; weights 1/2, 1/4, 1/8, 1/16. */
static void restrict_to(const struct grid *fine, const struct grid *coarse)
{
    int n = coarse->n;
#pragma omp parallel for
    for (int z = 1; z <= n; z++) {
        double beside[(1 << MAX_LEVELS) + 2], diagonal[(1 << MAX_LEVELS) + 2];
        for (int y = 1; y <= n; y++) {
            const double *from = line(fine, 2 * z, 2 * y);
            double *to = line(coarse, z, y);
            sum_neighbours(fine, 2 * z, 2 * y, fine->n + 2, beside, diagonal);
            for (int x = 1; x <= n; x++) {
                int i = 2 * x;
                to[x] = 0.5 * from[i] + 0.25 * (from[i - 1] + from[i + 1] + beside[i]) +
                        0.125 * (beside[i - 1] + beside[i + 1] + diagonal[i]) +
                        0.0625 * (diagonal[i - 1] + diagonal[i + 1]);
            }
        }
    }
    wrap(coarse);
}

/* fine += trilinear interpolation of coarse; odd fine points lie between two coarse ones. */
static void interpolate(const struct grid *coarse, const struct grid *fine)
{
    int n = coarse->n;
#pragma omp parallel for
    for (int z = 1; z <= fine->n; z++) {
        double sum[(1 << MAX_LEVELS) + 2];
        for (int y = 1; y <= fine->n; y++) {
            const double *a = line(coarse, z / 2, y / 2);
            const double *b = line(coarse, z / 2, (y + 1) / 2);
            const double *c = line(coarse, (z + 1) / 2, y / 2);
            const double *d = line(coarse, (z + 1) / 2, (y + 1) / 2);
            double *to = line(fine, z, y);
            for (int x = 0; x <= n; x++)
                sum[x] = a[x] + b[x] + c[x] + d[x];
            for (int x = 1; x <= n; x++) {
                to[2 * x] += 0.25 * sum[x];
                to[2 * x - 1] += 0.125 * (sum[x - 1] + sum[x]);
            }
        }
    }
    wrap(fine);
}

struct point {
    double value;
    int z, y, x;
};

/* Keeps the ten most extreme points in order: the largest for sign 1, the smallest for -1. */
static void keep_extreme(struct point *best, struct point p, int sign)
{
    int at = POINTS;
    while (at > 0 && sign * p.value > sign * best[at - 1].value)
        at--;
    if (at == POINTS)
        return;
    memmove(best + at + 1, best + at, (size_t)(POINTS - 1 - at) * sizeof(*best));
    best[at] = p;
}

static void make_right_side(const struct grid *v)
{
    struct point largest[POINTS], smallest[POINTS];
    uint64_t seed = NAS_SEED;
    for (int i = 0; i < POINTS; i++) {
        largest[i].value = -1;
        smallest[i].value = 2;
    }
    for (int z = 1; z <= v->n; z++) {
        for (int y = 1; y <= v->n; y++) {
            for (int x = 1; x <= v->n; x++) {
                struct point p = {randlc(&seed, NAS_MULTIPLIER), z, y, x};
                keep_extreme(largest, p, 1);
                keep_extreme(smallest, p, -1);
            }
        }
    }
    clear(v);
    for (int i = 0; i < POINTS; i++) {
        line(v, largest[i].z, largest[i].y)[largest[i].x] = 1;
        line(v, smallest[i].z, smallest[i].y)[smallest[i].x] = -1;
    }
    wrap(v);
}

static double norm(const struct grid *g)
{
    double sum = 0;
#pragma omp parallel for reduction(+ : sum)
    for (int z = 1; z <= g->n; z++)
        for (int y = 1; y <= g->n; y++)
            for (int x = 1; x <= g->n; x++)
                sum += line(g, z, y)[x] * line(g, z, y)[x];
    return sqrt(sum / ((double)g->n * g->n * g->n));
}

/* Level k has 2^(k + 1) points a side; the top is that of v. */
struct multigrid {
    int top;
    struct grid u[MAX_LEVELS], r[MAX_LEVELS], v;
};

static void cycle(const struct multigrid *m)
{
    for (int k = m->top; k > 0; k--)
        restrict_to(&m->r[k], &m->r[k - 1]);
    clear(&m->u[0]);
    smooth(&m->r[0], &m->u[0]);
    for (int k = 1; k <= m->top; k++) {
        if (k < m->top)
            clear(&m->u[k]);
        interpolate(&m->u[k - 1], &m->u[k]);
        residual(&m->u[k], k < m->top ? &m->r[k] : &m->v, &m->r[k]);
        smooth(&m->r[k], &m->u[k]);
    }
}

static double solve(const struct multigrid *m, int cycles)
{
    const struct grid *u = &m->u[m->top], *r = &m->r[m->top];
    clear(u);
    residual(u, &m->v, r);
    for (int i = 0; i < cycles; i++) {
        cycle(m);
        residual(u, &m->v, r);
    }
    return norm(r);
}

int main(int argc, char **argv)
{
    enum nas_class class = nas_start(&argc, argv);
    struct multigrid m = {.top = problems[class].levels - 1};
    for (int k = 0; k <= m.top; k++) {
        m.u[k] = make_grid(2 << k);
        m.r[k] = make_grid(2 << k);
    }
    m.v = make_grid(2 << m.top);
    make_right_side(&m.v);

    solve(&m, 1);
    uint64_t start = measure_now();
    double rnorm = solve(&m, problems[class].cycles);
    uint64_t elapsed = measure_now() - start;

    nas_verify("norm of the residual", rnorm, problems[class].norm, 1e-8);
    nas_report("mg", class, elapsed);
    return measure_end();
}
