/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Chains of the tables in which lwIP's patched TCP and UDP find their control blocks. A link lies
 * in the block, zero while that is in no chain. Adding and removing cost the same however long a
 * chain is. The core lock protects all.
 */
#ifndef LWIP_PCB_TABLE_H
#define LWIP_PCB_TABLE_H

#include <stddef.h>

struct pcb_link {
    struct pcb_link *next;
    struct pcb_link **slot; /* what points here; NULL: in no chain */
};

static inline void pcb_link_add(struct pcb_link **head, struct pcb_link *link)
{
    link->next = *head;
    link->slot = head;
    if (link->next)
        link->next->slot = &link->next;
    *head = link;
}

static inline void pcb_link_remove(struct pcb_link *link)
{
    if (!link->slot)
        return;
    *link->slot = link->next;
    if (link->next)
        link->next->slot = link->slot;
    link->next = NULL;
    link->slot = NULL;
}

/* Steps through the blocks of a chain: `pcb` of `type`, whose link is `member`. */
#define PCB_CHAIN_FOR_EACH(pcb, head, type, member)                                                \
    for (struct pcb_link *link_ = (head);                                                          \
         link_ && ((pcb) = (type *)(void *)((char *)link_ - offsetof(type, member)));              \
         link_ = link_->next)

#endif
