/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Extended attributes by 9P. A value is read and written like a file, by a fid of its own. What was
 * written takes effect when the server is told to forget that fid, so Tclunk is sent and waited for
 * here, and its answer is that of the whole. No state of its own.
 */
#include "client.h"

#include <asm-generic/errno.h>
#include <hermit/string.h>

#include <arch/layout.h>

/* Makes `to` stand for a value of the file, and tells its size. */
static int walk(struct p9_fid *fid, const char *name, const struct p9_fid *to, uint64_t *size)
{
    size_t length = strlen(name);
    struct p9_call *call = p9_call_on(fid, P9_TXATTRWALK, 4 + 2 + length, 8);
    if (call == NULL)
        return -ENOMEM;
    p9_put(&call->request, to->id, 4);
    p9_put_string(&call->request, name, length);
    int err = p9_exchange(call, NULL);
    if (err == 0) {
        *size = p9_get(&call->reply, 8);
        err = call->reply.broken || *size > INT64_MAX ? -EIO : 0;
    }
    p9_call_end(call);
    return err;
}

/* Moves a whole value between the fid and memory, by the device. */
static int transfer(struct p9_fid *fid, const char *value, size_t size, bool write)
{
    size_t done = 0, most = p9_io_max(fid->client);
    while (done < size) {
        struct virtq_part part = {virt_to_phys(value + done), (uint32_t)MIN(size - done, most)};
        ssize_t n =
            write ? p9_write(fid, done, &part, 1, false) : p9_read(fid, done, &part, 1, false);
        if (n <= 0)
            return n < 0 ? (int)n : -EIO;
        done += (size_t)n;
    }
    return 0;
}

ssize_t p9_get_xattr(struct p9_fid *fid, const char *name, void *value, size_t size)
{
    uint64_t there;
    struct p9_fid *to = p9_fid_new(fid->client);
    if (to == NULL)
        return -ENOMEM;
    int err = walk(fid, name, to, &there);
    if (err != 0) {
        p9_fid_abandon(to, err);
        return err;
    }
    if (size != 0)
        err = there <= size ? transfer(to, value, (size_t)there, false) : -ERANGE;
    p9_fid_put(to);
    return err != 0 ? err : (ssize_t)there;
}

/* Makes the fid stand for a value that will be written. */
static int create(struct p9_fid *fid, const char *name, size_t size, int flags)
{
    size_t length = strlen(name);
    struct p9_call *call = p9_call_on(fid, P9_TXATTRCREATE, 2 + length + 8 + 4, 0);
    if (call == NULL)
        return -ENOMEM;
    p9_put_string(&call->request, name, length);
    p9_put(&call->request, size, 8);
    p9_put(&call->request, (unsigned)flags, 4);
    int err = p9_exchange(call, NULL);
    p9_call_end(call);
    return err;
}

/* Sends Tclunk. Whatever the server answers, it has forgotten the fid. */
static int conclude(struct p9_call *clunk, struct p9_fid *fid)
{
    clunk->wait_how = 0; /* what it does cannot be undone */
    int err = p9_exchange(clunk, NULL);
    if (clunk->written != 0)
        p9_fid_drop(fid);
    else
        p9_fid_put(fid); /* the server is gone */
    return err;
}

int p9_set_xattr(struct p9_fid *file, const char *name, const void *value, size_t size, int flags)
{
    struct p9_fid *fid;
    struct p9_qid qid;
    int err = p9_walk(file, "", 0, &fid, &qid);
    if (err != 0)
        return err;
    struct p9_call *clunk = p9_call_on(fid, P9_TCLUNK, 0, 0);
    err = clunk != NULL ? create(fid, name, size, flags) : -ENOMEM;
    if (err == 0)
        err = transfer(fid, value, size, true);
    if (err == 0)
        err = conclude(clunk, fid);
    else
        p9_fid_put(fid); /* a value that is not complete is not set */
    p9_call_end(clunk);
    return err;
}
