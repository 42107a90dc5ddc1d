/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Changes of names on the host, by virtio-fs. No state of its own; the tree holds the locks of the
 * folders concerned.
 */
#include "fusefs.h"

#include <hermit/string.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/stat.h>

#define REQUEST(...) (&(struct fuse_request){__VA_ARGS__})

/* As Linux hands device numbers over in 32 bits. */
static uint32_t dev_of(uint64_t rdev)
{
    uint32_t major = (uint32_t)(rdev >> 20), minor = (uint32_t)(rdev & 0xfffff);
    return (minor & 0xff) | major << 8 | (minor & ~0xffU) << 12;
}

/* Makes a regular file and opens it for both ways, in one request. */
static ssize_t create(struct inode *dir, const struct new_file *file, struct fuse_entry_out *entry,
                      struct fuse_handle *handle)
{
    struct fuse_create_in in = {.flags = O_CREAT | O_EXCL | O_RDWR | O_LARGEFILE,
                                .mode = file->mode};
    struct {
        struct fuse_entry_out entry;
        struct fuse_open_out open;
    } out;
    ssize_t n =
        fuse_ask(fuse_client_of(dir),
                 REQUEST(.opcode = FUSE_CREATE, .node = dir->ino,
                         .in = {{&in, sizeof(in)}, FUSE_NAME(file->name.text, file->name.length)},
                         .out = &out, .out_size = sizeof(out)));
    if (n >= 0) {
        *entry = out.entry;
        fuse_handle_opened(handle, out.entry.nodeid, out.open.fh);
    }
    return n;
}

static ssize_t make_other(struct inode *dir, const struct new_file *file,
                          struct fuse_entry_out *entry)
{
    const struct fuse_mkdir_in folder = {.mode = file->mode & 07777};
    const struct fuse_mknod_in node = {.mode = file->mode, .rdev = dev_of(file->rdev)};
    struct fuse_request r = {
        .opcode = FUSE_MKNOD,
        .node = dir->ino,
        .in = {{&node, sizeof(node)}, FUSE_NAME(file->name.text, file->name.length)},
        .out = entry,
        .out_size = sizeof(*entry)};
    if (S_ISDIR(file->mode)) {
        r.opcode = FUSE_MKDIR;
        r.in[0] = (struct fuse_bytes){&folder, sizeof(folder)};
    } else if (S_ISLNK(file->mode)) {
        r = *REQUEST(.opcode = FUSE_SYMLINK, .node = dir->ino,
                     .in = {FUSE_NAME(file->name.text, file->name.length),
                            FUSE_NAME(file->target, strlen(file->target))},
                     .out = entry, .out_size = sizeof(*entry));
    }
    return fuse_ask(fuse_client_of(dir), &r);
}

/* Asks for the new file, and makes it an inode. */
static int make(struct inode *dir, const struct new_file *file, struct fuse_handle *handle,
                struct found *found)
{
    struct fuse_share *share = fuse_inode(dir)->share;
    struct fuse_answer answer;
    int err = fuse_answer_begin(share, NULL, &answer);
    if (err != 0)
        return err;
    ssize_t n = fuse_need_room(share); /* a server that has none makes it, and fails then */
    if (n == 0)
        n = handle != NULL ? create(dir, file, &answer.entry, handle)
                           : make_other(dir, file, &answer.entry);
    if (n < 0) {
        fuse_answer_drop(&answer);
        return (int)n;
    }
    err = fuse_answer_take(share, &answer, found);
    return err == 0 && found->inode == NULL ? -EIO : err;
}

int fuse_make(struct inode *dir, const struct new_file *file, struct found *found)
{
    struct fuse_handle *handle = NULL;
    if (S_ISREG(file->mode)) {
        handle = fuse_handle_new(fuse_client_of(dir), FUSE_RELEASE);
        if (handle == NULL)
            return -ENOMEM;
    }
    int err = make(dir, file, handle, found);
    fuse_out_of_date(dir);
    if (err == 0 && handle != NULL && inode_type(found->inode) == S_IFREG)
        host_file_keep(&fuse_inode(found->inode)->file, handle);
    else if (handle != NULL)
        fuse_handle_put(handle);
    return err;
}

int fuse_link_name(struct inode *dir, const struct name *name, struct inode *inode)
{
    struct fuse_share *share = fuse_inode(dir)->share;
    struct fuse_link_in in = {.oldnodeid = inode->ino};
    struct fuse_answer answer;
    struct found found = {0};
    int err = fuse_answer_begin(share, inode, &answer);
    if (err != 0)
        return err;
    ssize_t n = fuse_need_room(share); /* as make() */
    if (n == 0)
        n = fuse_ask(share->client,
                     REQUEST(.opcode = FUSE_LINK, .node = dir->ino,
                             .in = {{&in, sizeof(in)}, FUSE_NAME(name->text, name->length)},
                             .out = &answer.entry, .out_size = sizeof(answer.entry)));
    if (n < 0) {
        fuse_answer_drop(&answer);
        return (int)n;
    }
    (void)fuse_answer_take(share, &answer, &found); /* the name is there, whatever it says */
    if (found.inode != NULL)
        inode_put(found.inode);
    fuse_out_of_date(inode);
    fuse_out_of_date(dir);
    return 0;
}

int fuse_remove(struct inode *dir, const struct name *name, struct inode *inode)
{
    ssize_t n = fuse_ask(fuse_client_of(dir),
                         REQUEST(.opcode = inode_is_dir(inode) ? FUSE_RMDIR : FUSE_UNLINK,
                                 .node = dir->ino, .in = {FUSE_NAME(name->text, name->length)},
                                 .patient = true)); /* as what frees */
    fuse_out_of_date(inode);
    fuse_out_of_date(dir);
    return (int)MIN(n, 0);
}

int fuse_rename(const struct renaming *r)
{
    struct fuse_rename2_in in = {.newdir = r->to_dir->ino, .flags = r->flags};
    ssize_t n = fuse_ask(fuse_client_of(r->from_dir),
                         REQUEST(.opcode = FUSE_RENAME2, .node = r->from_dir->ino,
                                 .in = {{&in, sizeof(in)},
                                        FUSE_NAME(r->from.text, r->from.length),
                                        FUSE_NAME(r->to.text, r->to.length)}));
    fuse_out_of_date(r->from_dir);
    fuse_out_of_date(r->to_dir);
    fuse_out_of_date(r->inode);
    if (r->replaced != NULL)
        fuse_out_of_date(r->replaced);
    return (int)MIN(n, 0);
}
