/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Entropy device (virtio 1.2, 5.4): asked once for a seed, by polling. The caller
 * (kernel/lib/random.c) locks.
 */

#include "virtio.h"
#include <arch/cpu.h>
#include <arch/layout.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <hermit/virtio_rng.h>

#define QUEUE_SIZE 2
#define PATIENCE   10000000 /* polls of the queue before the device is given up */

static size_t receive(struct virtq *q, void *buffer, size_t size)
{
    uint32_t length = 0;
    virtq_set_interrupts(q, false);
    virtq_submit(q, 0, virt_to_phys(buffer), (uint32_t)size, true);
    virtq_kick(q);
    for (unsigned i = 0; i < PATIENCE; i++) {
        if (virtq_reap(q, &length) >= 0)
            return MIN((size_t)length, size);
        arch_cpu_relax();
    }
    return 0;
}

size_t virtio_rng_read(void *data, size_t size)
{
    struct virtio_device device;
    struct virtq q;
    uint64_t features;
    size_t n = 0;
    if (virtio_find(VIRTIO_RNG, &device) != 0 || virtio_negotiate(&device, 0, &features) != 0 ||
        virtq_init(&device, &q, 0, QUEUE_SIZE) != 0)
        return 0;
    void *buffer = kmalloc(size);
    virtio_driver_ok(&device);
    if (buffer != NULL) {
        n = receive(&q, buffer, size);
        memcpy(data, buffer, n);
    }
    /* Reset: the device no longer uses queue and buffer. */
    device.transport->write_status(&device, 0);
    kfree(buffer);
    kfree(q.desc);
    return n;
}
