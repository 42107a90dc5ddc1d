/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The registration with binfmt_misc (Linux, Documentation/admin-guide/binfmt-misc.rst). No state:
 * the kernel's files are read anew each time. HERMIT_BINFMT_DIR stands in for their folder in
 * tests.
 *
 * Of the flags only P is set, so that argv[0] arrives. Not C: a set-user-ID image would hand its
 * credentials to the launcher. Not F: the launcher needs the rest of its host, QEMU above all.
 */
#include "binfmt.h"

#include "report.h"

#include <hermit/boot_abi.h>

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RUNNER_MAX 127 /* bytes of a path that binfmt_misc takes */
#define TEXT_SIZE  4096

const char *const binfmt_actions[] = {"install", "remove", "status", "print", NULL};

/* An image's first bytes: e_ident, e_type, e_machine. */
static const struct {
    unsigned char byte, mask;
} magic[] = {
    {ELFMAG0, 0xff},
    {ELFMAG1, 0xff},
    {ELFMAG2, 0xff},
    {ELFMAG3, 0xff},
    {ELFCLASS64, 0xff},
    {ELFDATA2LSB, 0xff},
    {EV_CURRENT, 0xff},
    {HERMIT_ELF_OSABI, 0xff},
    {HERMIT_ELF_ABIVERSION, 0xff},
    {0, 0xff},
    {0, 0xff},
    {0, 0xff},
    {0, 0xff},
    {0, 0xff},
    {0, 0xff},
    {0, 0xff},
    {ET_EXEC, 0xff & ~(ET_EXEC ^ ET_DYN)}, /* either */
    {0, 0xff},
    {EM_X86_64, 0xff},
    {0, 0xff},
};
#define MAGIC_SIZE (sizeof(magic) / sizeof(magic[0]))
#define HEX_SIZE   (4 * MAGIC_SIZE + 1)

/* The bytes or their mask as hexadecimal digits, `prefix` before each byte. */
static const char *hex(char text[HEX_SIZE], bool mask, const char *prefix)
{
    char *at = text;
    for (size_t i = 0; i < MAGIC_SIZE; i++) {
        at += sprintf(at, "%s%02x", prefix, mask ? magic[i].mask : magic[i].byte);
    }
    return text;
}

static const char *folder(void)
{
    const char *named = getenv("HERMIT_BINFMT_DIR");
    return named != NULL && named[0] != '\0' ? named : "/proc/sys/fs/binfmt_misc";
}

static void file_in_folder(char path[PATH_MAX], const char *name)
{
    snprintf(path, PATH_MAX, "%s/%s", folder(), name);
}

bool binfmt_is_runner(const char *argv0)
{
    const char *slash = strrchr(argv0, '/');
    return strcmp(slash != NULL ? slash + 1 : argv0, BINFMT_RUNNER) == 0;
}

/* PREFIX/lib/hermit/hermit-binfmt, from PREFIX/bin/hermit. */
static int own_runner(char path[PATH_MAX])
{
    static const char rest[] = "/lib/hermit/" BINFMT_RUNNER;
    char own[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", own, sizeof(own) - 1);
    if (length < 0) {
        return fail("/proc/self/exe: %s", strerror(errno));
    }
    own[length] = '\0';
    for (int levels = 0; levels < 2; levels++) {
        char *slash = strrchr(own, '/');
        if (slash != NULL) {
            *slash = '\0';
        }
    }
    if (snprintf(path, PATH_MAX, "%s%s", own, rest) >= PATH_MAX || access(path, X_OK) != 0) {
        return fail("%s%s: %s", own, rest, strerror(errno));
    }
    return 0;
}

int binfmt_line(char *line, size_t size, const char *runner)
{
    char bytes[HEX_SIZE];
    char mask[HEX_SIZE];
    size_t taken = strcspn(runner, "\n");
    if (taken > RUNNER_MAX || runner[taken] != '\0') {
        return -1;
    }
    for (const char *between = ":|;,!~^"; *between != '\0'; between++) {
        if (strchr(runner, *between) == NULL) {
            char c = *between;
            int n = snprintf(line, size, "%chermit%cM%c0%c%s%c%s%c%s%cP", c, c, c, c,
                             hex(bytes, false, "\\x"), c, hex(mask, true, "\\x"), c, runner, c);
            return (size_t)n < size ? n : -1;
        }
    }
    return -1;
}

static int own_line(char *line, size_t size)
{
    char runner[PATH_MAX];
    if (own_runner(runner) != 0) {
        return -1;
    }
    if (binfmt_line(line, size, runner) < 0) {
        return fail("%s: binfmt_misc takes no such path (%d bytes at most)", runner, RUNNER_MAX);
    }
    return 0;
}

/* Reads the kernel's entry for images. Its length; 0: there is none; −1 after a message. */
static ssize_t read_entry(char text[TEXT_SIZE])
{
    char path[PATH_MAX];
    file_in_folder(path, "register");
    if (access(path, F_OK) != 0) {
        return fail("binfmt_misc is not mounted (as root: mount -t binfmt_misc none %s)", folder());
    }
    file_in_folder(path, "hermit");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        return 0;
    }
    ssize_t n = fd < 0 ? -1 : read(fd, text, TEXT_SIZE - 1);
    if (n < 0) {
        fail("%s: %s", path, strerror(errno));
    } else {
        text[n] = '\0';
    }
    if (fd >= 0) {
        close(fd);
    }
    return n;
}

/* Writes one command to a file of the kernel's, at once, as binfmt_misc wants it. */
static int tell_kernel(const char *name, const char *text)
{
    char path[PATH_MAX];
    file_in_folder(path, name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));
    int error = errno;
    if (fd >= 0) {
        close(fd);
    }
    if (n >= 0) {
        return 0;
    }
    if (error == EACCES || error == EPERM) {
        return fail("%s may not be written: this takes root", path);
    }
    return fail("%s: %s", path, strerror(error));
}

/* True if the kernel's entry, but for its first line, is what this launcher registers. */
static bool is_own(const char *entry)
{
    char runner[PATH_MAX];
    char bytes[HEX_SIZE];
    char mask[HEX_SIZE];
    char wanted[TEXT_SIZE + PATH_MAX];
    const char *rest = strchr(entry, '\n');
    if (rest == NULL || own_runner(runner) != 0) {
        return false;
    }
    snprintf(wanted, sizeof(wanted), "\ninterpreter %s\nflags: P\noffset 0\nmagic %s\nmask %s\n",
             runner, hex(bytes, false, ""), hex(mask, true, ""));
    return strcmp(rest, wanted) == 0;
}

static bool is_enabled(const char *entry)
{
    return strncmp(entry, "enabled\n", 8) == 0;
}

/* The interpreter of the kernel's entry; ends the text after it. */
static const char *registered_runner(char *entry)
{
    static const char word[] = "\ninterpreter ";
    char *at = strstr(entry, word);
    if (at == NULL) {
        return "something else";
    }
    at += sizeof(word) - 1;
    at[strcspn(at, "\n")] = '\0';
    return at;
}

static int install(void)
{
    char entry[TEXT_SIZE];
    char line[TEXT_SIZE];
    ssize_t n = read_entry(entry);
    if (n < 0 || own_line(line, sizeof(line)) != 0) {
        return -1;
    }
    if (n > 0 && !is_own(entry)) {
        return fail("images are registered for %s: first 'hermit binfmt remove'",
                    registered_runner(entry));
    }
    if (n > 0) {
        return is_enabled(entry) ? 0 : tell_kernel("hermit", "1");
    }
    return tell_kernel("register", line);
}

static int remove_entry(void)
{
    char entry[TEXT_SIZE];
    ssize_t n = read_entry(entry);
    return n <= 0 ? (int)n : tell_kernel("hermit", "-1");
}

static int status(void)
{
    char entry[TEXT_SIZE];
    ssize_t n = read_entry(entry);
    if (n < 0) {
        return HERMIT_STATUS_FAILED;
    }
    if (n == 0) {
        puts("not registered");
        return 1;
    }
    bool own = is_own(entry);
    bool enabled = is_enabled(entry);
    printf("registered%s%s: %s\n", enabled ? "" : ", disabled", own ? "" : ", not by this launcher",
           registered_runner(entry));
    return own && enabled ? 0 : 1;
}

static int print(void)
{
    char line[TEXT_SIZE];
    if (own_line(line, sizeof(line)) != 0) {
        return -1;
    }
    puts(line);
    return 0;
}

int binfmt_command(const char *action)
{
    if (strcmp(action, "status") == 0) {
        return status();
    }
    int result = strcmp(action, "install") == 0  ? install()
                 : strcmp(action, "remove") == 0 ? remove_entry()
                                                 : print();
    return result == 0 ? 0 : HERMIT_STATUS_FAILED;
}
