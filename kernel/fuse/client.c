/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: connections. One is set up by one task; nothing of it changes afterwards but messages in
 * flight (call.c). */
#include "client.h"

#include <asm-generic/errno-base.h>
#include <hermit/kmalloc.h>

#define IO_MAX_WANTED (1U << 20)

/* FUSE_INIT_EXT and what it stands for are not needed: nothing of `flags2` is. */
#define FLAGS_WANTED                                                                               \
    (FUSE_ASYNC_READ | FUSE_BIG_WRITES | FUSE_PARALLEL_DIROPS | FUSE_MAX_PAGES |                   \
     FUSE_DO_READDIRPLUS)

/* The oldest minor version whose structures are those of linux/fuse.h, as far as they are used. */
#define MINOR_MIN 31U

int fuse_start(struct fuse_client *client, unsigned number)
{
    struct fuse_init_in in = {
        .major = FUSE_KERNEL_VERSION,
        .minor = MIN(FUSE_KERNEL_MINOR_VERSION, 36U),
        .max_readahead = IO_MAX_WANTED,
        .flags = FLAGS_WANTED,
    };
    struct fuse_init_out out = {0};
    client->number = number;
    ssize_t n = fuse_ask(client, &(struct fuse_request){.opcode = FUSE_INIT,
                                                        .in = {{&in, sizeof(in)}},
                                                        .out = &out,
                                                        .out_size = sizeof(out),
                                                        .patient = true});
    if (n < 0)
        return (int)n;
    if (out.major != FUSE_KERNEL_VERSION || out.minor < MINOR_MIN || out.max_write < PAGE_SIZE)
        return -EIO;
    client->lists_plus = out.flags & FUSE_DO_READDIRPLUS;
    client->io_max = MIN(out.max_write, IO_MAX_WANTED);
    if (out.flags & FUSE_MAX_PAGES)
        client->io_max = MIN(client->io_max, MAX(out.max_pages, 1U) * (uint32_t)PAGE_SIZE);
    return 0;
}

int fuse_open(struct fuse_client **result, char tag[VIRTIO_FS_TAG_MAX])
{
    struct fuse_client *client = kzalloc(sizeof(*client));
    if (client == NULL)
        return -ENOMEM;
    spin_init(&client->lock, "fuse");
    list_init(&client->flying);
    list_init(&client->leaving);
    list_init(&client->forgets);
    fuse_batch_init(client);
    wait_queue_init(&client->room);
    int err = virtio_fs_open(&client->device, tag, fuse_interrupt, client);
    if (err == -ENODEV)
        kfree(client);
    *result = client;
    return err;
}

uint32_t fuse_held(const struct fuse_client *client)
{
    return load_relaxed(&client->held);
}

void fuse_hold(struct fuse_client *client, uint32_t nr)
{
    add_relaxed(&client->held, nr);
}

void fuse_unhold(struct fuse_client *client, uint32_t nr)
{
    sub_relaxed(&client->held, nr);
}

size_t fuse_io_max(const struct fuse_client *client)
{
    return client->io_max;
}

unsigned fuse_parts_max(const struct fuse_client *client)
{
    return virtio_fs_parts_max(client->device) - 3; /* two headers and the answer have one each */
}

bool fuse_lists_plus(const struct fuse_client *client)
{
    return client->lists_plus;
}
