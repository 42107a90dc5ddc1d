/* SPDX-License-Identifier: BSD-3-Clause */
/* Paths: dots, slashes, links within links, missing names, and kinds of the last name. */
#include <errno.h>
#include <hermit/fd_table.h>
#include <hermit/vfs.h>
#include <kernel/fs/vfs_internal.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct dentry *vfs_root;

void vfs_start(void)
{
}

struct dentry *vfs_cwd(void)
{
    dentry_get(vfs_root);
    return vfs_root;
}

void inode_get(struct inode *inode)
{
    inode->refs++;
}

void inode_put(struct inode *inode)
{
    if (--inode->refs > 0)
        return;
    if (inode_is_link(inode))
        free(inode->link);
    free(inode);
}

struct file *fd_get_raw(int fd)
{
    (void)fd;
    return NULL;
}

void file_last_put(struct file *f)
{
    (void)f;
}

static struct inode *node(uint32_t mode, const char *target)
{
    struct inode *inode = calloc(1, sizeof(*inode));
    inode->refs = 1;
    inode->mode = mode;
    if (target != NULL)
        inode->link = strdup(target);
    return inode;
}

static struct dentry *dir(struct dentry *parent, const char *name)
{
    return dentry_add(parent, name, node(0040755, NULL));
}

static void symlink_to(struct dentry *parent, const char *name, const char *target)
{
    dentry_add(parent, name, node(0120777, target));
}

/* /a/b/file, /a/link → b, /abs → /a/b, /loop → loop, /deep0 … /deep40, /dangling, /slash → a/ */
static int set_up(void **state)
{
    (void)state;
    vfs_root = dentry_alloc(NULL, "", 0, node(0040755, NULL));
    vfs_root->linked = true;
    struct dentry *a = dir(vfs_root, "a"), *b = dir(a, "b");
    dentry_add(b, "file", node(0100644, NULL));
    symlink_to(a, "link", "b");
    symlink_to(vfs_root, "abs", "/a/b");
    symlink_to(vfs_root, "loop", "loop");
    symlink_to(vfs_root, "dangling", "a/none");
    symlink_to(vfs_root, "slash", "a//");
    symlink_to(vfs_root, "tofile", "a/b/file");
    symlink_to(vfs_root, "deep0", "a");
    for (int i = 1; i <= 40; i++) {
        char name[16], target[16];
        sprintf(name, "deep%d", i);
        sprintf(target, "deep%d", i - 1);
        symlink_to(vfs_root, name, target);
    }
    return 0;
}

static void drop_tree(struct dentry *d)
{
    list_for_each_safe (it, tmp, &d->children) {
        struct dentry *child = list_entry(it, struct dentry, sibling);
        drop_tree(child);
        dentry_unlink(child);
    }
}

static int tear_down(void **state)
{
    (void)state;
    drop_tree(vfs_root);
    /* A root is its own parent: free it by hand. */
    assert_int_equal(vfs_root->refs, 1);
    inode_put(vfs_root->inode);
    free(vfs_root->name);
    free(vfs_root);
    return 0;
}

/* Path of the dentry found, "missing" and the last name if only that is missing, or the error as a
 * number. */
static const char *walk(const char *path, unsigned flags)
{
    static char text[512];
    struct walk w;
    int err = walk_path(vfs_root, path, flags, &w);
    if (err != 0) {
        sprintf(text, "%d", err);
        return text;
    }
    if (w.dentry == NULL)
        sprintf(text, "missing %.*s", (int)w.length, w.name);
    else
        dentry_path(w.dentry, text, sizeof(text));
    walk_done(&w);
    return text;
}

#define EXPECT(path, flags, result) assert_string_equal(walk(path, flags), result)

static const char *number(int err)
{
    static char text[16];
    sprintf(text, "%d", err);
    return text;
}

static void plain_paths(void **state)
{
    (void)state;
    EXPECT("/", 0, "/");
    EXPECT("//", 0, "/");
    EXPECT(".", 0, "/");
    EXPECT("..", 0, "/");
    EXPECT("/../..", 0, "/");
    EXPECT("a", 0, "/a");
    EXPECT("/a//b///file", 0, "/a/b/file");
    EXPECT("a/./b/../b/.", 0, "/a/b");
    EXPECT("a/b/..", 0, "/a");
    EXPECT("a/b/", 0, "/a/b");
    EXPECT("", 0, number(-ENOENT));
    EXPECT("", WALK_EMPTY, "/");
}

static void missing_names(void **state)
{
    (void)state;
    EXPECT("x", 0, "missing x");
    EXPECT("a/x/", 0, "missing x");
    EXPECT("x/y", 0, number(-ENOENT));
    EXPECT("a/b/file/x", 0, number(-ENOTDIR));
    EXPECT("a/b/file/", 0, number(-ENOTDIR));
    EXPECT("a/b/file/.", 0, number(-ENOTDIR));
    EXPECT("a/b/file", WALK_DIRECTORY, number(-ENOTDIR));
}

static void links_are_followed(void **state)
{
    (void)state;
    EXPECT("a/link", 0, "/a/b");
    EXPECT("a/link", WALK_NOFOLLOW, "/a/link");
    EXPECT("a/link/", WALK_NOFOLLOW, "/a/b");
    EXPECT("a/link/", WALK_PARENT, "/a/link");
    EXPECT("a/link/file", WALK_NOFOLLOW, "/a/b/file");
    EXPECT("abs/file", 0, "/a/b/file");
    EXPECT("abs/..", 0, "/a");
    EXPECT("slash", 0, "/a");
    EXPECT("slash/b", 0, "/a/b");
    EXPECT("tofile", 0, "/a/b/file");
    EXPECT("tofile/", 0, number(-ENOTDIR));
    EXPECT("dangling", 0, "missing none");
    EXPECT("dangling/x", 0, number(-ENOENT));
}

static void loops_end(void **state)
{
    (void)state;
    EXPECT("loop", 0, number(-ELOOP));
    EXPECT("loop", WALK_NOFOLLOW, "/loop");
    EXPECT("loop/x", WALK_NOFOLLOW, number(-ELOOP));
    EXPECT("deep39", 0, "/a");
    EXPECT("deep39/b/file", 0, "/a/b/file");
    EXPECT("deep40", 0, number(-ELOOP));
}

static void long_names_are_refused(void **state)
{
    char name[300];
    (void)state;
    memset(name, 'n', sizeof(name));
    name[255] = '\0';
    assert_memory_equal(walk(name, 0), "missing n", 9);
    name[255] = 'n';
    name[256] = '\0';
    EXPECT(name, 0, number(-ENAMETOOLONG));
}

static void mounts_are_crossed(void **state)
{
    (void)state;
    struct dentry *other = dentry_alloc(NULL, "", 0, node(0040755, NULL));
    struct dentry *a = dentry_find(vfs_root, "a", 1);
    other->linked = true;
    other->covers = a;
    a->mounted = other;
    dir(other, "inside");
    EXPECT("a", 0, "/a");
    EXPECT("a/inside", 0, "/a/inside");
    EXPECT("a/inside/../..", 0, "/");
    EXPECT("a/b", 0, "missing b");
    a->mounted = NULL;
    drop_tree(other);
    inode_put(other->inode);
    free(other->name);
    free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(plain_paths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(missing_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(links_are_followed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(loops_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_names_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mounts_are_crossed, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
