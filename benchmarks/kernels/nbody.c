/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Gravitation among n bodies, all pairs, by the leapfrog method. Verified by what the
 * exact system keeps: the method conserves momentum and angular momentum but for
 * rounding, and energy closely.
 */
#include "nas.h"

#define SOFTENING 0.01 /* square of the length below which attraction is weakened */
#define TIME_STEP 0.001

static const struct {
    int n, steps;
} problems[] = {[CLASS_S] = {512, 10}, [CLASS_W] = {1024, 10}, [CLASS_A] = {4096, 10}};

struct bodies {
    int n;
    double mass; /* of each */
    double *position[3], *velocity[3], *force[3];
};

struct conserved {
    double energy, momentum[3], angular[3];
};

static struct bodies make_bodies(int n)
{
    struct bodies b = {.n = n, .mass = 1.0 / n};
    uint64_t seed = NAS_SEED;
    for (int axis = 0; axis < 3; axis++) {
        b.position[axis] = measure_allocate((size_t)n * sizeof(double));
        b.velocity[axis] = measure_allocate((size_t)n * sizeof(double));
        b.force[axis] = measure_allocate((size_t)n * sizeof(double));
        for (int i = 0; i < n; i++) {
            b.position[axis][i] = 2 * randlc(&seed, NAS_MULTIPLIER) - 1;
            b.velocity[axis][i] = randlc(&seed, NAS_MULTIPLIER) - 0.5;
        }
    }
    return b;
}

/* Accelerations, for a team of threads. */
static void attract(const struct bodies *b)
{
    const double *x = b->position[0], *y = b->position[1], *z = b->position[2];
#pragma omp for schedule(static)
    for (int i = 0; i < b->n; i++) {
        double fx = 0, fy = 0, fz = 0;
        for (int j = 0; j < b->n; j++) {
            double dx = x[j] - x[i], dy = y[j] - y[i], dz = z[j] - z[i];
            double square = dx * dx + dy * dy + dz * dz + SOFTENING;
            double factor = b->mass / (square * sqrt(square));
            fx += factor * dx;
            fy += factor * dy;
            fz += factor * dz;
        }
        b->force[0][i] = fx;
        b->force[1][i] = fy;
        b->force[2][i] = fz;
    }
}

static void push(const struct bodies *b, double time, double *const *what, double *const *by)
{
#pragma omp for schedule(static)
    for (int i = 0; i < b->n; i++)
        for (int axis = 0; axis < 3; axis++)
            what[axis][i] += time * by[axis][i];
}

static void run(const struct bodies *b, int steps)
{
#pragma omp parallel
    {
        attract(b);
        for (int step = 0; step < steps; step++) {
            push(b, TIME_STEP / 2, b->velocity, b->force);
            push(b, TIME_STEP, b->position, b->velocity);
            attract(b);
            push(b, TIME_STEP / 2, b->velocity, b->force);
        }
    }
}

static struct conserved conserved(const struct bodies *b)
{
    double *const *r = b->position, *const *v = b->velocity;
    double energy = 0;
#pragma omp parallel for reduction(+ : energy) schedule(static)
    for (int i = 0; i < b->n; i++) {
        for (int axis = 0; axis < 3; axis++)
            energy += b->mass * v[axis][i] * v[axis][i] / 2;
        for (int j = 0; j < i; j++) {
            double dx = r[0][j] - r[0][i], dy = r[1][j] - r[1][i], dz = r[2][j] - r[2][i];
            energy -= b->mass * b->mass / sqrt(dx * dx + dy * dy + dz * dz + SOFTENING);
        }
    }
    struct conserved sum = {.energy = energy};
    for (int i = 0; i < b->n; i++) {
        for (int axis = 0; axis < 3; axis++) {
            int next = (axis + 1) % 3, last = (axis + 2) % 3;
            sum.momentum[axis] += b->mass * v[axis][i];
            sum.angular[axis] += b->mass * (r[next][i] * v[last][i] - r[last][i] * v[next][i]);
        }
    }
    return sum;
}

static void verify(const struct conserved *before, const struct conserved *after)
{
    nas_verify("energy", after->energy, before->energy, 1e-5);
    for (int axis = 0; axis < 3; axis++) {
        double momentum = fabs(after->momentum[axis] - before->momentum[axis]);
        double angular = fabs(after->angular[axis] - before->angular[axis]);
        if (!(momentum < 1e-12 && angular < 1e-12))
            measure_fail("momentum changed by %g, angular momentum by %g", momentum, angular);
    }
}

int main(int argc, char **argv)
{
    enum nas_class class = nas_start(&argc, argv);
    struct bodies b = make_bodies(problems[class].n);
    struct conserved before = conserved(&b);

    uint64_t start = measure_now();
    run(&b, problems[class].steps);
    uint64_t elapsed = measure_now() - start;

    struct conserved after = conserved(&b);
    verify(&before, &after);
    nas_report("nbody", class, elapsed);
    return measure_end();
}
