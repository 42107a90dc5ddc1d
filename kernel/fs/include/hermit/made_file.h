/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Files whose contents are generated when they are read: /proc and /sys. A read at
 * position 0 generates the text; reads at other positions continue in that text.
 */
#ifndef HERMIT_MADE_FILE_H
#define HERMIT_MADE_FILE_H

#include <hermit/vfs.h>

/* A growing text. After an error (−errno) nothing more is added. */
struct text {
    char *data;
    size_t length, capacity;
    int error;
};
void text_add(struct text *t, const void *bytes, size_t n);
void text_printf(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Generates the contents; `value` distinguishes files that share a function. */
typedef void (*made_show)(struct text *t, uint64_t value);

/* Gets the n bytes of one write. 0 or −errno. */
typedef int (*made_store)(const char *bytes, size_t n, uint64_t value);

/* What was written as a number: leading blanks, digits, and a line's end. 0 or −EINVAL; numbers
 * above UINT32_MAX are larger than that, but may not be exact. */
int made_number(const char *bytes, size_t n, unsigned long *number);

struct made_file {
    const char *name;
    made_show show;
    uint32_t mode;
    made_store store; /* NULL: writing is −EINVAL */
};

/* Add a file, directory or symbolic link below dir. False or NULL: no memory. */
bool made_add(struct dentry *dir, const struct made_file *file, uint64_t value);
/* The same; stat() tells the length of the text, which it makes for that, and not 0. */
bool made_add_sized(struct dentry *dir, const struct made_file *file, uint64_t value);
struct dentry *made_directory(struct dentry *dir, const char *name);
/* A directory whose names are made when somebody looks into it. */
struct dentry *made_directory_with(struct dentry *dir, const char *name,
                                   const struct inode_ops *ops);
bool made_link(struct dentry *dir, const char *name, const char *target);

/* Adds files until the NULL name. */
bool made_add_files(struct dentry *dir, const struct made_file *files, uint64_t value);

/* The inode of such a file, with one reference; NULL: no memory. */
struct inode *made_inode(struct super_block *sb, const struct made_file *file, uint64_t value);

#endif
