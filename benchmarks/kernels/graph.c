/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Breadth-first search from several roots in a random graph of very uneven degrees
 * (a recursive matrix, as the Graph500 specification defines its generator: quadrants
 * of probability 0.57, 0.19, 0.19, 0.05).
 *
 * Verified as that specification asks: the tree's edges are edges of the graph and go
 * one level down, no edge of the graph spans more than one level or leaves the tree;
 * and the levels are those of a search by one thread.
 */
#include "nas.h"

#include <stdatomic.h>

enum { EDGE_FACTOR = 16, ROOTS = 8, CHUNK = 64, UNSEEN = -1 };

static const int scales[] = {[CLASS_S] = 12, [CLASS_W] = 16, [CLASS_A] = 19};

/* Neighbours of v are neighbour[first[v]] … neighbour[first[v + 1] - 1]. */
struct graph {
    int n;
    int *first, *neighbour;
};

struct search {
    _Atomic int *parent; /* UNSEEN until the vertex is claimed by an exchange */
    int *level;
    int *frontier, *next;
};

/* One edge's ends, each bit of both drawn by a quadrant. */
static void make_edge(int scale, uint64_t *seed, int *from, int *to)
{
    *from = *to = 0;
    for (int bit = 0; bit < scale; bit++) {
        double quadrant = randlc(seed, NAS_MULTIPLIER);
        *from = *from << 1 | (quadrant >= 0.57 + 0.19);
        *to = *to << 1 | ((quadrant >= 0.57 && quadrant < 0.57 + 0.19) || quadrant >= 0.95);
    }
}

static struct graph make_graph(int scale)
{
    int n = 1 << scale, edges = n * EDGE_FACTOR;
    struct graph g = {.n = n, .first = measure_allocate((size_t)(n + 1) * sizeof(int))};
    int(*ends)[2] = measure_allocate((size_t)edges * sizeof(*ends));
#pragma omp parallel for
    for (int e = 0; e < edges; e++) {
        uint64_t skipped = nas_power(NAS_MULTIPLIER, (uint64_t)e * (uint64_t)scale);
        uint64_t seed = NAS_SEED * skipped % NAS_MODULUS;
        make_edge(scale, &seed, &ends[e][0], &ends[e][1]);
    }

    memset(g.first, 0, (size_t)(n + 1) * sizeof(int));
    for (int e = 0; e < edges; e++)
        for (int side = 0; side < 2; side++)
            g.first[ends[e][side] + 1]++;
    for (int v = 0; v < n; v++)
        g.first[v + 1] += g.first[v];
    g.neighbour = measure_allocate((size_t)edges * 2 * sizeof(int));
    int *next = measure_allocate((size_t)n * sizeof(int));
    memcpy(next, g.first, (size_t)n * sizeof(int));
    for (int e = 0; e < edges; e++)
        for (int side = 0; side < 2; side++)
            g.neighbour[next[ends[e][side]]++] = ends[e][!side];
    free(next);
    free(ends);
    return g;
}

/* Vertices that a thread found, kept back to take room in the next frontier seldom. */
struct found {
    int count;
    int vertex[CHUNK];
};

static void flush(struct found *found, int *next, _Atomic int *size)
{
    int at = atomic_fetch_add_explicit(size, found->count, memory_order_relaxed);
    memcpy(next + at, found->vertex, (size_t)found->count * sizeof(int));
    found->count = 0;
}

/* The vertices that are one step from the frontier; how many. */
static int advance(const struct graph *g, struct search *s, int size, int level)
{
    _Atomic int next_size = 0;
#pragma omp parallel
    {
        struct found found = {.count = 0};
#pragma omp for schedule(dynamic, CHUNK) nowait
        for (int i = 0; i < size; i++) {
            int v = s->frontier[i];
            for (int k = g->first[v]; k < g->first[v + 1]; k++) {
                int w = g->neighbour[k], unseen = UNSEEN;
                if (atomic_load_explicit(&s->parent[w], memory_order_relaxed) != UNSEEN ||
                    !atomic_compare_exchange_strong_explicit(
                        &s->parent[w], &unseen, v, memory_order_relaxed, memory_order_relaxed))
                    continue;
                s->level[w] = level;
                found.vertex[found.count++] = w;
                if (found.count == CHUNK)
                    flush(&found, s->next, &next_size);
            }
        }
        flush(&found, s->next, &next_size);
    }
    return next_size;
}

static void search(const struct graph *g, struct search *s, int root)
{
#pragma omp parallel for schedule(static)
    for (int v = 0; v < g->n; v++)
        atomic_store_explicit(&s->parent[v], UNSEEN, memory_order_relaxed);
    s->parent[root] = root;
    s->level[root] = 0;
    s->frontier[0] = root;
    for (int size = 1, level = 1; size > 0; level++) {
        size = advance(g, s, size, level);
        int *done = s->frontier;
        s->frontier = s->next;
        s->next = done;
    }
}

static bool is_edge(const struct graph *g, int v, int w)
{
    for (int k = g->first[v]; k < g->first[v + 1]; k++)
        if (g->neighbour[k] == w)
            return true;
    return false;
}

/* Levels by a plain queue. */
static void search_alone(const struct graph *g, int root, int *level, int *queue)
{
    for (int v = 0; v < g->n; v++)
        level[v] = UNSEEN;
    int head = 0, tail = 0;
    queue[tail++] = root;
    level[root] = 0;
    while (head < tail) {
        int v = queue[head++];
        for (int k = g->first[v]; k < g->first[v + 1]; k++) {
            int w = g->neighbour[k];
            if (level[w] == UNSEEN) {
                level[w] = level[v] + 1;
                queue[tail++] = w;
            }
        }
    }
}

static void verify(const struct graph *g, const struct search *s, int root, int *level)
{
    search_alone(g, root, level, s->next);
    for (int v = 0; v < g->n; v++) {
        int parent = s->parent[v];
        if ((parent == UNSEEN) != (level[v] == UNSEEN))
            measure_fail("root %d: vertex %d is wrongly %s", root, v,
                         parent == UNSEEN ? "left out" : "reached");
        if (parent == UNSEEN)
            continue;
        if (s->level[v] != level[v])
            measure_fail("root %d: vertex %d is at level %d, must be %d", root, v, s->level[v],
                         level[v]);
        if (v != root && (level[parent] != level[v] - 1 || !is_edge(g, v, parent)))
            measure_fail("root %d: %d is no parent of %d", root, parent, v);
        for (int k = g->first[v]; k < g->first[v + 1]; k++)
            if (abs(level[g->neighbour[k]] - level[v]) > 1)
                measure_fail("root %d: an edge of %d spans levels", root, v);
    }
}

int main(int argc, char **argv)
{
    enum nas_class class = nas_start(&argc, argv);
    struct graph g = make_graph(scales[class]);
    size_t size = (size_t)g.n * sizeof(int);
    struct search s = {measure_allocate(size), measure_allocate(size), measure_allocate(size),
                       measure_allocate(size)};
    int *level = measure_allocate(size);
    uint64_t seed = NAS_SEED, elapsed = 0;

    for (int i = 0; i < ROOTS; i++) {
        int root;
        do {
            root = (int)(g.n * randlc(&seed, NAS_MULTIPLIER));
        } while (g.first[root] == g.first[root + 1]);
        uint64_t start = measure_now();
        search(&g, &s, root);
        elapsed += measure_now() - start;
        verify(&g, &s, root, level);
    }
    nas_report("graph", class, elapsed);
    return measure_end();
}
