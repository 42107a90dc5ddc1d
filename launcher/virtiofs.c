/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Starts and ends file servers. A server runs in namespaces of its own (processes, mounts, network,
 * and for a caller who is not root also users, where it is root with the caller's rights), shut
 * into the shared folder. It gets SIGKILL when the launcher dies for any reason. One thread, no
 * locks.
 */
#include "virtiofs.h"

#include "host.h"
#include "options.h"
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/mount.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEFAULT_SERVER "/usr/lib/qemu/virtiofsd"

#define ANSWER_MS 10000 /* a server that needs longer is not used */

/* The first messages of vhost-user: a header, then for the answer a number. */
#define VHOST_USER_GET_FEATURES 1
#define VHOST_USER_VERSION      1
struct vhost_user_header {
    uint32_t request, flags, size;
};

#define NAMESPACES (CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS)

/* What a server is started with. */
struct start {
    const char *program;
    const struct share *share;
    int listener, messages, trouble;
    uid_t uid;
    gid_t gid;
};

/* Between clone and exec, as all functions down to become_server(). */
static int put(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    size_t length = strlen(text);
    int result = fd >= 0 && write(fd, text, length) == (ssize_t)length ? 0 : -1;
    if (fd >= 0) {
        close(fd);
    }
    return result;
}

/* The caller is root inside, and nobody else is known. */
static int map_ids(const struct start *start)
{
    char uids[48], gids[48];
    snprintf(uids, sizeof(uids), "0 %u 1", (unsigned)start->uid);
    snprintf(gids, sizeof(gids), "0 %u 1", (unsigned)start->gid);
    return put("/proc/self/setgroups", "deny") == 0 && put("/proc/self/uid_map", uids) == 0 &&
                   put("/proc/self/gid_map", gids) == 0
               ? 0
               : -1;
}

/*
 * The server gives its supplementary groups up, which nobody may do in such a namespace, and would
 * not go on. The caller's rights include them, so it keeps them: the call succeeds without effect.
 */
static int keep_groups(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_setgroups, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof(code) / sizeof(code[0]), code};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

/* Nothing that is mounted here is seen elsewhere; the folder cannot be written if it must not. */
static int set_mounts(const struct share *share)
{
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
    const char *path = share->host;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        return -1;
    }
    if (!share->read_only) {
        return 0;
    }
    return mount(path, path, NULL, MS_BIND | MS_REC, NULL) == 0 &&
                   syscall(SYS_mount_setattr, AT_FDCWD, path, AT_RECURSIVE, &attributes,
                           sizeof(attributes)) == 0
               ? 0
               : -1;
}

/* The server has a file open for each name that the machine knows. */
static void raise_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* How many it may have, so. */
static uint32_t files_of_server(void)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_max < UINT32_MAX
               ? (uint32_t)limit.rlim_max
               : UINT32_MAX;
}

static void reset_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < NSIG; number++) {
        signal(number, SIG_DFL);
    }
}

static const char *cache_word(const struct share *share)
{
    switch (share->cache) {
    case HERMIT_SHARE_CACHE_NONE:
        return "none";
    case HERMIT_SHARE_CACHE_ALWAYS:
        return "always";
    default:
        return "auto";
    }
}

/* Writes the errno of a failure to `trouble`. */
_Noreturn static void become_server(const struct start *start)
{
    char fd[32], source[64], settings[64];
    snprintf(fd, sizeof(fd), "--fd=%d", start->listener);
    char *words[] = {
        (char *)start->program, "--rlimit-nofile=0", fd, "-o", source, "-o", settings, NULL};
    reset_signals();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid();
    raise_files();
    int null = open("/dev/null", O_RDWR);
    bool ready = null >= 0 && (start->uid == 0 || (map_ids(start) == 0 && keep_groups() == 0)) &&
                 set_mounts(start->share) == 0;
    int folder = ready ? open(start->share->host, O_PATH | O_DIRECTORY) : -1;
    if (folder >= 0) {
        /* By its descriptor: any name is possible, and it stays the one that was opened. */
        snprintf(source, sizeof(source), "source=/proc/self/fd/%d/.,sandbox=chroot", folder);
        snprintf(settings, sizeof(settings), "log_level=warn,cache=%s,xattr",
                 cache_word(start->share));
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        dup2(start->messages, STDERR_FILENO);
        fcntl(start->listener, F_SETFD, 0);
        execv(start->program, words);
    }
    int error = errno;
    ssize_t n = write(start->trouble, &error, sizeof(error));
    _exit(n == (ssize_t)sizeof(error) ? 126 : 127);
}

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

/* A socket that listens, and one that is connected to it. Nobody else can reach it: the folder is
 * the caller's, and the name goes at once. 0 or −1, errno. */
static int make_sockets(int *listener, int *connected)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    const char *parent = getenv("TMPDIR");
    char folder[sizeof(name.sun_path) - 8];
    int n = snprintf(folder, sizeof(folder), "%s/hermit.XXXXXX",
                     parent != NULL && parent[0] == '/' ? parent : "/tmp");
    if (n < 0 || (size_t)n >= sizeof(folder)) {
        strcpy(folder, "/tmp/hermit.XXXXXX");
    }
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    snprintf(name.sun_path, sizeof(name.sun_path), "%s/socket", folder);
    *listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    *connected = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int result = *listener >= 0 && *connected >= 0 &&
                         bind(*listener, (struct sockaddr *)&name, sizeof(name)) == 0 &&
                         listen(*listener, 1) == 0 &&
                         connect(*connected, (struct sockaddr *)&name, sizeof(name)) == 0
                     ? 0
                     : -1;
    int error = errno;
    unlink(name.sun_path);
    rmdir(folder);
    errno = error;
    return result;
}

/* Reaps a server. */
static void reap(struct share *share)
{
    while (waitpid(share->server, NULL, 0) < 0 && errno == EINTR) {
    }
    share->server = 0;
}

static void end(struct share *share)
{
    if (share->server != 0) {
        kill(share->server, SIGKILL);
        reap(share);
    }
    close_fd(&share->server_fd);
    close_fd(&share->server_messages);
}

/* Reads the errno of a child that could not become a server; 0: it has. */
static int read_trouble(int fd)
{
    int error = 0;
    ssize_t n;
    do {
        n = read(fd, &error, sizeof(error));
    } while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof(error) ? error : n < 0 ? errno : 0;
}

/* A child in its own namespaces, as fork() makes one. */
static pid_t fork_apart(bool root)
{
    unsigned long flags = NAMESPACES | (root ? 0 : CLONE_NEWUSER) | SIGCHLD;
    return (pid_t)syscall(SYS_clone, flags, NULL, NULL, NULL, 0UL);
}

/* 0 or the errno of what failed. */
static int spawn(struct share *share, const char *program)
{
    struct start start = {program, share, -1, -1, -1, geteuid(), getegid()};
    int messages[2] = {-1, -1}, trouble[2] = {-1, -1}, error = 0;
    if (make_sockets(&start.listener, &share->server_fd) != 0 || pipe2(messages, O_CLOEXEC) != 0 ||
        pipe2(trouble, O_CLOEXEC) != 0) {
        error = errno;
    }
    start.messages = messages[1];
    start.trouble = trouble[1];
    pid_t pid = error == 0 ? fork_apart(start.uid == 0) : -1;
    if (pid == 0) {
        become_server(&start);
    }
    if (error == 0 && pid < 0) {
        error = errno;
    }
    close_fd(&start.listener);
    close_fd(&messages[1]);
    close_fd(&trouble[1]);
    if (pid > 0) {
        share->server = pid;
        share->server_files = files_of_server();
        share->server_messages = messages[0];
        fcntl(messages[0], F_SETFL, O_NONBLOCK);
        error = read_trouble(trouble[0]);
    } else {
        close_fd(&messages[0]);
    }
    close_fd(&trouble[0]);
    return error;
}

/* Reads exactly so many bytes before the deadline. */
static bool read_all(int fd, void *buffer, size_t size, uint64_t deadline)
{
    for (size_t done = 0; done < size;) {
        uint64_t now = monotonic_ms();
        struct pollfd one = {fd, POLLIN, 0};
        int n = now < deadline ? poll(&one, 1, (int)(deadline - now)) : 0;
        if (n < 0 && errno == EINTR) {
            continue;
        }
        ssize_t got = n > 0 ? read(fd, (char *)buffer + done, size - done) : -1;
        if (got <= 0) {
            return false;
        }
        done += (size_t)got;
    }
    return true;
}

/* Asks what QEMU will ask first; the server answers when it is shut in and ready. */
static bool answers(const struct share *share)
{
    struct vhost_user_header header = {VHOST_USER_GET_FEATURES, VHOST_USER_VERSION, 0};
    uint64_t features, deadline = monotonic_ms() + ANSWER_MS;
    return send(share->server_fd, &header, sizeof(header), MSG_NOSIGNAL) ==
               (ssize_t)sizeof(header) &&
           read_all(share->server_fd, &header, sizeof(header), deadline) &&
           header.request == VHOST_USER_GET_FEATURES && header.size == sizeof(features) &&
           read_all(share->server_fd, &features, sizeof(features), deadline);
}

/* The last line that a server has printed; "" if none. */
static void last_words(const struct share *share, char *line, size_t size)
{
    ssize_t n = share->server_messages >= 0 ? read(share->server_messages, line, size - 1) : 0;
    line[n > 0 ? n : 0] = '\0';
    size_t length = strlen(line);
    while (length > 0 && line[length - 1] == '\n') {
        line[--length] = '\0';
    }
    char *last = strrchr(line, '\n');
    if (last != NULL) {
        memmove(line, last + 1, strlen(last + 1) + 1);
    }
}

static void start(struct share *share, const char *program, bool verbose)
{
    char reason[512] = "it does not answer";
    int error = access(program, X_OK) == 0 ? spawn(share, program) : errno;
    if (error == 0 && answers(share)) {
        return;
    }
    if (error == 0) {
        last_words(share, reason, sizeof(reason));
    }
    end(share);
    share->via = HERMIT_SHARE_9P;
    if (verbose) {
        warn("--share %s: by 9p, as %s (Debian package qemu-system-common) cannot be used: %s",
             share->host, program, error != 0 ? strerror(error) : reason);
    }
}

void virtiofs_start(struct options *options)
{
    const char *program = getenv("HERMIT_VIRTIOFSD");
    if (program == NULL || program[0] == '\0') {
        program = DEFAULT_SERVER;
    }
    for (size_t i = 0; options->gives_shares && i < options->nr_shares; i++) {
        if (options->shares[i].via == HERMIT_SHARE_VIRTIOFS) {
            start(&options->shares[i], program, options->verbose);
        }
    }
}

bool virtiofs_used(const struct options *options)
{
    for (size_t i = 0; i < options->nr_shares; i++) {
        if (options->shares[i].server_fd >= 0) {
            return true;
        }
    }
    return false;
}

bool virtiofs_read(const struct share *share, bool verbose)
{
    char text[1024];
    ssize_t n = read(share->server_messages, text, sizeof(text));
    if (n > 0 && verbose) {
        fwrite(text, 1, (size_t)n, stderr);
    }
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

void virtiofs_end(struct options *options)
{
    for (size_t i = 0; i < options->nr_shares; i++) {
        end(&options->shares[i]);
    }
}
