/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * W^X over all mappings of a frame: walks the page tables (Intel SDM vol. 3, 4.5), as a
 * program in ring 0 can, and tries to write to the aliases that must be read-only.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define DIRECT_MAP    0xffff800000000000UL
#define ADDRESS       0x000ffffffffff000UL
#define PRESENT       1UL
#define WRITE         2UL
#define HUGE          0x80UL
#define NX            (1UL << 63)
#define MAX_READ_ONLY 4096

struct leaf {
    uint64_t virtual, frame, size, bits;
};

static struct leaf read_only[MAX_READ_ONLY]; /* of the program's half */
static unsigned nr_read_only, nr_leaves, nr_bad;

/* Calls fn for each leaf. `bits`: WRITE if every level has it, NX if any. */
static void walk(uint64_t table, int level, uint64_t base, uint64_t bits,
                 void (*fn)(const struct leaf *l))
{
    const volatile uint64_t *entries = (const uint64_t *)(DIRECT_MAP + table);
    uint64_t span = 4096UL << (9 * level);

    for (unsigned i = 0; i < 512; i++) {
        uint64_t e = entries[i];
        uint64_t at = base + i * span;
        if (!(e & PRESENT))
            continue;
        if (level == 3 && i >= 256)
            at |= 0xffff000000000000UL;
        uint64_t now = (bits & e & WRITE) | ((bits | e) & NX);
        if (level == 0 || e & HUGE)
            fn(&(struct leaf){at, e & ADDRESS & ~(span - 1), span, now});
        else
            walk(e & ADDRESS, level - 1, at, now, fn);
    }
}

static void bad(const char *what, const struct leaf *l)
{
    if (nr_bad++ < 10)
        printf("%s: %lx, frame %lx, %lu bytes\n", what, l->virtual, l->frame, l->size);
}

static void look(const struct leaf *l)
{
    nr_leaves++;
    if (l->bits & WRITE && !(l->bits & NX))
        bad("writable and executable", l);
    if (!(l->bits & WRITE) && l->virtual < DIRECT_MAP) {
        if (nr_read_only == MAX_READ_ONLY)
            exit(2);
        read_only[nr_read_only++] = *l;
    }
}

static void look_for_alias(const struct leaf *l)
{
    for (unsigned i = 0; l->bits & WRITE && i < nr_read_only; i++)
        if (l->frame < read_only[i].frame + read_only[i].size &&
            read_only[i].frame < l->frame + l->size)
            bad("read-only elsewhere", l);
}

static sigjmp_buf back;

static void caught(int sig)
{
    siglongjmp(back, sig);
}

/* True if the byte is writable. */
static int writable(volatile char *at)
{
    if (sigsetjmp(back, 1) != 0)
        return 0;
    char byte = *at;
    *at = byte;
    return 1;
}

int main(void)
{
    uint64_t root;
    unsigned probed = 0;

    signal(SIGSEGV, caught);
    __asm__ volatile("movq %%cr3, %0" : "=r"(root));
    walk(root & ADDRESS, 3, 0, WRITE, look);
    walk(root & ADDRESS, 3, 0, WRITE, look_for_alias);
    for (unsigned i = 0; i < nr_read_only; i++, probed++)
        for (uint64_t at = 0; at < read_only[i].size; at += 4096)
            if (writable((char *)(DIRECT_MAP + read_only[i].frame + at)) ||
                writable((char *)(read_only[i].virtual + at)))
                bad("could be written", &read_only[i]);
    if (nr_leaves < 50 || probed < 20)
        printf("only %u leaves, %u read-only ones\n", nr_leaves, probed);
    printf("bad: %u\n", nr_bad);
    return nr_bad != 0;
}
