/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: the lists of sources of groups. */
#include "source_filter.h"
#include "net_limits.h"

#include <hermit/kmalloc.h>
#include <linux/errno.h>

/* NULL: it is not named. */
static ip_addr_t *find(const struct source_filter *f, const ip_addr_t *source)
{
    for (unsigned i = 0; i < f->nr; i++)
        if (ip_addr_cmp_zoneless(&f->sources[i], source))
            return &f->sources[i];
    return NULL;
}

bool source_filter_passes(const struct source_filter *f, const ip_addr_t *source)
{
    return (find(f, source) != NULL) == f->only;
}

int source_filter_turn(struct source_filter *f, bool only)
{
    if (f->settled && f->only != only)
        return -EINVAL;
    f->only = only;
    return 0;
}

int source_filter_add(struct source_filter *f, const ip_addr_t *source)
{
    if (f->nr >= (IP_IS_V6(source) ? MLD_SOURCES_MAX : IGMP_SOURCES_MAX))
        return -ENOBUFS;
    f->settled = true;
    if (find(f, source) != NULL)
        return -EADDRNOTAVAIL;
    ip_addr_t *sources = krealloc(f->sources, (f->nr + 1) * sizeof(*sources));
    if (sources == NULL)
        return -ENOMEM;
    f->sources = sources;
    ip_addr_copy(sources[f->nr], *source);
    f->nr++;
    return 0;
}

int source_filter_remove(struct source_filter *f, const ip_addr_t *source)
{
    ip_addr_t *named = find(f, source);
    if (named == NULL)
        return -EADDRNOTAVAIL;
    f->nr--;
    *named = f->sources[f->nr];
    return 0;
}

void source_filter_end(struct source_filter *f)
{
    kfree(f->sources);
}
