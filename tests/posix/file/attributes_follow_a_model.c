/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* A seeded run of changes of the extended attributes of a file, a folder and a renamed file gives
 * what a table of them says, call by call. */
#include "attribute.h"

#define FILES 3
#define NAMES 8
#define MOST  120
#define STEPS 600

static struct {
    int size; /* 0: it is not there */
    unsigned char first;
} model[FILES][NAMES];

static unsigned long seed = 20260101;

static unsigned draw(unsigned limit)
{
    seed = seed * 6364136223846793005UL + 1442695040888963407UL;
    return (unsigned)(seed >> 33) % limit;
}

static const char *paths[FILES] = {"file", "folder", "moved"};

static void fill(unsigned char *value, int size, unsigned char first)
{
    for (int i = 0; i < size; i++)
        value[i] = (unsigned char)(first + i * 7);
}

static const char *name_of(unsigned n)
{
    char rest[8];

    snprintf(rest, sizeof(rest), "n%u", n);
    return attribute_name(rest);
}

static void set(unsigned f, unsigned n)
{
    static const int flags[] = {0, XATTR_CREATE, XATTR_REPLACE};
    int flag = flags[draw(3)], size = 1 + (int)draw(MOST);
    unsigned char value[MOST + 1], first = (unsigned char)draw(256);
    int wanted = flag == XATTR_CREATE && model[f][n].size != 0    ? EEXIST
                 : flag == XATTR_REPLACE && model[f][n].size == 0 ? ENODATA
                                                                  : 0;

    fill(value, size, first);
    errno = 0;
    int result = setxattr(paths[f], name_of(n), value, (size_t)size, flag);
    CHECK(result == (wanted != 0 ? -1 : 0) && errno == wanted);
    if (wanted == 0) {
        model[f][n].size = size;
        model[f][n].first = first;
    }
}

static void get(unsigned f, unsigned n)
{
    unsigned char value[MOST + 1], wanted[MOST + 1];
    int size = model[f][n].size;
    ssize_t there = getxattr(paths[f], name_of(n), value, sizeof(value));

    fill(wanted, size, model[f][n].first);
    if (size == 0)
        CHECK(there == -1 && errno == ENODATA);
    else
        CHECK(there == size && memcmp(value, wanted, (size_t)size) == 0);
}

static void drop(unsigned f, unsigned n)
{
    errno = 0;
    int result = removexattr(paths[f], name_of(n));

    CHECK(model[f][n].size != 0 ? result == 0 : result == -1 && errno == ENODATA);
    model[f][n].size = 0;
}

static void move_file(void)
{
    static const char *const names[] = {"moved", "moved again"};
    static int now;

    CHECK(rename(names[now], names[!now]) == 0);
    now = !now;
    paths[2] = names[now];
}

int main(void)
{
    char list[1024], label[16];

    enter_scratch();
    attribute_begin();
    make_file("file", "text");
    make_file("moved", "text");
    REQUIRE(mkdir("folder", 0755) == 0);
    for (int i = 0; i < STEPS; i++) {
        unsigned f = draw(FILES), n = draw(NAMES), what = draw(20);
        if (what < 8)
            set(f, n);
        else if (what < 14)
            get(f, n);
        else if (what < 19)
            drop(f, n);
        else
            move_file();
    }
    for (unsigned f = 0; f < FILES; f++) {
        for (unsigned n = 0; n < NAMES; n++)
            get(f, n);
        snprintf(label, sizeof(label), "%u", f);
        attribute_show(label, list, listxattr(paths[f], list, sizeof(list)));
    }
    return check_done();
}
