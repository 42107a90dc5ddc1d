/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Libraries that builds name by habit and that the link driver has itself: `-lm -lpthread -lgcc`
 * and their kin, by name or by path. A folder of the host's libraries (-L/usr/lib/x86_64-linux-gnu)
 * must not bring the host's. One thread, no locks.
 */
#include "driver.h"

#include <string.h>
#include <unistd.h>

struct library {
    const char *name;
    unsigned part;
    bool always; /* there is no other of that name; else the user may have one in a -L folder */
};

static const struct library own[] = {
    {"c", PART_LIBC, true},
    {"gcc", PART_BUILTINS, true},
    {"gcc_s", PART_BUILTINS | PART_UNWIND, true},
    {"gcc_eh", PART_BUILTINS | PART_UNWIND, true},
    {"unwind", PART_UNWIND, true},
    {"c++", PART_CXX | PART_UNWIND, true},
    {"c++abi", PART_CXX | PART_UNWIND, true},
    {"c++experimental", PART_CXX | PART_UNWIND, true},
    {"stdc++", PART_CXX | PART_UNWIND, true},
    {"stdc++fs", PART_CXX | PART_UNWIND, true},
    {"supc++", PART_CXX | PART_UNWIND, true},
    {"FortranRuntime", PART_FORTRAN, true},
    {"FortranDecimal", PART_FORTRAN, true},
    {"Fortran_main", PART_FORTRAN, true},
    {"gfortran", PART_FORTRAN, true},
    {"quadmath", PART_FORTRAN, true},
    {"atomic", PART_BUILTINS, true},
    {"clang_rt.builtins", PART_BUILTINS, true},
    {"clang_rt.builtins-x86_64", PART_BUILTINS, true},
    {"gomp", PART_OPENMP, true},
    {"omp", PART_OPENMP, true},
    {"iomp5", PART_OPENMP, true},
    {"m", PART_LIBC, false},
    {"pthread", PART_LIBC, false},
    {"rt", PART_LIBC, false},
    {"dl", PART_LIBC, false},
    {"util", PART_LIBC, false},
    {"crypt", PART_LIBC, false},
    {"resolv", PART_LIBC, false},
    {"xnet", PART_LIBC, false},
};

static const struct library *find_own(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        if (strlen(own[i].name) == length && strncmp(own[i].name, name, length) == 0)
            return &own[i];
    }
    return NULL;
}

/* The library that a file is by its name, lib<name>.a or lib<name>.so; NULL: none of ours. */
static const struct library *own_by_file(const char *file)
{
    size_t length = strlen(file);

    if (strncmp(file, "lib", 3) != 0)
        return NULL;
    if (length > 5 && strcmp(file + length - 2, ".a") == 0)
        return find_own(file + 3, length - 5);
    if (length > 6 && strcmp(file + length - 3, ".so") == 0)
        return find_own(file + 3, length - 6);
    return NULL;
}

static bool exists(const char *folder, const char *file)
{
    return access(format_text("%s/%s", folder, file), F_OK) == 0;
}

/* Whether a folder holds a system's libraries: then its libm belongs to its own libc. */
static bool holds_libc(const char *folder)
{
    return exists(folder, "libc.a") || exists(folder, "libc.so") || exists(folder, "libc.so.6");
}

/* The user's own archive of that name, by its path; NULL: there is none. */
static const char *find_users(const struct words *folders, const char *name)
{
    for (size_t i = 0; i < folders->count; i++) {
        const char *folder = folders->item[i], *path = format_text("%s/lib%s.a", folder, name);
        if (access(path, F_OK) == 0 && !holds_libc(folder))
            return path;
    }
    return NULL;
}

static const struct library *own_by_name(const char *name)
{
    return name[0] == ':' ? own_by_file(name + 1) : find_own(name, strlen(name));
}

/* Ours, if the path is that of an archive in a system's folder. */
static const struct library *own_by_path(const char *path)
{
    const char *slash = strrchr(path, '/');
    const struct library *library = slash == NULL ? NULL : own_by_file(slash + 1);

    if (library == NULL)
        return NULL;
    char *folder = copy_text(path);
    folder[slash - path] = '\0';
    return holds_libc(folder) ? library : NULL;
}

/* The value of an option with a value in the same word or in the next one (then *at moves on). */
static const char *value_of(const struct words *words, size_t *at, const char *joined,
                            const char *with_equals)
{
    const char *word = words->item[*at];
    size_t length = strlen(joined), equals = strlen(with_equals);

    if (strncmp(word, with_equals, equals) == 0)
        return word + equals;
    if (strncmp(word, joined, length) != 0)
        return NULL;
    if (word[length] != '\0')
        return word + length;
    return *at + 1 < words->count ? words->item[++*at] : NULL;
}

static void list_folders(struct words *folders, const struct words *user)
{
    for (size_t i = 0; i < user->count; i++) {
        const char *folder = value_of(user, &i, "-L", "--library-path=");
        if (folder != NULL)
            add_word(folders, folder);
    }
}

unsigned take_own_libraries(struct words *user)
{
    struct words folders = {0}, others = {0};
    unsigned asked = 0;

    list_folders(&folders, user);
    for (size_t i = 0; i < user->count; i++) {
        size_t first = i;
        const char *name = value_of(user, &i, "-l", "--library="), *users = NULL;
        const struct library *library =
            name != NULL ? own_by_name(name) : own_by_path(user->item[first]);
        if (library != NULL && name != NULL && !library->always)
            users = find_users(&folders, library->name);
        if (users != NULL)
            add_word(&others, users);
        else if (library != NULL)
            asked |= library->part;
        for (size_t at = first; library == NULL && at <= i; at++)
            add_word(&others, user->item[at]);
    }
    *user = others;
    return asked;
}
