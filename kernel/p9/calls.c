/* SPDX-License-Identifier: BSD-3-Clause */
/* The requests of 9P2000.L, one function each. No state of its own. */
#include "client.h"

#include <asm-generic/errno.h>
#include <hermit/signal_pending.h>
#include <hermit/string.h>

#include <arch/layout.h>

#define QID_SIZE 13

#define GETATTR_BASIC 0x7ff /* all of struct p9_attr */
#define GETATTR_SIZE  153   /* of Rgetattr behind its header */
#define STATFS_SIZE   60
#define TARGET_MAX    4095

struct p9_call *p9_call_on(struct p9_fid *fid, enum p9_type type, size_t size, size_t reply_size)
{
    struct p9_call *call = p9_call_begin(fid->client, type, 4 + size, reply_size);
    if (call != NULL)
        p9_put(&call->request, fid->id, 4);
    return call;
}

/* … and with a name behind that. */
static struct p9_call *begin_named(struct p9_fid *fid, enum p9_type type, const char *name,
                                   size_t length, size_t size, size_t reply_size)
{
    struct p9_call *call = p9_call_on(fid, type, 2 + length + size, reply_size);
    if (call != NULL)
        p9_put_string(&call->request, name, length);
    return call;
}

static void put32(struct p9_call *call, uint32_t value)
{
    p9_put(&call->request, value, 4);
}

/* Sends a request and frees it; its answer is a qid (NULL: not wanted), and perhaps more. */
static int finish(struct p9_call *call, struct p9_qid *qid)
{
    if (call == NULL)
        return -ENOMEM;
    int err = p9_exchange(call, NULL);
    if (err == 0 && qid != NULL) {
        p9_get_qid(&call->reply, qid);
        err = call->reply.broken ? -EIO : 0;
    }
    p9_call_end(call);
    return err;
}

static int walk(struct p9_fid *from, const char *name, size_t length, uint32_t to,
                struct p9_qid *qid)
{
    unsigned nr_names = length != 0;
    struct p9_call *call = p9_call_on(from, P9_TWALK, 4 + 2 + 2 + length, 2 + QID_SIZE);
    if (call == NULL)
        return -ENOMEM;
    put32(call, to);
    p9_put(&call->request, nr_names, 2);
    if (nr_names != 0)
        p9_put_string(&call->request, name, length);
    int err = p9_exchange(call, NULL);
    if (err == 0) {
        unsigned nr_qids = (unsigned)p9_get(&call->reply, 2);
        if (nr_names != 0)
            p9_get_qid(&call->reply, qid);
        err = call->reply.broken || nr_qids != nr_names ? -EIO : 0;
    }
    p9_call_end(call);
    return err;
}

int p9_walk(struct p9_fid *from, const char *name, size_t length, struct p9_fid **to,
            struct p9_qid *qid)
{
    struct p9_fid *fid = p9_fid_new(from->client);
    if (fid == NULL)
        return -ENOMEM;
    int err = walk(from, name, length, fid->id, qid);
    if (err == 0)
        *to = fid;
    else
        p9_fid_abandon(fid, err);
    return err;
}

int p9_lopen(struct p9_fid *fid, unsigned flags, struct p9_qid *qid)
{
    struct p9_call *call = p9_call_on(fid, P9_TLOPEN, 4, QID_SIZE + 4);
    if (call != NULL)
        put32(call, flags);
    return finish(call, qid);
}

int p9_lcreate(struct p9_fid *fid, const char *name, size_t length, unsigned flags, uint32_t mode,
               struct p9_qid *qid)
{
    struct p9_call *call = begin_named(fid, P9_TLCREATE, name, length, 12, QID_SIZE + 4);
    if (call != NULL) {
        put32(call, flags);
        put32(call, mode);
        put32(call, P9_NO_ID);
    }
    return finish(call, qid);
}

/* Tread, Twrite and Treaddir: bytes between `data` and the fid. */
static ssize_t transfer(struct p9_fid *fid, enum p9_type type, uint64_t offset,
                        const struct p9_data *data, bool patient)
{
    uint64_t count = 0;
    for (unsigned i = 0; i < data->nr; i++)
        count += data->parts[i].length;
    struct p9_call *call = p9_call_on(fid, type, 12, 4);
    if (call == NULL)
        return -ENOMEM;
    call->wait_how = patient ? 0 : WAIT_KILLABLE;
    p9_put(&call->request, offset, 8);
    put32(call, (uint32_t)count);
    ssize_t n = p9_exchange(call, data);
    if (n == 0) {
        uint64_t moved = p9_get(&call->reply, 4);
        bool there =
            moved <= count && (!data->device_writes || moved + call->reply_size <= call->written);
        n = call->reply.broken || !there ? -EIO : (ssize_t)moved;
    }
    p9_call_end(call);
    return n;
}

ssize_t p9_read(struct p9_fid *fid, uint64_t offset, const struct virtq_part *parts, unsigned nr,
                bool patient)
{
    return transfer(fid, P9_TREAD, offset, &(struct p9_data){parts, nr, true}, patient);
}

ssize_t p9_write(struct p9_fid *fid, uint64_t offset, const struct virtq_part *parts, unsigned nr,
                 bool patient)
{
    return transfer(fid, P9_TWRITE, offset, &(struct p9_data){parts, nr, false}, patient);
}

ssize_t p9_readdir(struct p9_fid *fid, uint64_t offset, void *buffer, uint32_t size)
{
    struct virtq_part part = {virt_to_phys(buffer), size};
    return transfer(fid, P9_TREADDIR, offset, &(struct p9_data){&part, 1, true}, false);
}

int p9_fsync(struct p9_fid *fid, bool data_only)
{
    struct p9_call *call = p9_call_on(fid, P9_TFSYNC, 4, 0);
    if (call != NULL)
        put32(call, data_only);
    return finish(call, NULL);
}

static void get_time(struct p9_reader *r, struct p9_time *t)
{
    t->sec = p9_get(r, 8);
    t->nsec = p9_get(r, 8);
}

static void get_attr(struct p9_reader *r, struct p9_attr *attr)
{
    (void)p9_get(r, 8); /* which are valid: the basic ones always are */
    p9_get_qid(r, &attr->qid);
    attr->mode = (uint32_t)p9_get(r, 4);
    attr->uid = (uint32_t)p9_get(r, 4);
    attr->gid = (uint32_t)p9_get(r, 4);
    attr->nlink = p9_get(r, 8);
    attr->rdev = p9_get(r, 8);
    attr->size = p9_get(r, 8);
    attr->block_size = p9_get(r, 8);
    attr->blocks = p9_get(r, 8);
    get_time(r, &attr->atime);
    get_time(r, &attr->mtime);
    get_time(r, &attr->ctime);
}

int p9_getattr(struct p9_fid *fid, struct p9_attr *attr)
{
    struct p9_call *call = p9_call_on(fid, P9_TGETATTR, 8, GETATTR_SIZE);
    if (call == NULL)
        return -ENOMEM;
    p9_put(&call->request, GETATTR_BASIC, 8);
    int err = p9_exchange(call, NULL);
    if (err == 0) {
        get_attr(&call->reply, attr);
        err = call->reply.broken || attr->size > INT64_MAX ? -EIO : 0;
    }
    p9_call_end(call);
    return err;
}

int p9_setattr(struct p9_fid *fid, const struct p9_setattr *set)
{
    struct p9_call *call = p9_call_on(fid, P9_TSETATTR, 4 + 4 + 4 + 4 + 8 + 4 * 8, 0);
    if (call != NULL) {
        put32(call, set->valid);
        put32(call, set->mode);
        put32(call, set->uid);
        put32(call, set->gid);
        p9_put(&call->request, set->size, 8);
        p9_put(&call->request, set->atime.sec, 8);
        p9_put(&call->request, set->atime.nsec, 8);
        p9_put(&call->request, set->mtime.sec, 8);
        p9_put(&call->request, set->mtime.nsec, 8);
    }
    return finish(call, NULL);
}

int p9_statfs(struct p9_fid *fid, struct p9_statfs *st)
{
    struct p9_call *call = p9_call_on(fid, P9_TSTATFS, 0, STATFS_SIZE);
    if (call == NULL)
        return -ENOMEM;
    int err = p9_exchange(call, NULL);
    if (err == 0) {
        struct p9_reader *r = &call->reply;
        st->type = (uint32_t)p9_get(r, 4);
        st->block_size = (uint32_t)p9_get(r, 4);
        st->blocks = p9_get(r, 8);
        st->blocks_free = p9_get(r, 8);
        st->blocks_available = p9_get(r, 8);
        st->files = p9_get(r, 8);
        st->files_free = p9_get(r, 8);
        st->fsid = p9_get(r, 8);
        st->name_max = (uint32_t)p9_get(r, 4);
        err = r->broken ? -EIO : 0;
    }
    p9_call_end(call);
    return err;
}

int p9_mkdir(struct p9_fid *dir, const char *name, size_t length, uint32_t mode, struct p9_qid *qid)
{
    struct p9_call *call = begin_named(dir, P9_TMKDIR, name, length, 8, QID_SIZE);
    if (call != NULL) {
        put32(call, mode);
        put32(call, P9_NO_ID);
    }
    return finish(call, qid);
}

int p9_symlink(struct p9_fid *dir, const char *name, size_t length, const char *target,
               struct p9_qid *qid)
{
    size_t target_length = strlen(target);
    struct p9_call *call =
        begin_named(dir, P9_TSYMLINK, name, length, 2 + target_length + 4, QID_SIZE);
    if (call != NULL) {
        p9_put_string(&call->request, target, target_length);
        put32(call, P9_NO_ID);
    }
    return finish(call, qid);
}

int p9_mknod(struct p9_fid *dir, const char *name, size_t length, uint32_t mode, uint32_t major,
             uint32_t minor, struct p9_qid *qid)
{
    struct p9_call *call = begin_named(dir, P9_TMKNOD, name, length, 16, QID_SIZE);
    if (call != NULL) {
        put32(call, mode);
        put32(call, major);
        put32(call, minor);
        put32(call, P9_NO_ID);
    }
    return finish(call, qid);
}

int p9_link(struct p9_fid *dir, struct p9_fid *file, const char *name, size_t length)
{
    struct p9_call *call = p9_call_on(dir, P9_TLINK, 4 + 2 + length, 0);
    if (call != NULL) {
        put32(call, file->id);
        p9_put_string(&call->request, name, length);
    }
    return finish(call, NULL);
}

int p9_renameat(struct p9_fid *old_dir, const char *old, size_t old_length, struct p9_fid *new_dir,
                const char *new, size_t new_length)
{
    struct p9_call *call =
        begin_named(old_dir, P9_TRENAMEAT, old, old_length, 4 + 2 + new_length, 0);
    if (call != NULL) {
        put32(call, new_dir->id);
        p9_put_string(&call->request, new, new_length);
    }
    return finish(call, NULL);
}

int p9_unlinkat(struct p9_fid *dir, const char *name, size_t length, unsigned flags)
{
    struct p9_call *call = begin_named(dir, P9_TUNLINKAT, name, length, 4, 0);
    if (call != NULL) {
        call->wait_how = 0; /* also for what the process leaves behind at its end */
        put32(call, flags);
    }
    return finish(call, NULL);
}

ssize_t p9_readlink(struct p9_fid *fid, char *target, size_t size)
{
    size_t length;
    struct p9_call *call = p9_call_on(fid, P9_TREADLINK, 0, 2 + TARGET_MAX);
    if (call == NULL)
        return -ENOMEM;
    ssize_t n = p9_exchange(call, NULL);
    if (n == 0) {
        const char *text = p9_get_string(&call->reply, &length);
        bool whole = !call->reply.broken && memchr(text, '\0', length) == NULL;
        n = whole ? (ssize_t)MIN(length, size) : -EIO;
        if (whole)
            memcpy(target, text, MIN(length, size));
    }
    p9_call_end(call);
    return n;
}
