/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the inodes of folders that are shared by virtio-fs, and their attributes. How long names
 * and attributes are used is what the server says with each of them.
 *
 * Locks: none of its own but host_file.lock.
 */
#include "fusefs.h"

#include <asm/statfs.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/stat.h>

#include "page_cache.h"
#include "shares.h"
#include "vfs_internal.h"

#define FUSE_MAGIC 0x65735546

#define TARGET_MAX 4095

/* What a server has open for itself, and while it carries a request out. */
#define SERVER_OWN 64U

#define VAIN_STEP 64U /* so many more files are open before it is tried again */

/* Minor numbers have 20 bits, of which the protocol has the lower 8 and the upper 12 apart. */
static uint64_t rdev_of(uint32_t dev)
{
    uint64_t major = dev >> 8 & 0xfff, minor = (dev & 0xff) | (dev >> 12 & 0xfff00);
    return major << 20 | minor;
}

static uint64_t period_ns(uint64_t sec, uint32_t nsec)
{
    return sec >= INT64_MAX / NSEC_PER_SEC ? VALID_FOR_EVER : sec * NSEC_PER_SEC + nsec;
}

static int64_t time_of(uint64_t sec, uint32_t nsec)
{
    return inode_time((int64_t)sec, MIN(nsec, (uint32_t)NSEC_PER_SEC - 1));
}

/* Takes over attributes that the server was asked for at that time. `stamp`: inode_refresh(). */
static void apply(struct inode *inode, const struct fuse_attr *attr, uint64_t valid, uint32_t stamp,
                  uint64_t asked)
{
    struct fuse_inode *fi = fuse_inode(inode);
    struct inode_attr a = {
        .mode = attr->mode,
        .nlink = attr->nlink,
        .uid = attr->uid,
        .gid = attr->gid,
        .rdev = rdev_of(attr->rdev),
        .size = attr->size,
        .atime = time_of(attr->atime, attr->atimensec),
        .mtime = time_of(attr->mtime, attr->mtimensec),
        .ctime = time_of(attr->ctime, attr->ctimensec),
        .btime = time_of(attr->ctime, attr->ctimensec),
    };
    inode_refresh(inode, &a, stamp);
    store_relaxed(&fi->host_ino, attr->ino);
    store_relaxed(&fi->blocks, attr->blocks);
    store_relaxed(&fi->valid, valid);
    store_relaxed(&fi->asked, asked);
}

static bool makes_sense(const struct fuse_attr *attr, const struct inode *inode)
{
    return attr->size <= INT64_MAX && (inode == NULL || (attr->mode & S_IFMT) == inode_type(inode));
}

static bool is_fresh(const struct fuse_inode *fi)
{
    uint64_t at = load_relaxed(&fi->asked), valid = load_relaxed(&fi->valid);
    return at != 0 && (valid == VALID_FOR_EVER || clock_monotonic() - at < valid);
}

/* Asks for the attributes whatever their age. */
static int ask(struct inode *inode)
{
    struct fuse_getattr_in in = {0};
    struct fuse_attr_out out;
    uint32_t stamp = inode_stamp(inode);
    uint64_t asked = clock_monotonic();
    ssize_t n = fuse_ask(fuse_client_of(inode), &(struct fuse_request){.opcode = FUSE_GETATTR,
                                                                       .node = inode->ino,
                                                                       .in = {{&in, sizeof(in)}},
                                                                       .out = &out,
                                                                       .out_size = sizeof(out)});
    if (n < 0)
        return (int)n;
    if (!makes_sense(&out.attr, inode))
        return -EIO;
    apply(inode, &out.attr, period_ns(out.attr_valid, out.attr_valid_nsec), stamp, asked);
    return 0;
}

static int fuse_renew(struct inode *inode, uint64_t since)
{
    const struct fuse_inode *fi = fuse_inode(inode);
    bool for_ever = inode->sb->data_ns == VALID_FOR_EVER && is_fresh(fi);
    return for_ever || load_relaxed(&fi->asked) >= since ? 0 : ask(inode);
}

static int fuse_attributes(struct inode *inode, struct statx *st)
{
    struct fuse_inode *fi = fuse_inode(inode);
    int err = is_fresh(fi) ? 0 : ask(inode);
    if (load_relaxed(&fi->listed)) {
        store_relaxed(&fi->listed, false);
        add_relaxed(&fi->share->wanted, 1);
    }
    if (err == 0 && st != NULL) {
        inode_fill_stat(inode, st);
        st->stx_ino = load_relaxed(&fi->host_ino);
        st->stx_blocks = load_relaxed(&fi->blocks);
    }
    return err;
}

static void put_time(int64_t ns, uint64_t *sec, uint32_t *nsec)
{
    int64_t s = ns / (int64_t)NSEC_PER_SEC - (ns % (int64_t)NSEC_PER_SEC < 0);
    *sec = (uint64_t)s;
    *nsec = (uint32_t)(ns - s * (int64_t)NSEC_PER_SEC);
}

static uint32_t valid_bits(unsigned ours)
{
    static const struct {
        enum attr_valid ours;
        uint32_t theirs;
    } bits[] = {
        {ATTR_MODE, FATTR_MODE},   {ATTR_UID, FATTR_UID},
        {ATTR_GID, FATTR_GID},     {ATTR_SIZE, FATTR_SIZE},
        {ATTR_ATIME, FATTR_ATIME}, {ATTR_ATIME_NOW, FATTR_ATIME | FATTR_ATIME_NOW},
        {ATTR_MTIME, FATTR_MTIME}, {ATTR_MTIME_NOW, FATTR_MTIME | FATTR_MTIME_NOW},
    };
    uint32_t theirs = 0;
    for (unsigned i = 0; i < sizeof(bits) / sizeof(*bits); i++)
        if (ours & bits[i].ours)
            theirs |= bits[i].theirs;
    return theirs;
}

/* A size is set by an open file if there is one: whoever has opened it may write it, whatever its
 * permissions are by now. */
static int fuse_set_attributes(struct inode *inode, const struct attr_change *change)
{
    struct fuse_handle *writer = NULL;
    struct fuse_attr_out out;
    struct fuse_setattr_in in = {
        .valid = valid_bits(change->valid),
        .size = change->size,
        .mode = change->mode,
        .uid = change->uid,
        .gid = change->gid,
    };
    put_time(change->atime, &in.atime, &in.atimensec);
    put_time(change->mtime, &in.mtime, &in.mtimensec);
    if (change->valid & ATTR_SIZE)
        writer = host_file_writer(&fuse_inode(inode)->file);
    if (writer != NULL) {
        in.valid |= FATTR_FH;
        in.fh = fuse_handle_number(writer);
    }
    ssize_t n = fuse_ask(fuse_client_of(inode), &(struct fuse_request){.opcode = FUSE_SETATTR,
                                                                       .node = inode->ino,
                                                                       .in = {{&in, sizeof(in)}},
                                                                       .out = &out,
                                                                       .out_size = sizeof(out)});
    if (writer != NULL)
        fuse_handle_put(writer);
    fuse_out_of_date(inode);
    return n < 0 ? (int)n : 0;
}

static ssize_t fuse_link_target(struct inode *inode, char *buf, size_t size)
{
    char *target = kmalloc(TARGET_MAX);
    if (target == NULL)
        return -ENOMEM;
    ssize_t n = fuse_ask(fuse_client_of(inode), &(struct fuse_request){.opcode = FUSE_READLINK,
                                                                       .node = inode->ino,
                                                                       .out = target,
                                                                       .out_size = TARGET_MAX,
                                                                       .out_varies = true});
    if (n > 0 && memchr(target, '\0', (size_t)n) != NULL)
        n = -EIO;
    if (n > 0) {
        n = (ssize_t)MIN((size_t)n, size);
        memcpy(buf, target, (size_t)n);
    }
    kfree(target);
    return n;
}

static void fuse_evict(struct inode *inode)
{
    struct fuse_inode *fi = fuse_inode(inode);
    if (inode_type(inode) == S_IFREG)
        page_cache_free(inode);
    host_file_free(&fi->file); /* fuse_make() may have opened it, and nobody followed */
    if (fi->forget != NULL) {
        fi->forget->in.nodeid = inode->ino;
        fi->forget->args.forget.nlookup = load_relaxed(&fi->nr_told);
        fuse_farewell_send(fi->forget);
    }
}

/* Gives names up until the server has room again, or there is none to give up. */
static void give_up_names(struct fuse_share *share, uint32_t most)
{
    unsigned vain = 0; /* twice: names that were used are spared at first */
    while (fuse_held(share->client) > most - most / 8 && vain < 2) {
        vain = dentry_shrink(dentry_cached() / 8 * 7) != 0 ? 0 : vain + 1;
        fuse_farewells_wait(share->client);
    }
    uint32_t held = fuse_held(share->client);
    store_relaxed(&share->in_vain, held > most ? held : 0);
}

static bool is_full(const struct fuse_share *share)
{
    return unlikely(fuse_held(share->client) > share->files_max);
}

void fuse_make_room(struct fuse_share *share)
{
    uint32_t vain = load_relaxed(&share->in_vain);
    if (is_full(share) && (vain == 0 || fuse_held(share->client) - vain >= VAIN_STEP))
        give_up_names(share, share->files_max);
}

int fuse_need_room(struct fuse_share *share)
{
    if (is_full(share))
        give_up_names(share, share->files_max);
    return is_full(share) ? -EMFILE : 0;
}

bool fuse_out_of_files(struct fuse_share *share, ssize_t answer)
{
    if (answer != -EMFILE && answer != -ENFILE)
        return false;
    give_up_names(share, fuse_held(share->client) / 2);
    return true;
}

static int look_up(struct inode *dir, const struct name *name, struct fuse_answer *answer)
{
    return (int)fuse_ask(fuse_client_of(dir),
                         &(struct fuse_request){.opcode = FUSE_LOOKUP,
                                                .node = dir->ino,
                                                .in = {FUSE_NAME(name->text, name->length)},
                                                .out = &answer->entry,
                                                .out_size = sizeof(answer->entry)});
}

static int fuse_lookup(struct inode *dir, const struct name *name, struct inode *known,
                       struct found *found)
{
    struct fuse_share *share = fuse_inode(dir)->share;
    struct fuse_answer answer;
    *found = (struct found){0};
    store_relaxed(&fuse_inode(dir)->looked_into, true);
    int err = fuse_answer_begin(share, known, &answer);
    if (err != 0)
        return err;
    fuse_make_room(share);
    err = look_up(dir, name, &answer);
    if (fuse_out_of_files(share, err))
        err = look_up(dir, name, &answer);
    if (err < 0)
        fuse_answer_drop(&answer);
    else
        err = fuse_answer_take(share, &answer, found);
    /* That there is no such name is trusted only where nobody else may make it. */
    if (err == -ENOENT && dir->sb->data_ns == VALID_FOR_EVER)
        found->valid_ns = VALID_FOR_EVER;
    return err == -ENOENT ? 0 : err;
}

#define OF_ALL                                                                                     \
    .getattr = fuse_attributes, .setattr = fuse_set_attributes, .evict = fuse_evict,               \
    .get_xattr = fuse_get_attribute, .list_xattr = fuse_list_attributes,                           \
    .set_xattr = fuse_set_attribute

static const struct inode_ops dir_ops = {
    OF_ALL,
    .lookup = fuse_lookup,
    .iterate = fuse_iterate,
    .sync_dir = fuse_sync_dir,
    .make = fuse_make,
    .link = fuse_link_name,
    .remove = fuse_remove,
    .rename = fuse_rename,
    .renew = fuse_renew,
    .open = fuse_open_dir,
    .close = fuse_close_dir,
};

static const struct inode_ops file_ops = {
    OF_ALL,
    .renew = fuse_renew,
    .open = fuse_open_file,
    .close = fuse_close_file,
    .read_data = fuse_read_data,
    .write_data = fuse_write_data,
    .append_data = fuse_append_data,
    .sync_data = fuse_sync_data,
    .advise = page_cache_advise,
    .truncate = cached_truncate,
    .allocate = fuse_allocate,
    .find_data = fuse_find_data,
};

static const struct inode_ops link_ops = {OF_ALL, .readlink = fuse_link_target};
static const struct inode_ops node_ops = {OF_ALL, .open = host_node_open};

static const struct host_inode_ops inode_ops = {&dir_ops, &file_ops, &link_ops, &node_ops};

static void init_inode(struct fuse_inode *fi, struct fuse_share *share)
{
    host_file_init(&fi->file, &fuse_host_ops, "fuse_inode");
    fi->share = share;
    host_inode_ops_set(&fi->inode, &inode_ops);
}

int fuse_answer_begin(struct fuse_share *share, struct inode *known, struct fuse_answer *answer)
{
    answer->known = known;
    answer->stamp = known != NULL ? inode_stamp(known) : 0;
    answer->asked = clock_monotonic();
    answer->forget = fuse_farewell_new(share->client, FUSE_FORGET);
    return answer->forget != NULL ? 0 : -ENOMEM;
}

void fuse_answer_drop(struct fuse_answer *answer)
{
    fuse_farewell_free(answer->forget);
}

/* The server's reference goes back to it. */
static void refuse(struct fuse_answer *answer)
{
    answer->forget->in.nodeid = answer->entry.nodeid;
    answer->forget->args.forget.nlookup = 1;
    fuse_farewell_send(answer->forget);
}

/* The inode that is known by the node, with a reference, if it may still mean the same file. */
static struct inode *find_known(struct fuse_share *share, const struct fuse_entry_out *entry)
{
    struct inode *inode = inode_find(share->sb, entry->nodeid);
    if (inode == NULL)
        return NULL;
    if ((entry->attr.mode & S_IFMT) == inode_type(inode))
        return inode;
    inode_forget(inode);
    inode_put(inode);
    return NULL;
}

/* A new inode of the file, which takes over the server's reference. NULL: no memory. */
static struct inode *new_inode(struct fuse_share *share, struct fuse_answer *answer)
{
    const struct fuse_entry_out *e = &answer->entry;
    struct inode *inode = inode_alloc(share->sb, e->attr.mode);
    if (inode == NULL)
        return NULL;
    init_inode(fuse_inode(inode), share);
    fuse_inode(inode)->forget = answer->forget;
    store_relaxed(&fuse_inode(inode)->nr_told, 1);
    inode->ino = e->nodeid;
    inode->rdev = rdev_of(e->attr.rdev);
    apply(inode, &e->attr, period_ns(e->attr_valid, e->attr_valid_nsec), inode_stamp(inode),
          answer->asked);
    return inode_publish(inode);
}

/* Attributes of an inode that nobody expected may be older than what was done to it since: those
 * that it has are used, by their own rules. */
static void take_known(struct inode *inode, struct fuse_answer *answer)
{
    const struct fuse_entry_out *e = &answer->entry;
    add_relaxed(&fuse_inode(inode)->nr_told, 1);
    fuse_farewell_free(answer->forget);
    if (inode == answer->known)
        apply(inode, &e->attr, period_ns(e->attr_valid, e->attr_valid_nsec), answer->stamp,
              answer->asked);
}

int fuse_answer_take(struct fuse_share *share, struct fuse_answer *answer, struct found *found)
{
    const struct fuse_entry_out *e = &answer->entry;
    found->valid_ns = period_ns(e->entry_valid, e->entry_valid_nsec);
    if (e->nodeid == 0) { /* there is no such name, for so long */
        fuse_farewell_free(answer->forget);
        return 0;
    }
    if (!makes_sense(&e->attr, NULL)) {
        refuse(answer);
        return -EIO;
    }
    found->inode = find_known(share, e);
    if (found->inode != NULL) {
        take_known(found->inode, answer);
        return 0;
    }
    found->inode = new_inode(share, answer);
    if (found->inode == NULL) {
        refuse(answer);
        return -ENOMEM;
    }
    return 0;
}

static int fuse_statfs(struct super_block *sb, struct statfs *st)
{
    const struct inode *root = sb->root->inode;
    struct fuse_statfs_out out;
    ssize_t n = fuse_ask(fuse_client_of(root), &(struct fuse_request){.opcode = FUSE_STATFS,
                                                                      .node = root->ino,
                                                                      .out = &out,
                                                                      .out_size = sizeof(out)});
    if (n < 0)
        return (int)n;
    st->f_bsize = out.st.bsize;
    st->f_frsize = out.st.frsize;
    st->f_blocks = (__kernel_long_t)out.st.blocks;
    st->f_bfree = (__kernel_long_t)out.st.bfree;
    st->f_bavail = (__kernel_long_t)out.st.bavail;
    st->f_files = (__kernel_long_t)out.st.files;
    st->f_ffree = (__kernel_long_t)out.st.ffree;
    st->f_namelen = out.st.namelen;
    return 0;
}

static int fuse_sync(struct super_block *sb)
{
    const struct inode *root = sb->root->inode;
    struct fuse_share *share = fuse_inode(root)->share;
    struct fuse_syncfs_in in = {0};
    int err = page_cache_sync(sb);
    if (load_relaxed(&share->no_syncfs) || share->client == NULL)
        return err;
    ssize_t n = fuse_ask(share->client, &(struct fuse_request){.opcode = FUSE_SYNCFS,
                                                               .node = root->ino,
                                                               .in = {{&in, sizeof(in)}}});
    if (n == -ENOSYS) {
        store_relaxed(&share->no_syncfs, true);
        n = 0;
    }
    return err != 0 ? err : (int)MIN(n, 0);
}

static const struct super_ops super_ops = {
    .statfs = fuse_statfs, .sync = fuse_sync, .connect = shares_connect};

struct super_block *fusefs_create(const char *source, uint64_t data_ns)
{
    struct fuse_share *share = kzalloc(sizeof(*share));
    struct super_block *sb = super_alloc("virtiofs", source, FUSE_MAGIC);
    if (share == NULL || sb == NULL)
        return NULL;
    sb->ops = &super_ops;
    sb->backed = true;
    store_relaxed(&sb->unconnected, true);
    sb->inode_size = sizeof(struct fuse_inode);
    sb->data_ns = data_ns;
    sb->asks_names = true;
    share->sb = sb;
    struct inode *root = inode_alloc(sb, S_IFDIR | 0755); /* until it is connected */
    if (root == NULL)
        return NULL;
    init_inode(fuse_inode(root), share);
    return super_set_root(sb, root) == 0 ? sb : NULL;
}

int fusefs_attach(struct super_block *sb, struct fuse_client *client, uint32_t server_files)
{
    struct inode *root = sb->root->inode;
    fuse_inode(root)->share->client = client;
    fuse_inode(root)->share->files_max = server_files - MIN(server_files / 2, SERVER_OWN);
    root->ino = FUSE_ROOT_ID;
    int err = ask(root);
    if (err != 0)
        return err;
    (void)inode_publish(root); /* the first one */
    /* Release, pairs with is_unconnected() of walk.c. */
    atomic_store_explicit(&sb->unconnected, false, memory_order_release);
    return 0;
}
