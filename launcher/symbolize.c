/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Asks the host's tools for what the image's symbols do not say: a symboliser for lines and inlined
 * functions, a demangler for C++ names. Each is optional and runs once for all calls. No locks.
 */
#include "symbolize.h"

#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TOOL_MS       10000u
#define ADDRESS_LEN   24
#define ARGUMENTS_MAX (BACKTRACE_MAX + 8)
#define INLINED_MAX   16u /* functions that one instruction is shown in */

extern char **environ;

struct calls {
    const struct image *image;
    const struct backtrace *trace;
    uint64_t lookup[BACKTRACE_MAX];   /* link addresses inside the calling instruction */
    uint64_t offset[BACKTRACE_MAX];   /* from the start of the function to `lookup` */
    const char *names[BACKTRACE_MAX]; /* NULL: unknown */
};

struct tool {
    const char *name;
    const char *options[4];
};

/*
 * Symbolisers take addresses as arguments. For each they print it, from "0x" on, and then two lines
 * for each function that the instruction is in, innermost first: name, and file:line.
 */
static const struct tool symbolizers[] = {
    {"llvm-symbolizer-19", {"--output-style=GNU", "-aCfi", "-e"}},
    {"llvm-symbolizer", {"--output-style=GNU", "-aCfi", "-e"}},
    {"addr2line", {"-aCfi", "-e"}},
};

/* Demanglers take names as arguments and print a line for each. */
static const struct tool demanglers[] = {
    {"llvm-cxxfilt-19", {NULL}},
    {"llvm-cxxfilt", {NULL}},
    {"c++filt", {NULL}},
};

struct text {
    const char *at;
    size_t length;
};

static int start_tool(const char *const *arguments, int output, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int error =
        posix_spawnp(pid, arguments[0], &actions, NULL, (char **)(uintptr_t)arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}
/* Reads until end of `fd` or TOOL_MS. Returns a NUL-terminated text (release by free), or NULL. */
static char *read_text(int fd)
{
    size_t size = 256 * 1024;
    size_t used = 0;
    uint64_t deadline = monotonic_ms() + TOOL_MS;
    char *text = malloc(size);
    while (text != NULL && used < size - 1) {
        struct pollfd wait = {fd, POLLIN, 0};
        uint64_t now = monotonic_ms();
        if (now >= deadline || (poll(&wait, 1, (int)(deadline - now)) < 0 && errno != EINTR)) {
            break;
        }
        ssize_t n = wait.revents != 0 ? read(fd, text + used, size - 1 - used) : -1;
        if (n == 0 || (n < 0 && wait.revents != 0 && errno != EINTR)) {
            break;
        }
        used += n > 0 ? (size_t)n : 0;
    }
    if (text != NULL) {
        text[used] = '\0';
    }
    return text;
}

/* Returns the tool's output (release by free), or NULL. `arguments` end with NULL. */
static char *run_tool(const char *const *arguments)
{
    int output[2];
    pid_t pid;
    if (pipe2(output, O_CLOEXEC) != 0) {
        return NULL;
    }
    int error = start_tool(arguments, output[1], &pid);
    close(output[1]);
    char *text = NULL;
    if (error == 0) {
        int status;
        text = read_text(output[0]);
        kill(pid, SIGKILL);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        }
    }
    close(output[0]);
    return text;
}

/* Runs the first of three tools that exists and prints something, with its options and `rest`. */
static char *run_first(const struct tool tools[3], const char *const *rest, size_t nr_rest)
{
    const char *arguments[ARGUMENTS_MAX];
    char *text = NULL;
    for (size_t i = 0; i < 3 && text == NULL; i++) {
        size_t n = 0;
        arguments[n++] = tools[i].name;
        for (size_t j = 0; j < 4 && tools[i].options[j] != NULL; j++) {
            arguments[n++] = tools[i].options[j];
        }
        memcpy(arguments + n, rest, nr_rest * sizeof(rest[0]));
        arguments[n + nr_rest] = NULL;
        text = run_tool(arguments);
        if (text != NULL && text[0] == '\0') {
            free(text);
            text = NULL;
        }
    }
    return text;
}

static char *find_lines(const struct calls *calls)
{
    static char addresses[BACKTRACE_MAX][ADDRESS_LEN];
    const char *rest[BACKTRACE_MAX + 1];
    if (!calls->image->has_debug_info || calls->trace->count == 0) {
        return NULL;
    }
    rest[0] = calls->image->path;
    for (size_t i = 0; i < calls->trace->count; i++) {
        snprintf(addresses[i], ADDRESS_LEN, "0x%" PRIx64, calls->lookup[i]);
        rest[i + 1] = addresses[i];
    }
    return run_first(symbolizers, rest, calls->trace->count + 1);
}

static bool is_mangled(const char *name)
{
    return name != NULL && name[0] == '_' && name[1] == 'Z';
}

/* Replaces names of C++ by what they stand for. Returns what holds them (release by free). */
static char *demangle(struct calls *calls)
{
    const char *mangled[BACKTRACE_MAX];
    size_t n = 0;
    for (size_t i = 0; i < calls->trace->count; i++) {
        if (is_mangled(calls->names[i])) {
            mangled[n++] = calls->names[i];
        }
    }
    char *text = n != 0 ? run_first(demanglers, mangled, n) : NULL;
    char *line = text;
    for (size_t i = 0; i < calls->trace->count && line != NULL; i++) {
        char *end = strchr(line, '\n');
        if (!is_mangled(calls->names[i]) || end == NULL) {
            continue;
        }
        *end = '\0';
        calls->names[i] = line;
        line = end + 1;
    }
    return text;
}

/* Takes a line from a tool's output. */
static struct text take_line(const char **lines)
{
    struct text line = {*lines, strcspn(*lines, "\r\n")};
    *lines += strcspn(*lines, "\n");
    *lines += **lines == '\n';
    return line;
}

/* Takes the functions of the next address. Returns their number. */
static size_t take_functions(const char **lines, struct text *names, struct text *places)
{
    size_t n = 0;
    if (strncmp(*lines, "0x", 2) == 0) {
        take_line(lines);
    }
    while (**lines != '\0' && strncmp(*lines, "0x", 2) != 0) {
        size_t at = n < INLINED_MAX ? n : INLINED_MAX - 1; /* the last is the one that is not */
        names[at] = take_line(lines);
        places[at] = take_line(lines);
        n = at + 1;
    }
    return n;
}

/* Prints ` (file.c:34)`, nothing if the line is unknown. */
static void print_place(FILE *out, struct text place)
{
    const char *comment = memchr(place.at, ' ', place.length);
    if (comment != NULL && comment[1] == '(') {
        place.length = (size_t)(comment - place.at);
    }
    const char *end = place.at + place.length;
    if (place.length < 3 || memcmp(place.at, "??:", 3) == 0 || memcmp(end - 2, ":0", 2) == 0 ||
        end[-1] == '?') {
        return;
    }
    const char *base = place.at;
    for (const char *p = place.at; p < end; p++) {
        base = *p == '/' ? p + 1 : base;
    }
    fprintf(out, " (%.*s)", (int)(end - base), base);
}

static void print_call(FILE *out, const struct calls *calls, size_t index, const char **lines)
{
    struct text names[INLINED_MAX];
    struct text places[INLINED_MAX];
    uint64_t address = calls->trace->addresses[index];
    size_t n = take_functions(lines, names, places);
    for (size_t i = 0; i + 1 < n; i++) {
        fprintf(out, "  #%zu 0x%016" PRIx64 " %.*s, inlined", index, address, (int)names[i].length,
                names[i].at);
        print_place(out, places[i]);
        fputc('\n', out);
    }
    fprintf(out, "  #%zu 0x%016" PRIx64 " ", index, address);
    if (calls->names[index] != NULL) {
        uint64_t offset = calls->offset[index] + (calls->trace->exact[index] ? 0 : 1);
        fprintf(out, "%s+0x%" PRIx64, calls->names[index], offset);
    } else {
        fputs("??", out);
    }
    if (n != 0) {
        print_place(out, places[n - 1]);
    }
    fputc('\n', out);
}

void symbolize_print(FILE *out, const struct image *image, uint64_t bias,
                     const struct backtrace *trace)
{
    struct calls calls = {.image = image, .trace = trace};
    for (size_t i = 0; i < trace->count; i++) {
        calls.lookup[i] = trace->addresses[i] - bias - (trace->exact[i] ? 0 : 1);
        calls.names[i] = image_symbol(image, calls.lookup[i], &calls.offset[i]);
    }
    char *demangled = demangle(&calls);
    char *text = find_lines(&calls);
    const char *lines = text != NULL ? text : "";
    for (size_t i = 0; i < trace->count; i++) {
        print_call(out, &calls, i, &lines);
    }
    free(text);
    free(demangled);
}
