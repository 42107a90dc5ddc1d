/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An image that Linux started as a program (./app args) runs itself: it becomes
 * `hermit run --argv0 NAME -- IMAGE ARGUMENT…`. All of this runs as a Linux user
 * process, entered from boot32.S, and nothing is relocated: hidden symbols only, no
 * initialised pointers, no code of the kernel. Owns no state.
 *
 * The launcher is the program that HERMIT_LAUNCHER names; else the first `hermit` that
 * can be started: beside the image, in the prefix that the image was linked from, on PATH.
 */
#include <arch/linux_call.h>
#include <hermit/entry.h>
#include <hermit/types.h>
#include <linux/auxvec.h>
#include <linux/errno.h>
#include <linux/limits.h>

/* For functions with several callers: never inline, as only size matters here. */
#define ONCE __attribute__((noinline))

#define NAME         "hermit"
#define DEFAULT_PATH "/usr/local/bin:/usr/bin:/bin"

#define STATUS_NOT_STARTED 126
#define STATUS_NOT_FOUND   127

/* Path of the prefix's launcher: the link driver overrides this definition. */
__attribute__((weak, visibility("hidden"))) const char __hermit_launcher[1] = "";

struct start {
    const char *name;  /* argv[0] of the program */
    const char **argv; /* for the launcher */
    char *const *envp;
    const char *file; /* path passed to execve(2): AT_EXECFN */
    bool secure;      /* set-user-ID and the like */
    bool too_long;    /* execve(2) failed with E2BIG */
    char image[PATH_MAX];
    char candidate[PATH_MAX];
};

static ONCE size_t length_of(const char *text)
{
    size_t n = 0;

    while (text[n] != '\0')
        n++;
    return n;
}

static ONCE bool equal(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

static bool has_slash(const char *text)
{
    while (*text != '\0' && *text != '/')
        text++;
    return *text == '/';
}

/* The value of a variable; NULL if it is not set or empty. */
static ONCE const char *variable(const struct start *s, const char *name)
{
    size_t n = length_of(name);

    for (char *const *at = s->envp; *at != NULL; at++) {
        size_t i = 0;
        while (i < n && (*at)[i] == name[i])
            i++;
        if (i == n && (*at)[n] == '=' && (*at)[n + 1] != '\0')
            return *at + n + 1;
    }
    return NULL;
}

/* Writes one line, "NAME: text", to stderr and exits. */
static ONCE _Noreturn void give_up(const struct start *s, const char *text, long status)
{
    const struct {
        const char *base;
        size_t size;
    } parts[] = {{s->name, length_of(s->name)}, {text, length_of(text)}};

    linux_call(__NR_writev, (void *)2, parts, (void *)ARRAY_SIZE(parts));
    for (;;)
        linux_call(__NR_exit_group, (void *)status, NULL, NULL);
}

/* Starts the program at `path`; returns if that fails, or if `path` is this image. */
static ONCE void try_path(struct start *s, const char *path)
{
    if (!equal(path, s->image) && linux_call(__NR_execve, path, s->argv, s->envp) == -E2BIG)
        s->too_long = true;
}

/* Tries `name` in `folder`, a path of `length` bytes; 0: the working folder. */
static ONCE void try_folder(struct start *s, const char *folder, size_t length, const char *name)
{
    size_t size = length_of(name) + 1;
    char *to = s->candidate;

    if (length + 1 + size > sizeof(s->candidate))
        return;
    for (size_t i = 0; i < length; i++)
        *to++ = folder[i];
    if (length > 0)
        *to++ = '/';
    for (size_t i = 0; i < size; i++)
        *to++ = name[i];
    try_path(s, s->candidate);
}

static ONCE void try_search_path(struct start *s, const char *name)
{
    const char *at = variable(s, "PATH");

    for (at = at != NULL ? at : DEFAULT_PATH;; at++) {
        const char *folder = at;
        while (*at != '\0' && *at != ':')
            at++;
        try_folder(s, folder, (size_t)(at - folder), name);
        if (*at == '\0')
            return;
    }
}

static void try_beside(struct start *s)
{
    size_t length = length_of(s->image);

    while (length > 0 && s->image[length - 1] != '/')
        length--;
    if (length > 0)
        try_folder(s, s->image, length - 1, NAME);
}

static void read_auxv(struct start *s, const unsigned long *auxv)
{
    for (; auxv[0] != AT_NULL; auxv += 2) {
        if (auxv[0] == AT_SECURE)
            s->secure = auxv[1] != 0;
        if (auxv[0] == AT_EXECFN)
            s->file = (const char *)auxv[1];
    }
}

/* Finds the image's own path, even if it was started through PATH or a script's first line. */
static void find_image(struct start *s)
{
    long n = linux_call(__NR_readlink, "/proc/self/exe", s->image, (void *)(sizeof(s->image) - 1));

    if (n > 0 && n < (long)sizeof(s->image) - 1) {
        s->image[n] = '\0';
        return;
    }
    n = 0;
    while (n < (long)sizeof(s->image) - 1 && s->file[n] != '\0') {
        s->image[n] = s->file[n];
        n++;
    }
    s->image[n] = '\0';
}

/* True if an image, another one or this one, started this image as its launcher. */
static bool is_taken_for_launcher(char *const *argv, long argc)
{
    return argc > 3 && equal(argv[0], NAME) && equal(argv[1], "run") && equal(argv[2], "--argv0");
}

static void make_arguments(struct start *s, char *const *argv, long argc)
{
    const char **to = s->argv;

    *to++ = NAME;
    *to++ = "run";
    *to++ = "--argv0";
    *to++ = s->name;
    *to++ = "--";
    *to++ = s->image;
    for (long i = 1; i < argc; i++)
        *to++ = argv[i];
    *to = NULL;
}

_Noreturn void self_start(const unsigned long *stack, const char **room)
{
    long argc = (long)stack[0];
    char *const *argv = (char *const *)(stack + 1);
    const char *name = argc > 0 ? argv[0] : "", *launcher;
    struct start s = {.name = name, .file = name, .argv = room, .envp = argv + argc + 1};
    const unsigned long *auxv = (const unsigned long *)s.envp;

    while (*auxv++ != 0)
        ;
    read_auxv(&s, auxv);
    find_image(&s);
    make_arguments(&s, argv, argc);
    if (s.secure)
        give_up(&s, ": a Hermit image cannot be set-user-ID, set-group-ID or have capabilities\n",
                STATUS_NOT_STARTED);
    if (is_taken_for_launcher(argv, argc))
        give_up(&s, ": this is a Hermit image and not the launcher\n", STATUS_NOT_FOUND);

    launcher = variable(&s, "HERMIT_LAUNCHER");
    if (launcher != NULL) {
        if (has_slash(launcher))
            try_path(&s, launcher);
        else
            try_search_path(&s, launcher);
    } else {
        try_beside(&s);
        if (__hermit_launcher[0] == '/')
            try_path(&s, __hermit_launcher);
        try_search_path(&s, NAME);
    }
    if (s.too_long)
        give_up(&s, ": the argument list is too long\n", STATUS_NOT_STARTED);
    if (launcher != NULL)
        give_up(&s, ": HERMIT_LAUNCHER names no program that can be started\n", STATUS_NOT_FOUND);
    give_up(&s,
            ": a Hermit image runs by the command `hermit`: put that on PATH, or name it in "
            "HERMIT_LAUNCHER\n",
            STATUS_NOT_FOUND);
}
