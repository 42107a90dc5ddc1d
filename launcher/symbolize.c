/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Symbolises crash reports. File and line come from llvm-symbolizer or addr2line if installed;
 * without a tool or DWARF, only functions are printed. No locks.
 */
#include "symbolize.h"

#include "host.h"

#include <hermit/boot_abi.h>

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

#define FRAMES_MAX  256u
#define TOOL_MS     10000u
#define ADDRESS_LEN 24

extern char **environ;

struct frames {
    size_t count;
    uint64_t addresses[FRAMES_MAX]; /* in the running image */
    uint64_t lookup[FRAMES_MAX];    /* link addresses inside the calling instruction */
};

/* A symboliser: takes addresses as arguments and prints `file:line` for each. */
struct tool {
    const char *name;
    const char *options[4];
};

static const struct tool tools[] = {
    {"llvm-symbolizer-19", {"--output-style=GNU", "--functions=none", "--no-inlines", "-e"}},
    {"llvm-symbolizer", {"--output-style=GNU", "--functions=none", "--no-inlines", "-e"}},
    {"addr2line", {"-e", NULL, NULL, NULL}},
};

static int start_tool(const struct tool *tool, char **arguments, int output, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int error = posix_spawnp(pid, tool->name, &actions, NULL, arguments, environ);
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

/* Returns the tool's output for all frames, one line each (release by free), or NULL. */
static char *run_tool(const struct tool *tool, const struct image *image,
                      const struct frames *frames)
{
    char *arguments[FRAMES_MAX + 8];
    static char addresses[FRAMES_MAX][ADDRESS_LEN];
    size_t n = 0;
    arguments[n++] = (char *)(uintptr_t)tool->name;
    for (size_t i = 0; i < 4 && tool->options[i] != NULL; i++) {
        arguments[n++] = (char *)(uintptr_t)tool->options[i];
    }
    arguments[n++] = (char *)(uintptr_t)image->path;
    for (size_t i = 0; i < frames->count; i++) {
        snprintf(addresses[i], ADDRESS_LEN, "0x%llx", (unsigned long long)frames->lookup[i]);
        arguments[n++] = addresses[i];
    }
    arguments[n] = NULL;

    int output[2];
    pid_t pid;
    if (pipe2(output, O_CLOEXEC) != 0) {
        return NULL;
    }
    int error = start_tool(tool, arguments, output[1], &pid);
    close(output[1]);
    char *text = NULL;
    if (error == 0) {
        int status;
        text = read_text(output[0]);
        close(output[0]);
        kill(pid, SIGKILL);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        }
        return text;
    }
    close(output[0]);
    return NULL;
}

static char *find_lines(const struct image *image, const struct frames *frames)
{
    char *text = NULL;
    if (!image->has_debug_info || frames->count == 0) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]) && text == NULL; i++) {
        text = run_tool(&tools[i], image, frames);
        if (text != NULL && text[0] == '\0') {
            free(text);
            text = NULL;
        }
    }
    return text;
}

/* Prints ` (file.c:34)` for one line of a tool's output, nothing if the line is unknown. */
static void print_line(FILE *out, const char *line, size_t length)
{
    while (length > 0 && line[length - 1] == '\r') {
        length--;
    }
    const char *comment = memchr(line, ' ', length);
    if (comment != NULL && comment[1] == '(') {
        length = (size_t)(comment - line);
    }
    if (length < 3 || memcmp(line, "??:", 3) == 0 || memcmp(line + length - 2, ":0", 2) == 0 ||
        line[length - 1] == '?') {
        return;
    }
    const char *base = line;
    for (const char *p = line; p < line + length; p++) {
        base = *p == '/' ? p + 1 : base;
    }
    fprintf(out, " (%.*s)", (int)(line + length - base), base);
}

static void print_frame(FILE *out, const struct image *image, const struct frames *frames,
                        size_t index, const char **lines)
{
    uint64_t offset = 0;
    const char *name = image_symbol(image, frames->lookup[index], &offset);
    fprintf(out, "  #%zu 0x%016llx ", index, (unsigned long long)frames->addresses[index]);
    if (name != NULL) {
        /* A caller's lookup address is one byte before the return address. */
        fprintf(out, "%s+0x%" PRIx64, name, offset + (index != 0));
    } else {
        fputs("??", out);
    }
    if (*lines != NULL && **lines != '\0') {
        size_t length = strcspn(*lines, "\n");
        print_line(out, *lines, length);
        *lines += length + ((*lines)[length] == '\n');
    }
    fputc('\n', out);
}

int crash_print(FILE *out, const struct image *image, const uint8_t *message, size_t length)
{
    struct hermit_crash crash;
    struct frames frames = {.count = 0};
    if (length < sizeof(crash)) {
        return -1;
    }
    memcpy(&crash, message, sizeof(crash));
    message += sizeof(crash);
    length -= sizeof(crash);
    if (crash.nr_frames > length / sizeof(uint64_t) ||
        crash.text_size > length - crash.nr_frames * sizeof(uint64_t)) {
        return -1;
    }
    const uint8_t *text = message + crash.nr_frames * sizeof(uint64_t);
    fwrite(text, 1, crash.text_size, out);
    if (crash.text_size != 0 && text[crash.text_size - 1] != '\n') {
        fputc('\n', out);
    }
    frames.count = crash.nr_frames < FRAMES_MAX ? crash.nr_frames : FRAMES_MAX;
    for (size_t i = 0; i < frames.count; i++) {
        memcpy(&frames.addresses[i], message + i * sizeof(uint64_t), sizeof(uint64_t));
        frames.lookup[i] = frames.addresses[i] - crash.bias - (i != 0);
    }
    char *lines = find_lines(image, &frames);
    const char *line = lines;
    for (size_t i = 0; i < frames.count; i++) {
        print_frame(out, image, &frames, i, &line);
    }
    free(lines);
    fflush(out);
    return 0;
}
