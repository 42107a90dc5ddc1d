/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the inodes of shared folders, their attributes and their paths at the server. Numbers of
 * inodes are the server's; a number that comes back with another type, or after its file was
 * removed, means a new file.
 */
#include "p9fs.h"

#include <asm/statfs.h>
#include <hermit/kmalloc.h>
#include <hermit/random.h>
#include <hermit/string.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/stat.h>

#include "page_cache.h"
#include "shares.h"
#include "vfs_internal.h"

#define V9FS_MAGIC 0x01021997

/* Times that a file may be replaced between the two questions of a look-up. */
#define STALE_TRIES 20

#define ID_UNKNOWN 65534 /* "nobody", as in a user namespace */

/* A launcher that is not root is user 0 here, and sees all others as unknown: as the only user of a
 * user namespace. */
static uint32_t id_inside(uint32_t owner, uint32_t id)
{
    if (owner == 0)
        return id;
    return id == owner ? 0 : ID_UNKNOWN;
}

static uint32_t id_at_host(uint32_t owner, uint32_t id)
{
    return id == 0 ? owner : id;
}

struct p9_fid *p9_path(struct p9_inode *pi)
{
    unsigned long irq = spin_lock(&pi->file.lock);
    struct p9_fid *fid = pi->path;
    p9_fid_get(fid);
    spin_unlock(&pi->file.lock, irq);
    return fid;
}

static void put_fid(struct p9_fid *fid)
{
    if (fid != NULL)
        p9_fid_put(fid);
}

void p9_set_path(struct p9_inode *pi, struct p9_fid *fid)
{
    unsigned long irq = spin_lock(&pi->file.lock);
    struct p9_fid *old = pi->path, *in = pi->found_in;
    pi->path = fid;
    pi->found_in = NULL;
    store_relaxed(&pi->inode.astray, false);
    spin_unlock(&pi->file.lock, irq);
    p9_fid_put(old);
    put_fid(in);
}

/* file.lock. The fid that the caller must put. */
static struct p9_fid *set_found(struct p9_inode *pi, struct p9_fid *in, const struct name *name)
{
    struct p9_fid *old = pi->found_in;
    pi->found_in = NULL;
    if (name != NULL && name->length <= P9_FOUND_NAME_MAX) {
        p9_fid_get(in);
        pi->found_in = in;
        pi->found_length = (uint8_t)name->length;
        memcpy(pi->found_as, name->text, name->length);
    }
    return old;
}

/* If the path is `path` still, and none was moved since share->moves was `moves`: it is that name
 * in the folder with the path `in`. */
static void note_found(struct p9_inode *pi, const struct p9_fid *path, struct p9_fid *in,
                       const struct name *name, uint32_t moves)
{
    struct p9_fid *old = NULL;
    unsigned long irq = spin_lock(&pi->file.lock);
    if (pi->path == path && load_relaxed(&pi->share->moves) == moves)
        old = set_found(pi, in, name);
    spin_unlock(&pi->file.lock, irq);
    put_fid(old);
}

/* file.lock */
static bool is_found_as(const struct p9_inode *pi, const struct p9_fid *in, const struct name *name)
{
    return pi->found_in == in && pi->found_length == name->length &&
           memcmp(pi->found_as, name->text, name->length) == 0;
}

void p9_note_moved(struct p9_inode *pi, const struct p9_fid *from, const struct name *old,
                   struct p9_fid *to, const struct name *new)
{
    struct p9_fid *before = NULL;
    add_relaxed(&pi->share->moves, 1); /* as in p9_begin_move() */
    unsigned long irq = spin_lock(&pi->file.lock);
    if (is_found_as(pi, from, old))
        before = set_found(pi, to, new);
    spin_unlock(&pi->file.lock, irq);
    put_fid(before);
}

/* The fid of the file's path, with a reference, if it is that name in that folder, else NULL. */
static struct p9_fid *path_found_as(struct p9_inode *pi, const struct p9_fid *in,
                                    const struct name *name)
{
    struct p9_fid *fid = NULL;
    unsigned long irq = spin_lock(&pi->file.lock);
    if (is_found_as(pi, in, name) && !load_relaxed(&pi->gone)) {
        fid = pi->path;
        p9_fid_get(fid);
    }
    spin_unlock(&pi->file.lock, irq);
    return fid;
}

static int64_t time_of(const struct p9_time *t)
{
    return inode_time((int64_t)t->sec, (uint32_t)MIN(t->nsec, NSEC_PER_SEC - 1));
}

/* Takes over attributes that the server was asked for at that time. `stamp`: inode_refresh(). */
static void apply(struct inode *inode, const struct p9_attr *attr, uint32_t stamp, uint64_t asked)
{
    struct p9_inode *pi = p9_inode(inode);
    unsigned long irq = spin_lock(&pi->file.lock);
    bool hidden = pi->hidden != NULL; /* the hidden name does not count */
    spin_unlock(&pi->file.lock, irq);
    struct inode_attr a = {
        .mode = attr->mode,
        .nlink = (uint32_t)(attr->nlink - (hidden && attr->nlink > 0)),
        .uid = id_inside(pi->share->uid, attr->uid),
        .gid = id_inside(pi->share->gid, attr->gid),
        .rdev = attr->rdev,
        .size = attr->size,
        .atime = time_of(&attr->atime),
        .mtime = time_of(&attr->mtime),
        .ctime = time_of(&attr->ctime),
        .btime = time_of(&attr->ctime),
    };
    inode_refresh(inode, &a, stamp);
    store_relaxed(&pi->blocks, attr->blocks);
    store_relaxed(&pi->asked, asked);
}

static bool is_fresh(const struct p9_inode *pi, uint64_t limit_ns)
{
    uint64_t at = load_relaxed(&pi->asked);
    return at != 0 && (limit_ns == VALID_FOR_EVER || clock_monotonic() - at < limit_ns);
}

/* Asks for the attributes of what is at a path of the file, whatever their age. −ESTALE: nothing
 * is, or another file, by now. */
static int ask_at(struct inode *inode, struct p9_fid *path)
{
    struct p9_attr attr;
    uint32_t stamp = inode_stamp(inode);
    uint64_t asked = clock_monotonic();
    int err = p9_getattr(path, &attr);
    if (err == -ENOENT ||
        (err == 0 && (attr.qid.path != inode->ino || (attr.mode & S_IFMT) != inode_type(inode)))) {
        store_relaxed(&inode->astray, true);
        return -ESTALE;
    }
    if (err == 0)
        apply(inode, &attr, stamp, asked);
    return err;
}

static int ask(struct inode *inode)
{
    struct p9_inode *pi = p9_inode(inode);
    if (load_relaxed(&pi->gone))
        return 0; /* nobody else can have changed them */
    struct p9_fid *path = p9_path(pi);
    int err = ask_at(inode, path);
    p9_fid_put(path);
    return err;
}

static int p9_renew(struct inode *inode, uint64_t since)
{
    const struct p9_inode *pi = p9_inode(inode);
    bool for_ever = pi->share->valid_ns == VALID_FOR_EVER && is_fresh(pi, VALID_FOR_EVER);
    return for_ever || load_relaxed(&pi->asked) >= since ? 0 : ask(inode);
}

static int p9_attributes(struct inode *inode, struct statx *st)
{
    struct p9_inode *pi = p9_inode(inode);
    int err = is_fresh(pi, pi->share->valid_ns) ? 0 : ask(inode);
    if (err == 0 && st != NULL) {
        inode_fill_stat(inode, st);
        st->stx_blocks = load_relaxed(&pi->blocks);
    }
    return err;
}

static struct p9_time p9_time_of(int64_t ns)
{
    int64_t sec = ns / (int64_t)NSEC_PER_SEC - (ns % (int64_t)NSEC_PER_SEC < 0);
    return (struct p9_time){(uint64_t)sec, (uint64_t)(ns - sec * (int64_t)NSEC_PER_SEC)};
}

static int p9_set_attributes(struct inode *inode, const struct attr_change *change)
{
    static const struct {
        enum attr_valid ours;
        unsigned theirs;
    } bits[] = {
        {ATTR_MODE, P9_SET_MODE},
        {ATTR_UID, P9_SET_UID},
        {ATTR_GID, P9_SET_GID},
        {ATTR_SIZE, P9_SET_SIZE},
        {ATTR_ATIME, P9_SET_ATIME | P9_SET_ATIME_TO},
        {ATTR_MTIME, P9_SET_MTIME | P9_SET_MTIME_TO},
    };
    struct p9_inode *pi = p9_inode(inode);
    struct p9_setattr set = {
        .mode = change->mode,
        .uid = id_at_host(pi->share->uid, change->uid),
        .gid = id_at_host(pi->share->gid, change->gid),
        .size = change->size,
        .atime = p9_time_of(change->atime),
        .mtime = p9_time_of(change->mtime),
    };
    for (unsigned i = 0; i < sizeof(bits) / sizeof(*bits); i++)
        if (change->valid & bits[i].ours)
            set.valid |= bits[i].theirs;
    if (change->valid & ATTR_ATIME_NOW)
        set.valid = (set.valid | P9_SET_ATIME) & ~(unsigned)P9_SET_ATIME_TO;
    if (change->valid & ATTR_MTIME_NOW)
        set.valid = (set.valid | P9_SET_MTIME) & ~(unsigned)P9_SET_MTIME_TO;
    if (load_relaxed(&pi->gone))
        return 0; /* only the inode knows it still */
    struct p9_fid *path = p9_path(pi);
    int err = p9_setattr(path, &set);
    p9_fid_put(path);
    p9_out_of_date(inode);
    return err;
}

static ssize_t p9_link_target(struct inode *inode, char *buf, size_t size)
{
    struct p9_fid *path = p9_path(p9_inode(inode));
    ssize_t n = p9_readlink(path, buf, size);
    p9_fid_put(path);
    return n;
}

static void p9_evict(struct inode *inode)
{
    struct p9_inode *pi = p9_inode(inode);
    if (inode_type(inode) == S_IFREG)
        page_cache_free(inode);
    p9_fid_put(pi->path);
    put_fid(pi->found_in);
    host_file_free(&pi->file); /* p9_make() may have opened it, and nobody followed */
}

/* A path is all that the server knows a file by: if the known file is at this one still, its
 * attributes answer the question, and no fid changes. */
static bool is_still(struct inode *known, const struct p9_fid *in, const struct name *name)
{
    struct p9_fid *path = known != NULL ? path_found_as(p9_inode(known), in, name) : NULL;
    if (path == NULL)
        return false;
    int err = ask_at(known, path);
    p9_fid_put(path);
    return err == 0;
}

static int inode_at(struct p9_share *share, struct p9_fid *fid, const struct p9_qid *qid,
                    struct inode **result);

int p9_walk_to(struct p9_share *share, struct p9_fid *in, const struct name *name,
               struct inode **inode)
{
    struct p9_fid *fid;
    struct p9_qid qid;
    uint32_t moves = load_relaxed(&share->moves);
    int err = p9_walk(in, name->text, name->length, &fid, &qid);
    if (err != 0)
        return err;
    p9_fid_get(fid); /* so that it means this path until it is noted */
    err = inode_at(share, fid, &qid, inode);
    if (err == 0)
        note_found(p9_inode(*inode), fid, in, name, moves);
    p9_fid_put(fid);
    return err;
}

static int look_up(struct inode *dir, const struct name *name, struct inode *known,
                   struct inode **inode)
{
    struct p9_fid *in = p9_path(p9_inode(dir));
    int err = 0;
    if (is_still(known, in, name)) {
        inode_get(known);
        *inode = known;
    } else {
        err = p9_walk_to(p9_inode(dir)->share, in, name, inode);
    }
    p9_fid_put(in);
    return err;
}

static int p9_lookup(struct inode *dir, const struct name *name, struct inode *known,
                     struct found *found)
{
    const struct p9_share *share = p9_inode(dir)->share;
    int err = -ENOENT;
    *found = (struct found){.valid_ns = share->valid_ns};
    if (!p9_name_is_hidden(share, name->text, name->length))
        err = look_up(dir, name, known, &found->inode);
    for (unsigned i = 0; err == -ESTALE && i < STALE_TRIES; i++)
        err = look_up(dir, name, known, &found->inode);
    /* That there is no such name is never trusted, unless nobody else may make it. */
    if (err == -ENOENT && share->valid_ns != VALID_FOR_EVER)
        found->valid_ns = 0;
    return err == -ENOENT ? 0 : err;
}

#define OF_ALL                                                                                     \
    .getattr = p9_attributes, .setattr = p9_set_attributes, .evict = p9_evict,                     \
    .get_xattr = p9_get_attribute, .list_xattr = p9_list_attributes, .set_xattr = p9_set_attribute

static const struct inode_ops dir_ops = {
    OF_ALL,
    .lookup = p9_lookup,
    .iterate = p9_iterate,
    .sync_dir = p9_sync_dir,
    .make = p9_make,
    .link = p9_link_name,
    .remove = p9_remove,
    .rename = p9_rename,
    .renew = p9_renew,
    .open = p9_open_dir,
    .close = p9_close_dir,
};

static const struct inode_ops file_ops = {
    OF_ALL,
    .renew = p9_renew,
    .open = p9_open_file,
    .close = p9_close_file,
    .read_data = p9_read_data,
    .write_data = p9_write_data,
    .append_data = p9_append_data,
    .sync_data = p9_sync_data,
    .advise = page_cache_advise,
    .truncate = cached_truncate,
};

static const struct inode_ops link_ops = {OF_ALL, .readlink = p9_link_target};
static const struct inode_ops node_ops = {OF_ALL, .open = host_node_open};

static const struct host_inode_ops inode_ops = {&dir_ops, &file_ops, &link_ops, &node_ops};

static void init_inode(struct p9_inode *pi, struct p9_share *share)
{
    host_file_init(&pi->file, &p9_host_ops, "p9_inode");
    pi->share = share;
    host_inode_ops_set(&pi->inode, &inode_ops);
}

/* A new inode of the file behind `fid`, which it takes over on success. */
static int new_inode(struct p9_share *share, struct p9_fid *fid, struct inode **result)
{
    struct p9_attr attr;
    uint64_t asked = clock_monotonic();
    int err = p9_getattr(fid, &attr);
    if (err != 0)
        return err == -ENOENT ? -ESTALE : err;
    struct inode *inode = inode_alloc(share->sb, attr.mode);
    if (inode == NULL)
        return -ENOMEM;
    init_inode(p9_inode(inode), share);
    p9_inode(inode)->path = fid;
    inode->ino = attr.qid.path;
    inode->rdev = attr.rdev;
    apply(inode, &attr, inode_stamp(inode), asked);
    *result = inode;
    return 0;
}

/* The inode that is known by the number, with a reference, if it may still mean the same file. */
static struct inode *find_known(struct p9_share *share, const struct p9_qid *qid)
{
    struct inode *inode = inode_find(share->sb, qid->path);
    if (inode == NULL)
        return NULL;
    bool same = inode_is_dir(inode) == !!(qid->type & P9_QID_DIR) &&
                inode_is_link(inode) == !!(qid->type & P9_QID_LINK);
    if (same && !load_relaxed(&p9_inode(inode)->gone))
        return inode;
    inode_forget(inode);
    inode_put(inode);
    return NULL;
}

/* The inode of the file behind `fid`, whose qid is known; takes the fid over in any case. The
 * attributes are the server's of now. 0 or −errno. */
static int inode_at(struct p9_share *share, struct p9_fid *fid, const struct p9_qid *qid,
                    struct inode **result)
{
    struct inode *inode = find_known(share, qid);
    int err;
    if (inode != NULL) {
        p9_set_path(p9_inode(inode), fid);
        err = ask(inode);
        if (err == 0)
            *result = inode;
        else
            inode_put(inode);
        return err;
    }
    err = new_inode(share, fid, &inode);
    if (err == 0)
        *result = inode_publish(inode);
    else
        p9_fid_put(fid);
    return err;
}

static int p9_statfs_op(struct super_block *sb, struct statfs *st)
{
    const struct p9_share *share = p9_inode(sb->root->inode)->share;
    struct p9_statfs s;
    int err = p9_statfs(share->root, &s);
    if (err != 0)
        return err;
    st->f_bsize = st->f_frsize = s.block_size;
    st->f_blocks = (__kernel_long_t)s.blocks;
    st->f_bfree = (__kernel_long_t)s.blocks_free;
    st->f_bavail = (__kernel_long_t)s.blocks_available;
    st->f_files = (__kernel_long_t)s.files;
    st->f_ffree = (__kernel_long_t)s.files_free;
    st->f_namelen = s.name_max;
    return 0;
}

static const struct super_ops super_ops = {
    .statfs = p9_statfs_op, .sync = page_cache_sync, .connect = shares_connect};

struct super_block *p9fs_create(const char *source, const struct p9_settings *settings)
{
    struct p9_share *share = kzalloc(sizeof(*share));
    struct super_block *sb = super_alloc("9p", source, V9FS_MAGIC);
    if (share == NULL || sb == NULL)
        return NULL;
    sb->ops = &super_ops;
    sb->backed = true;
    store_relaxed(&sb->unconnected, true);
    sb->inode_size = sizeof(struct p9_inode);
    sb->data_ns = settings->valid_ns;
    share->sb = sb;
    share->valid_ns = settings->valid_ns;
    share->uid = settings->uid;
    share->gid = settings->gid;
    random_fill(&share->hidden_id, sizeof(share->hidden_id));
    struct inode *root = inode_alloc(sb, S_IFDIR | 0755); /* until it is connected */
    if (root == NULL)
        return NULL;
    init_inode(p9_inode(root), share);
    return super_set_root(sb, root) == 0 ? sb : NULL;
}

int p9fs_attach(struct super_block *sb, struct p9_client *client, struct p9_fid *root,
                const struct p9_qid *qid)
{
    struct inode *inode = sb->root->inode;
    struct p9_inode *pi = p9_inode(inode);
    struct p9_attr attr;
    uint64_t asked = clock_monotonic();
    int err = p9_getattr(root, &attr);
    if (err != 0)
        return err;
    pi->share->client = client;
    pi->share->root = root;
    p9_fid_get(root); /* one for the inode */
    pi->path = root;
    inode->ino = qid->path;
    apply(inode, &attr, inode_stamp(inode), asked);
    (void)inode_publish(inode); /* the first one */
    /* Release, pairs with is_unconnected() of walk.c. */
    atomic_store_explicit(&sb->unconnected, false, memory_order_release);
    return 0;
}
