/* SPDX-License-Identifier: BSD-3-Clause */
/* Extended attributes of files of the host, by virtio-fs. No state of its own. */
#include "fusefs.h"

#include <hermit/string.h>
#include <linux/errno.h>

/* A server that was not told to have them does not know the requests. */
static ssize_t ask(struct inode *inode, const struct fuse_request *r)
{
    ssize_t n = fuse_ask(fuse_client_of(inode), r);
    return n == -ENOSYS ? -EOPNOTSUPP : n;
}

/* FUSE_GETXATTR, or FUSE_LISTXATTR without a name: bytes, or how many there are. */
static ssize_t get(struct inode *inode, enum fuse_opcode opcode, const char *name, void *bytes,
                   size_t size)
{
    const struct fuse_getxattr_in in = {.size = (uint32_t)size};
    struct fuse_getxattr_out there;
    struct fuse_request r = {.opcode = opcode,
                             .node = inode->ino,
                             .in = {{&in, sizeof(in)}, FUSE_NAME(name, strlen(name))},
                             .out = &there,
                             .out_size = sizeof(there)};
    if (size != 0) {
        r.out = bytes;
        r.out_size = size;
        r.out_varies = true;
    }
    ssize_t n = ask(inode, &r);
    return n < 0 || size != 0 ? n : (ssize_t)there.size;
}

ssize_t fuse_get_attribute(struct inode *inode, const char *name, void *value, size_t size)
{
    return get(inode, FUSE_GETXATTR, name, value, size);
}

ssize_t fuse_list_attributes(struct inode *inode, char *list, size_t size)
{
    return get(inode, FUSE_LISTXATTR, "", list, size);
}

int fuse_set_attribute(struct inode *inode, const char *name, const void *value, size_t size,
                       int flags)
{
    const struct fuse_setxattr_in in = {.size = (uint32_t)size, .flags = (uint32_t)flags};
    struct fuse_request r = {
        .opcode = FUSE_REMOVEXATTR, .node = inode->ino, .in = {FUSE_NAME(name, strlen(name))}};
    if (value != NULL)
        r = (struct fuse_request){.opcode = FUSE_SETXATTR,
                                  .node = inode->ino,
                                  .in = {{&in, FUSE_COMPAT_SETXATTR_IN_SIZE},
                                         FUSE_NAME(name, strlen(name)),
                                         {value, size}}};
    ssize_t n = ask(inode, &r);
    fuse_out_of_date(inode);
    return (int)MIN(n, 0);
}
