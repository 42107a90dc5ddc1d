/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: connections. One is set up by one task; nothing of it changes afterwards but messages in
 * flight (call.c) and fids (fid.c). */
#include "client.h"

#include <asm-generic/errno-base.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>

#define VERSION "9P2000.L"

/* Bytes of data that a message shall carry, and around them the largest header with data: Twrite's
 * size[4] type[1] tag[2] fid[4] offset[8] count[4]. */
#define IO_MAX_WANTED  (512U << 10)
#define IO_HEADER_SIZE 24
#define MESSAGE_MIN    (PAGE_SIZE + IO_HEADER_SIZE)

static int agree_on_version(struct p9_client *client)
{
    size_t length;
    struct p9_call *call = p9_call_begin(client, P9_TVERSION, 4 + 2 + sizeof(VERSION), 64);
    if (call == NULL)
        return -ENOMEM;
    p9_put(&call->request, IO_MAX_WANTED + IO_HEADER_SIZE, 4);
    p9_put_string(&call->request, VERSION, sizeof(VERSION) - 1);
    int err = p9_exchange(call, NULL);
    if (err == 0) {
        uint64_t size = p9_get(&call->reply, 4);
        const char *version = p9_get_string(&call->reply, &length);
        client->message_max = (uint32_t)MIN(size, IO_MAX_WANTED + IO_HEADER_SIZE);
        if (length != sizeof(VERSION) - 1 || memcmp(version, VERSION, length) != 0 ||
            size < MESSAGE_MIN)
            err = -EIO;
    }
    p9_call_end(call);
    return err;
}

/* All files are made as the server's own user. */
static int attach(struct p9_client *client, struct p9_fid **root, struct p9_qid *qid)
{
    struct p9_call *call = p9_call_begin(client, P9_TATTACH, 4 + 4 + 2 + 2 + 4, 13);
    struct p9_fid *fid = p9_fid_new(client);
    int err = -ENOMEM;
    if (call != NULL && fid != NULL) {
        p9_put(&call->request, fid->id, 4);
        p9_put(&call->request, P9_NO_FID, 4); /* no authentication */
        p9_put_string(&call->request, "", 0); /* no user: the server's own */
        p9_put_string(&call->request, "", 0); /* the only tree */
        p9_put(&call->request, P9_NO_ID, 4);
        err = p9_exchange(call, NULL);
    }
    if (err == 0) {
        p9_get_qid(&call->reply, qid);
        err = call->reply.broken ? -EIO : 0;
    }
    p9_call_end(call);
    *root = fid;
    return err;
}

int p9_connect(struct p9_client **result, char tag[VIRTIO_9P_TAG_MAX], struct p9_fid **root,
               struct p9_qid *qid)
{
    struct p9_client *client = kzalloc(sizeof(*client));
    if (client == NULL)
        return -ENOMEM;
    spin_init(&client->lock, "p9");
    list_init(&client->flying);
    list_init(&client->gone_fids);
    list_init(&client->free_fids);
    wait_queue_init(&client->room);
    int err = virtio_9p_open(&client->device, tag, p9_interrupt, client);
    if (err == -ENODEV) {
        kfree(client);
        return err;
    }
    if (err == 0)
        err = agree_on_version(client);
    if (err == 0)
        err = attach(client, root, qid);
    *result = client;
    return err;
}

uint32_t p9_io_max(const struct p9_client *client)
{
    return client->message_max - IO_HEADER_SIZE;
}

unsigned p9_parts_max(const struct p9_client *client)
{
    return virtio_9p_parts_max(client->device) - 2; /* request and answer have one each */
}
