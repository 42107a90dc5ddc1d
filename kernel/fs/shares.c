/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the folders that the launcher shares (hermit/boot_abi.h). They are mounted while the tree
 * is built; their devices are set up and asked at the first walk that needs one: a program that
 * uses none of the files in shares has none of it.
 */
#include "shares.h"

#include <hermit/boot_info.h>
#include <hermit/panic.h>
#include <hermit/string.h>
#include <linux/errno.h>

#include "fusefs.h"
#include "p9fs.h"
#include "page_cache.h"
#include "vfs_internal.h"

#define TAG_PREFIX "share"

/* How long names and attributes are trusted where the host may change them, ns. */
#define ATTRIBUTES_NS NSEC_PER_SEC

static uint64_t valid_ns(uint32_t cache)
{
    switch (cache) {
    case HERMIT_SHARE_CACHE_NONE:
        return 0;
    case HERMIT_SHARE_CACHE_ALWAYS:
        return VALID_FOR_EVER;
    default:
        return ATTRIBUTES_NS;
    }
}

/* The path of a share; NULL: the block is damaged. Its strings end with a NUL. */
static const char *path_of(const struct hermit_boot_block *block, const struct hermit_share *share)
{
    uint64_t end = (uint64_t)block->strings_off + block->strings_size;
    const char *path = (const char *)block + share->path_off;
    return share->path_off >= block->strings_off && share->path_off < end && path[0] == '/' ? path
                                                                                            : NULL;
}

/* The number in a tag of the launcher's; −1: the tag is not. */
static int number_of(const char *tag)
{
    size_t length = sizeof(TAG_PREFIX) - 1;
    if (strncmp(tag, TAG_PREFIX, length) != 0 || tag[length] < '0' || tag[length] > '9' ||
        tag[length + 1] != '\0' || tag[length] - '0' >= HERMIT_SHARES_MAX)
        return -1;
    return tag[length] - '0';
}

/* Of the share with that number; without client if there is no device for it. */
struct server {
    struct p9_client *p9;
    struct p9_fid *root;
    struct p9_qid qid;
    struct fuse_client *fuse;
};

/* Protects the next two, and that each file system is attached once. */
static struct mutex connect_lock = MUTEX_INIT(connect_lock);
static struct server servers[HERMIT_SHARES_MAX];
static bool connected;
static struct super_block *mounted[HERMIT_SHARES_MAX]; /* by number; set while the tree is built */

/* Sets all devices of 9P up, and learns by their tags which is whose. 0 or −errno. */
static int connect_9p(void)
{
    char tag[VIRTIO_9P_TAG_MAX];
    struct server s;
    int err;
    while ((err = p9_connect(&s.p9, tag, &s.root, &s.qid)) == 0) {
        int number = number_of(tag);
        if (number >= 0) {
            servers[number].p9 = s.p9;
            servers[number].root = s.root;
            servers[number].qid = s.qid;
        }
    }
    return err != -ENODEV ? err : 0;
}

static int connect_fuse(void)
{
    char tag[VIRTIO_FS_TAG_MAX];
    struct fuse_client *client;
    int err;
    while ((err = fuse_open(&client, tag)) == 0) {
        int number = number_of(tag);
        if (number < 0)
            continue;
        servers[number].fuse = client;
        (void)fuse_start(client, (unsigned)number); /* asking for the root fails, then */
    }
    return err != -ENODEV ? err : 0;
}

static void connect_all(void)
{
    int err = connect_9p();
    if (err == 0)
        err = connect_fuse();
    if (err != 0)
        boot_fail("a shared folder's server does not answer as it should (error %d)", -err);
    connected = true;
}

static int attach(struct super_block *sb, unsigned number)
{
    struct server *server = &servers[number];
    const struct hermit_share *share = &boot_info.block->shares[number];
    bool by_9p = share->via != HERMIT_SHARE_VIRTIOFS;
    if (!by_9p && server->fuse != NULL)
        return fusefs_attach(sb, server->fuse, share->server_files);
    if (!by_9p || server->p9 == NULL)
        boot_fail("shared folder %s: no device", sb->source);
    return p9fs_attach(sb, server->p9, server->root, &server->qid);
}

int shares_connect(struct super_block *sb)
{
    unsigned number = 0;
    int err = 0;
    while (mounted[number] != sb)
        number++;
    mutex_lock(&connect_lock);
    if (!connected)
        connect_all();
    if (load_relaxed(&sb->unconnected))
        err = attach(sb, number);
    mutex_unlock(&connect_lock);
    return err;
}

/* The file system of a share; ends the machine if there is no memory. */
static struct super_block *make_super(unsigned number, const char *path)
{
    const struct hermit_boot_block *block = boot_info.block;
    const struct hermit_share *share = &block->shares[number];
    struct p9_settings settings = {valid_ns(share->cache), block->uid, block->gid};
    struct super_block *sb = share->via == HERMIT_SHARE_VIRTIOFS
                                 ? fusefs_create(path, settings.valid_ns)
                                 : p9fs_create(path, &settings);
    if (sb == NULL)
        boot_fail("shared folder %s: error %d", path, ENOMEM);
    mounted[number] = sb;
    return sb;
}

static bool is_root(const char *path)
{
    return path[1] == '\0';
}

struct super_block *shares_below_root(void)
{
    const struct hermit_boot_block *block = boot_info.block;
    const char *path = block != NULL && block->nr_shares > 0 ? path_of(block, block->shares) : NULL;
    if (path == NULL || !is_root(path))
        return NULL;
    struct super_block *sb = make_super(0, path);
    int err = shares_connect(sb);
    if (err != 0)
        boot_fail("--root-ro: error %d", -err);
    return sb;
}

void shares_end(void)
{
    (void)page_cache_sync(NULL); /* nobody is left who could be told */
    p9_hidden_remove_all();
}

void shares_mount(void)
{
    const struct hermit_boot_block *block = boot_info.block;
    if (block == NULL)
        return;
    for (unsigned i = 0; i < block->nr_shares && i < HERMIT_SHARES_MAX; i++) {
        const char *path = path_of(block, &block->shares[i]);
        if (path == NULL)
            boot_fail("the boot block is damaged");
        if (is_root(path))
            continue;
        int err = vfs_mount(path, make_super(i, path));
        if (err != 0)
            boot_fail("shared folder %s: error %d", path, -err);
    }
}
