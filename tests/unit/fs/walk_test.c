/* SPDX-License-Identifier: BSD-3-Clause */
/* Paths: dots, slashes, links within links, missing names, and kinds of the last name. */
#include <errno.h>
#include <hermit/fd_table.h>
#include <hermit/vfs.h>
#include <kernel/fs/vfs_internal.h>
#include <linux/fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stubs.h"

struct dentry *vfs_root;

void vfs_start(void)
{
}

struct dentry *vfs_cwd(void)
{
    dentry_get(vfs_root);
    return vfs_root;
}

static int folder_uses;

void vfs_use_folder(void)
{
    folder_uses++;
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

static int connect_error, connects;

static int server_connect(struct super_block *sb)
{
    connects++;
    if (connect_error == 0)
        sb->unconnected = false;
    return connect_error;
}

static const struct super_ops server_super_ops = {.connect = server_connect};
static struct super_block memory_super, server_super = {.backed = true, .ops = &server_super_ops};

static struct inode *node(uint32_t mode, const char *target)
{
    struct inode *inode = calloc(1, sizeof(*inode));
    inode->refs = 1;
    inode->sb = &memory_super;
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
    while (d->children.node != NULL) {
        struct dentry *child = rb_entry(d->children.node, struct dentry, by_cookie);
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
    struct walk w = {0};
    int err = walk_path(vfs_root, path, flags, &w);
    if (err != 0)
        sprintf(text, "%d", err);
    else if (w.dentry == NULL)
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

/* A server: /srv/one, which tests make another file, and the link /srv/to → one. */
static struct {
    struct inode *one, *link;
    unsigned asked;
    uint64_t valid_ns;
    int error;
} server;

static int server_lookup(struct inode *folder, const struct name *name, struct inode *known,
                         struct found *found)
{
    (void)folder;
    (void)known;
    server.asked++;
    found->valid_ns = server.valid_ns;
    if (name->length == 3 && memcmp(name->text, "one", 3) == 0)
        found->inode = server.one;
    else if (name->length == 2 && memcmp(name->text, "to", 2) == 0)
        found->inode = server.link;
    if (found->inode != NULL)
        inode_get(found->inode);
    return server.error;
}

static ssize_t server_readlink(struct inode *inode, char *buf, size_t size)
{
    (void)inode;
    (void)size;
    server.asked++;
    memcpy(buf, "one", 3);
    return 3;
}

static void start_server(uint64_t valid_ns)
{
    static const struct inode_ops folder_ops = {.lookup = server_lookup};
    static const struct inode_ops link_ops = {.readlink = server_readlink};
    struct inode *folder = node(0040755, NULL);
    folder->ops = &folder_ops;
    folder->sb = &server_super;
    server.one = node(0100644, NULL);
    server.link = node(0120777, NULL);
    server.link->ops = &link_ops;
    server.one->sb = server.link->sb = &server_super;
    server.asked = 0;
    server.error = 0;
    server.valid_ns = valid_ns;
    dentry_add(vfs_root, "srv", folder);
}

static void stop_server(void)
{
    dentry_shrink(0);
    dentry_shrink(0); /* used ones go the second time */
    assert_int_equal(dentry_cached(), 0);
    assert_int_equal(server.one->refs, 1);
    assert_int_equal(server.link->refs, 1);
    inode_put(server.one);
    inode_put(server.link);
}

static void answers_are_kept(void **state)
{
    (void)state;
    start_server(1000);
    EXPECT("srv/one", 0, "/srv/one");
    EXPECT("srv/one", 0, "/srv/one");
    assert_int_equal(server.asked, 1);
    EXPECT("srv/two", 0, "missing two");
    EXPECT("srv/two", 0, "missing two");
    assert_int_equal(server.asked, 2);
    EXPECT("srv/to", 0, "/srv/one");
    EXPECT("srv/to", WALK_NOFOLLOW, "/srv/to");
    assert_int_equal(server.asked, 4);
    stub_time += 2000;
    EXPECT("srv/one", 0, "/srv/one");
    EXPECT("srv/to", 0, "/srv/one"); /* its target stays */
    assert_int_equal(server.asked, 6);
    stop_server();
}

static void files_are_replaced_behind_the_tree(void **state)
{
    struct dentry *first, *second;
    struct inode *old;
    (void)state;
    start_server(0);
    assert_int_equal(vfs_lookup(AT_FDCWD, "srv/one", 0, &first), 0);
    old = server.one;
    server.one = node(0100644, NULL);
    server.one->sb = &server_super;
    assert_int_equal(vfs_lookup(AT_FDCWD, "srv/one", 0, &second), 0);
    assert_ptr_equal(second->inode, server.one);
    assert_ptr_equal(first->inode, old);
    assert_false(first->linked);
    dentry_put(first);
    dentry_put(second);
    inode_put(old);
    stop_server();
}

static void stale_names_are_asked_for_anew(void **state)
{
    (void)state;
    start_server(1000);
    EXPECT("srv/one", 0, "/srv/one");
    EXPECT("srv/one", 0, "/srv/one");
    assert_int_equal(server.asked, 1);
    EXPECT("srv/one", WALK_ANEW, "/srv/one");
    EXPECT("a/b", WALK_ANEW, "/a/b");
    assert_int_equal(server.asked, 2);
    struct dentry *d;
    server.error = -ESTALE;
    assert_int_equal(vfs_lookup(AT_FDCWD, "srv/two", 0, &d), -ESTALE);
    assert_int_equal(server.asked, 4);
    server.error = 0;
    stop_server();
}

static void errors_of_a_server_end_the_walk(void **state)
{
    (void)state;
    start_server(1000);
    server.error = -EIO;
    EXPECT("srv/two", 0, number(-EIO));
    EXPECT("srv/two/three", 0, number(-EIO));
    server.error = 0;
    EXPECT("srv/two", 0, "missing two");
    stop_server();
}

static void used_names_are_kept(void **state)
{
    struct dentry *d;
    (void)state;
    start_server(1000);
    assert_int_equal(vfs_lookup(AT_FDCWD, "srv/one", 0, &d), 0);
    EXPECT("srv/two", 0, "missing two");
    dentry_shrink(0);
    assert_int_equal(dentry_cached(), 1);
    EXPECT("srv/one", 0, "/srv/one");
    assert_int_equal(server.asked, 2);
    dentry_put(d);
    dentry_shrink(0); /* was used: it gets another round */
    assert_int_equal(dentry_cached(), 1);
    stop_server();
}

static void a_server_is_connected_at_its_first_use(void **state)
{
    (void)state;
    start_server(1000);
    connects = 0;
    connect_error = -EIO;
    server_super.unconnected = true;
    EXPECT("a/b", 0, "/a/b");
    EXPECT("srv", WALK_UNCONNECTED, "/srv");
    EXPECT("srv/..", 0, "/");
    assert_int_equal(connects, 0);
    EXPECT("srv/one", 0, number(-EIO));
    EXPECT("srv", 0, number(-EIO));
    EXPECT("srv/.", 0, number(-EIO));
    assert_int_equal(connects, 3);
    assert_int_equal(server.asked, 0);
    connect_error = 0;
    EXPECT("srv/one", 0, "/srv/one");
    EXPECT("srv", 0, "/srv");
    assert_int_equal(connects, 4);
    server_super.unconnected = true;
    EXPECT("srv", 0, "/srv");
    assert_int_equal(connects, 5);
    stop_server();
}

static void the_working_folder_is_used_by_relative_paths_alone(void **state)
{
    struct dentry *d;
    (void)state;
    folder_uses = 0;
    assert_int_equal(vfs_lookup(AT_FDCWD, "/a/b", 0, &d), 0);
    dentry_put(d);
    assert_int_equal(folder_uses, 0);
    assert_int_equal(vfs_lookup(AT_FDCWD, "a/none", 0, &d), -ENOENT);
    assert_int_equal(folder_uses, 1);
    assert_int_equal(vfs_lookup(5, "a/b", 0, &d), -EBADF);
    assert_int_equal(folder_uses, 1);
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
        cmocka_unit_test_setup_teardown(answers_are_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(files_are_replaced_behind_the_tree, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stale_names_are_asked_for_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(errors_of_a_server_end_the_walk, set_up, tear_down),
        cmocka_unit_test_setup_teardown(used_names_are_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_server_is_connected_at_its_first_use, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_working_folder_is_used_by_relative_paths_alone, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
