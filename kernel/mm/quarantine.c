/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Poison and quarantine of freed kernel objects (hermit/poison.h), in kernels built
 * with HERMIT_POISON. Owns each core's FIFO of freed objects, which is touched by
 * that core only, with interrupts off; no locks.
 */
#include <hermit/boot_info.h>
#include <hermit/kmalloc.h>
#include <hermit/panic.h>
#include <hermit/poison.h>
#include <hermit/string.h>

#ifdef HERMIT_POISON

#define FREED 0xdb /* not canonical as a pointer: using it is a general protection fault */
#define FRESH 0x5a /* fills allocated objects: shows reads of uninitialised memory */

/* First byte in [p, p + n) that was changed since it was freed; NULL: none. */
static const uint8_t *find_change(const void *p, size_t n)
{
    for (const uint8_t *byte = p; byte < (const uint8_t *)p + n; byte++)
        if (*byte != FREED)
            return byte;
    return NULL;
}

void poison_fill(void *p, size_t n)
{
    memset(p, FREED, n);
}

void poison_check(const void *p, size_t n, const char *what, const void *freed_by)
{
    const uint8_t *byte = find_change(p, n);

    if (byte != NULL)
        panic("%s %p of %zu bytes was written to after it was freed (by code at %#lx of the "
              "image): byte %zu is %#x",
              what, p, n, freed_by == NULL ? 0 : (uintptr_t)freed_by - boot_info.bias,
              (size_t)(byte - (const uint8_t *)p), *byte);
}

void poison_alloc(void *p, size_t n)
{
    poison_check((char *)p + POISON_LINK, n - POISON_LINK, "object", NULL);
    memset(p, FRESH, n);
}

void quarantine_put(struct quarantine *q, void *p, size_t n, const void *freed_by)
{
    if (find_change(p, n) == NULL)
        panic("object %p of %zu bytes is freed a second time (by code at %#lx of the image)", p, n,
              (uintptr_t)freed_by - boot_info.bias);
    poison_fill(p, n);
    q->object[q->nr++ % QUARANTINE_OBJECTS] = (struct quarantined){p, freed_by, n};
    q->bytes += n;
}

void *quarantine_take(struct quarantine *q, bool all)
{
    unsigned nr = q->nr - q->first;

    if (nr == 0 || (!all && nr < QUARANTINE_OBJECTS && q->bytes <= QUARANTINE_BYTES))
        return NULL;
    struct quarantined oldest = q->object[q->first++ % QUARANTINE_OBJECTS];
    q->bytes -= oldest.size;
    poison_check(oldest.object, oldest.size, "object", oldest.freed_by);
    return oldest.object;
}

#endif
