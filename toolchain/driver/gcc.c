/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The link driver: the program that Clang's generic ELF toolchain runs to link for x86_64-hermit,
 * looked for in the -B folder of the configuration, under the name gcc, or g++ for C++. Takes
 * Clang's link command, adds link script, start files and libraries, runs ld.lld and finishes the
 * image that it made. Finds its files relative to itself: <prefix>/lib/hermit/driver/gcc,
 * <prefix>/lib/hermit/hermit.lds, <prefix>/x86_64-hermit. One thread; memory is left to the end of
 * the process.
 */
#include "driver.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef HERMIT_LLD
#define HERMIT_LLD "ld.lld-19"
#endif

#define MALLOC_OPTION "--hermit-malloc="

struct link {
    struct words user; /* objects, libraries and options in the order given */
    const char *output;
    char *prefix;
    bool pie, relocatable, own_script, verbose, host_shim;
    bool no_start_files, no_libraries, no_libc, no_cxx;
    unsigned asked;     /* PART_*, libraries that the user names */
    unsigned run_times; /* RUN_TIME_*, libraries that the user's options ask for */
    bool collect_all;   /* --gc-sections by the user: for the program's own sections too */
    bool musl_malloc;   /* musl's allocator, not mimalloc */
    bool executable_stack;
    char lto_level;
};

noreturn void fail(const char *format, ...)
{
    va_list arguments;

    fputs("hermit: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

static noreturn void become(const struct words *command)
{
    execvp(command->item[0], command->item);
    fail("cannot run %s: %s", command->item[0], strerror(errno));
}

/* Exits with the program's status unless that is 0. */
static void run(const struct words *command)
{
    int status;
    pid_t pid = fork();

    if (pid == 0)
        become(command);
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        fail("cannot run %s: %s", command->item[0], strerror(errno));
    if (WIFSIGNALED(status))
        fail("%s was ended by signal %d", command->item[0], WTERMSIG(status));
    if (WEXITSTATUS(status) != 0)
        exit(WEXITSTATUS(status));
}

static bool is_any(const char *word, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcmp(word, *names) == 0)
            return true;
    }
    return false;
}

static bool has_prefix(const char *word, const char *prefix)
{
    return strncmp(word, prefix, strlen(prefix)) == 0;
}

/*
 * Options that concern the link but that Clang keeps to itself for a generic ELF target, read from
 * the command line of the Clang that started this program.
 */
static void take_from_clang(struct link *link, const struct words *clang)
{
    static const char *const no_pie[] = {"-no-pie", "-nopie", NULL};
    static const char *const pie[] = {"-pie", "-static-pie", NULL};
    static const char *const no_libraries[] = {"-nodefaultlibs", "-nostdlib", NULL};

    for (size_t i = 1; i < clang->count; i++) {
        const char *word = clang->item[i];
        if (is_any(word, no_pie))
            link->pie = false;
        else if (is_any(word, pie))
            link->pie = true;
        else if (is_any(word, no_libraries))
            link->no_libraries = true;
        else if (strcmp(word, "-nolibc") == 0)
            link->no_libc = true;
        else if (strcmp(word, "-nostdlib++") == 0)
            link->no_cxx = true;
        else if (has_prefix(word, "-O"))
            link->lto_level = word[2] >= '0' && word[2] <= '3' ? word[2] : '2';
    }
}

/* Two slashes in front mark the driver's own files: see hermit-keep.lds. */
static const char *plain_path(const char *path)
{
    while (path[0] == '/' && path[1] == '/')
        path++;
    return path;
}

static void add_user_word(struct link *link, const char *word)
{
    if (has_prefix(word, "-L//"))
        word = format_text("-L%s", plain_path(word + 2));
    add_word(&link->user, plain_path(word));
}

static void choose_malloc(struct link *link, const char *name)
{
    if (strcmp(name, "musl") != 0 && strcmp(name, "mimalloc") != 0)
        fail("there is no allocator \"%s\": choose mimalloc or musl", name);
    link->musl_malloc = strcmp(name, "musl") == 0;
}

/* One word for the linker, from -Wl, and -Xlinker too. */
static void take_linker_word(struct link *link, const char *word)
{
    static const char *const shared[] = {"-shared", "--shared", "-Bshareable", NULL};
    static const char *const no_pie[] = {"-no-pie", "--no-pie", NULL};
    static const char *const pie[] = {"-pie", "--pie", NULL};
    static const char *const dynamic[] = {"-Bdynamic", "-dy", "-call_shared", NULL};

    if (is_any(word, shared))
        fail("-shared is not supported: a Hermit image is one static executable");
    if (strcmp(word, "--hermit-host-shim") == 0) {
        link->host_shim = true;
    } else if (has_prefix(word, MALLOC_OPTION)) {
        choose_malloc(link, word + strlen(MALLOC_OPTION));
    } else if (is_any(word, no_pie)) {
        link->pie = false;
    } else if (is_any(word, pie)) {
        link->pie = true;
    } else if (strcmp(word, "--gc-sections") == 0) {
        link->collect_all = true;
    } else if (strcmp(word, "--no-gc-sections") == 0) {
        link->collect_all = false;
    } else if (!is_any(word, dynamic)) {
        if (has_prefix(word, "-T") || has_prefix(word, "--script"))
            link->own_script = true;
        add_user_word(link, word);
    }
}

/* -Wl,a,b,c */
static void take_comma_list(struct link *link, const char *list)
{
    char *copy = copy_text(list);

    for (char *word = strtok(copy, ","); word != NULL; word = strtok(NULL, ","))
        take_linker_word(link, copy_text(word));
}

/* Options without an argument; false if `word` is not one of them. */
static bool take_flag(struct link *link, const char *word)
{
    static const char *const ignored[] = {
        "-m64",           "-static",           "-rdynamic",           "-pthread",
        "-fopenmp",       "--coverage",        "-coverage",           "-shared-libgcc",
        "-static-libgcc", "-static-libstdc++", "-static-libgfortran", NULL};
    static const char *const raw[] = {"-shared", "-pie", "-no-pie", NULL};

    if (is_any(word, raw))
        take_linker_word(link, word);
    else if (strcmp(word, "-static-pie") == 0)
        link->pie = true;
    else if (strcmp(word, "-r") == 0)
        link->relocatable = true;
    else if (strcmp(word, "-v") == 0)
        link->verbose = true;
    else if (strcmp(word, "-nostdlib") == 0)
        link->no_start_files = link->no_libraries = true;
    else if (strcmp(word, "-nostartfiles") == 0)
        link->no_start_files = true;
    else if (strcmp(word, "-nodefaultlibs") == 0)
        link->no_libraries = true;
    else if (!is_any(word, ignored) && !has_prefix(word, "-fuse-ld=") && !has_prefix(word, "-flto"))
        return false;
    return true;
}

static void take_all(struct link *link, const struct words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        const char *word = words->item[i];
        const char *next = i + 1 < words->count ? words->item[i + 1] : NULL;
        if (strcmp(word, "-o") == 0 && next != NULL) {
            link->output = next;
            i++;
        } else if (strcmp(word, "-Xlinker") == 0 && next != NULL) {
            take_linker_word(link, next);
            i++;
        } else if (has_prefix(word, "-Wl,")) {
            take_comma_list(link, word + 4);
        } else if (!take_flag(link, word)) {
            take_linker_word(link, word);
        }
    }
}

/* <prefix> from <prefix>/lib/hermit/driver/gcc */
static char *own_prefix(void)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

    if (length < 0)
        fail("cannot tell where this program lies: %s", strerror(errno));
    path[length] = '\0';
    for (int levels = 0; levels < 4; levels++) {
        char *slash = strrchr(path, '/');
        if (slash == NULL)
            fail("%s is not below a Hermit prefix", path);
        *slash = '\0';
    }
    return copy_text(path);
}

/*
 * The launcher's path goes into the image, which starts it when it is itself started on Linux: a
 * link script of a few bytes, in a file of memory that ld.lld finds as this process has it open.
 */
static void add_launcher_path(struct words *command, const struct link *link)
{
    char *path = format_text("%s/bin/hermit", link->prefix);
    int fd = memfd_create("hermit-launcher.lds", 0);
    FILE *script = fd < 0 ? NULL : fdopen(fd, "w");

    if (script == NULL)
        fail("cannot make a file in memory: %s", strerror(errno));
    fputs("SECTIONS { .hermit.launcher : { __hermit_launcher = .;", script);
    for (const char *at = path; *at != '\0'; at++)
        fprintf(script, " BYTE(%d)", (unsigned char)*at);
    fputs(" BYTE(0) } :rodata } INSERT AFTER .hermit.rodata\n", script);
    if (fflush(script) != 0)
        fail("cannot write a file in memory: %s", strerror(errno));
    add_word(command, "-T");
    add_word(command, format_text("/proc/self/fd/%d", fd));
}

/* flang names its run-time library for its own targets only. */
static bool is_flang(const struct words *clang)
{
    return clang->count != 0 && has_prefix(file_name(clang->item[0]), "flang");
}

/*
 * -z execstack and -z noexecstack, the last of which counts. Fortran's programs have it without
 * being asked: flang puts a trampoline on the stack for an internal procedure that is passed as an
 * argument, and ld.lld does not look for objects that need this, as GNU ld does.
 */
static bool wants_executable_stack(const struct link *link, const struct words *clang)
{
    bool wanted = (link->asked & PART_FORTRAN) != 0 || is_flang(clang);

    for (size_t i = 0; i < link->user.count; i++) {
        const char *word = link->user.item[i];
        if (strcmp(word, "-z") == 0 && i + 1 < link->user.count)
            word = format_text("-z%s", link->user.item[++i]);
        if (strcmp(word, "-zexecstack") == 0)
            wanted = true;
        else if (strcmp(word, "-znoexecstack") == 0)
            wanted = false;
    }
    return wanted;
}

/* Options of every image; docs/toolchain.md says why each is there. */
static void add_image_options(struct words *command, const struct link *link)
{
    static const char *const options[] = {
        "-static",
        "--gc-sections",
        "--eh-frame-hdr",
        "-z",
        "relro",
        "-z",
        "now",
        "-z",
        "max-page-size=4096",
        "--build-id",
        "--hash-style",
        "gnu",
        "--no-dynamic-linker",
        "--pack-dyn-relocs=relr",
    };

    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
        add_word(command, options[i]);
    add_word(command, link->pie ? "-pie" : "-no-pie");
    if (!link->own_script) {
        add_word(command, "-T");
        add_word(command, format_text("%s/lib/hermit/%s", link->prefix,
                                      link->pie ? "hermit.lds" : "hermit-fixed.lds"));
        add_launcher_path(command, link);
    }
    if (!link->collect_all) {
        add_word(command, "-T");
        add_word(command, format_text("%s/lib/hermit/hermit-keep.lds", link->prefix));
    }
    add_word(command, "-u");
    add_word(command, "__hermit_start");
}

static void add_host_options(struct words *command, const struct link *link)
{
    add_word(command, "-static");
    add_word(command, "-no-pie");
    if (link->collect_all)
        add_word(command, "--gc-sections");
    add_word(command, "--eh-frame-hdr");
    add_word(command, "-z");
    add_word(command, link->executable_stack ? "execstack" : "noexecstack");
}

/* A file of the prefix, marked by the second slash. */
static void add_own_file(struct words *command, const struct link *link, const char *name)
{
    add_word(command, format_text("/%s/%s", link->prefix, name));
}

/* The same, unless it belongs to a part that this prefix was built without. */
static void add_optional_file(struct words *command, const struct link *link, const char *name)
{
    if (access(format_text("%s/%s", link->prefix, name), F_OK) == 0)
        add_own_file(command, link, name);
}

/* Builds those that are asked for and that this prefix has not got yet. */
static void build_run_times(const struct link *link)
{
    static const struct {
        unsigned run_time;
        const char *part;
    } parts[] = {{RUN_TIME_PROFILE, "profile"}, {RUN_TIME_UBSAN, "ubsan"}};

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        char *stamp = format_text("%s/x86_64-hermit/.parts/%s", link->prefix, parts[i].part);
        if ((link->run_times & parts[i].run_time) != 0 && access(stamp, F_OK) != 0) {
            struct words command = {0};
            add_word(&command, format_text("%s/lib/hermit/add-part", link->prefix));
            add_word(&command, parts[i].part);
            run(&command);
        }
    }
}

static void add_start_file(struct words *command, const struct link *link, const char *name)
{
    if (!link->no_start_files)
        add_own_file(command, link, format_text("x86_64-hermit/lib/%s", name));
}

/*
 * Libraries that nothing refers to cost nothing, so all are always there. The allocator comes
 * before libc, also before one that was asked for by -lc, and after all of the user's.
 */
static void add_libraries(struct words *command, const struct link *link)
{
    unsigned wanted = link->no_libraries ? 0 : PART_ALL;

    if (link->no_libc)
        wanted &= ~(unsigned)PART_LIBC;
    if (link->no_cxx)
        wanted &= ~(unsigned)PART_CXX;
    bool allocator = (wanted & PART_LIBC) != 0 && !link->musl_malloc;
    wanted |= link->asked;
    if ((link->run_times & RUN_TIME_PROFILE_HOOK) != 0) {
        add_word(command, "-u");
        add_word(command, "__llvm_profile_runtime");
    }
    add_word(command, "--start-group");
    add_optional_file(command, link, "x86_64-hermit/lib/libubsan.a");
    add_optional_file(command, link, "x86_64-hermit/lib/libprofile.a");
    if ((wanted & PART_FORTRAN) != 0)
        add_optional_file(command, link, "x86_64-hermit/lib/libFortranRuntime.a");
    if ((wanted & PART_OPENMP) != 0)
        add_own_file(command, link, "x86_64-hermit/lib/libomp.a");
    if ((wanted & PART_CXX) != 0) {
        add_optional_file(command, link, "x86_64-hermit/lib/libc++experimental.a");
        add_optional_file(command, link, "x86_64-hermit/lib/libc++.a");
    }
    if ((wanted & PART_UNWIND) != 0)
        add_optional_file(command, link, "x86_64-hermit/lib/libunwind.a");
    if (allocator)
        add_own_file(command, link, "x86_64-hermit/lib/libmimalloc.a");
    if ((wanted & PART_LIBC) != 0)
        add_own_file(command, link, "x86_64-hermit/lib/libc.a");
    if ((wanted & PART_BUILTINS) != 0)
        add_own_file(command, link, "x86_64-hermit/lib/libbuiltins.a");
    add_own_file(command, link,
                 link->host_shim ? "lib/hermit/libhermit-host-shim.a" : "lib/hermit/libhermit.a");
    add_word(command, "--end-group");
}

static void build_command(struct words *command, const struct link *link)
{
    add_word(command, HERMIT_LLD);
    add_word(command, "-m");
    add_word(command, "elf_x86_64");
    add_word(command, "-o");
    add_word(command, link->output);
    if (link->lto_level != '\0')
        add_word(command, format_text("--lto-O%c", link->lto_level));
    if (link->relocatable) {
        add_word(command, "-r");
        add_words(command, &link->user);
        return;
    }
    add_word(command, "--fat-lto-objects");
    if (link->host_shim)
        add_host_options(command, link);
    else
        add_image_options(command, link);
    add_start_file(command, link, "crt1.o");
    add_start_file(command, link, "crti.o");
    add_words(command, &link->user);
    add_word(command, format_text("-L%s/x86_64-hermit/lib", link->prefix));
    add_libraries(command, link);
    add_start_file(command, link, "crtn.o");
}

static bool has_libc(const struct link *link)
{
    return !link->no_start_files && !link->no_libraries && !link->no_libc;
}

/*
 * Links, and does to the ELF file that this made what ld.lld has no option for. What was there
 * before is left alone, if the linker was only asked for its version, say, and so is what is no
 * file.
 */
static void link_image(struct words *command, const struct link *link)
{
    struct stat before = {0}, after;

    (void)stat(link->output, &before); /* none: all zero */
    run(command);
    if (stat(link->output, &after) != 0 || !S_ISREG(after.st_mode) ||
        (after.st_ino == before.st_ino && after.st_mtim.tv_sec == before.st_mtim.tv_sec &&
         after.st_mtim.tv_nsec == before.st_mtim.tv_nsec))
        return;
    if (has_libc(link) && has_indirect_functions(link->output)) {
        /* Only now is it known, after --gc-sections and LTO: no other image pays for it. */
        add_word(command, "-u");
        add_word(command, "__hermit_bind_indirect");
        run(command);
    }
    if (!link->host_shim)
        mark_image(link->output, link->executable_stack);
}

int main(int argc, char **argv)
{
    struct link link = {.output = "a.out", .pie = true};
    struct words arguments = {0}, clang = {0}, command = {0};
    const char *mode = getenv("HERMIT_LINK"), *allocator = getenv("HERMIT_MALLOC");

    if (mode != NULL && strcmp(mode, "host-shim") == 0)
        link.host_shim = true;
    if (allocator != NULL && allocator[0] != '\0')
        choose_malloc(&link, allocator);
    for (int i = 1; i < argc; i++)
        add_expanded(&arguments, argv[i]);
    read_clang_command(&clang);
    link.prefix = own_prefix();
    take_all(&link, &arguments);
    take_from_clang(&link, &clang);
    link.asked = take_own_libraries(&link.user);
    link.executable_stack = wants_executable_stack(&link, &clang);
    if (!link.relocatable) {
        link.run_times = needed_run_times(&arguments) | needed_run_times(&clang);
        build_run_times(&link);
    }
    build_command(&command, &link);
    if (link.verbose) {
        for (size_t i = 0; i < command.count; i++)
            fprintf(stderr, " \"%s\"", command.item[i]);
        fputc('\n', stderr);
    }
    if (link.relocatable)
        become(&command);
    link_image(&command, &link);
    return 0;
}
