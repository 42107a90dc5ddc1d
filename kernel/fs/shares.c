/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mounts the folders that the launcher shares (hermit/boot_abi.h), while the tree is built. The
 * devices are set up here and not before: a program that uses no path has none of it.
 */
#include "p9fs.h"

#include <hermit/boot_info.h>
#include <hermit/panic.h>
#include <hermit/string.h>
#include <linux/errno.h>

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
        tag[length + 1] != '\0')
        return -1;
    return tag[length] - '0';
}

/* Connects to all devices; shares[n] is the one whose tag has number n. */
static void connect_all(struct p9_share *shares[HERMIT_SHARES_MAX])
{
    char tag[VIRTIO_9P_TAG_MAX];
    struct p9_share *share;
    int err;
    while ((err = p9fs_connect(tag, &share)) == 0) {
        int number = number_of(tag);
        if (number >= 0 && number < HERMIT_SHARES_MAX)
            shares[number] = share;
    }
    if (err != -ENODEV)
        boot_fail("a shared folder's server does not answer as it should (error %d)", -err);
}

static void mount_share(struct p9_share *share, const char *path,
                        const struct p9_settings *settings)
{
    if (share == NULL)
        boot_fail("shared folder %s: no device", path);
    struct super_block *sb = p9fs_create(share, path, settings);
    int err = sb != NULL ? vfs_mount(path, sb) : -ENOMEM;
    if (err != 0)
        boot_fail("shared folder %s: error %d", path, -err);
}

void shares_end(void)
{
    p9_hidden_remove_all();
}

void shares_mount(void)
{
    const struct hermit_boot_block *block = boot_info.block;
    struct p9_share *shares[HERMIT_SHARES_MAX] = {NULL};
    if (block == NULL || block->nr_shares == 0)
        return;
    connect_all(shares);
    for (unsigned i = 0; i < block->nr_shares && i < HERMIT_SHARES_MAX; i++) {
        const struct hermit_share *share = &block->shares[i];
        struct p9_settings settings = {valid_ns(share->cache), block->uid, block->gid};
        const char *path = path_of(block, share);
        if (path == NULL)
            boot_fail("the boot block is damaged");
        mount_share(shares[i], path, &settings);
    }
}
