/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory as devices see it. */
#ifndef HERMIT_VIRTQ_PART_H
#define HERMIT_VIRTQ_PART_H

#include <hermit/types.h>

/* Physically contiguous memory, a part of a request. */
struct virtq_part {
    paddr_t address;
    uint32_t length; /* bytes, not 0 */
};

#endif
