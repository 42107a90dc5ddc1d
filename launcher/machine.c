/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Starts and ends QEMU. The child gets SIGKILL when the launcher dies for any reason, and leads its
 * own session so that only the launcher receives the terminal's signals. One thread, no locks.
 */
#include "machine.h"

#include "host.h"
#include "options.h"
#include "report.h"
#include "stack.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define RESET_MS  300 /* the machine resets right after its last message */
#define GENTLE_MS 2000

static const int all_ports[] = {HERMIT_PORT_CONTROL, HERMIT_PORT_STDIN, HERMIT_PORT_STDOUT,
                                HERMIT_PORT_STDERR, HERMIT_PORT_LOG};

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

static void close_fds(struct qemu_fds *fds)
{
    close_fd(&fds->serial);
    close_fd(&fds->trace);
    for (int i = 0; i < HERMIT_PORT_MAX; i++) {
        close_fd(&fds->ports[i]);
    }
}

/* Makes a pair of connected sockets; only the launcher's end is nonblocking. */
static int make_pair(int *ours, int *theirs)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        return -1;
    }
    *ours = pair[0];
    *theirs = pair[1];
    return fcntl(pair[0], F_SETFL, O_NONBLOCK);
}

static int make_sockets(struct machine_process *machine, const struct options *options,
                        struct qemu_fds *fds)
{
    for (size_t i = 0; i < sizeof(all_ports) / sizeof(all_ports[0]); i++) {
        int port = all_ports[i];
        if (port == HERMIT_PORT_LOG && !options->verbose) {
            continue;
        }
        if (make_pair(&machine->ports[port], &fds->ports[port]) != 0) {
            return fail("socket: %s", strerror(errno));
        }
    }
    if (make_pair(&machine->serial, &fds->serial) != 0 ||
        (options->trace.wanted && make_pair(&machine->trace, &fds->trace) != 0)) {
        return fail("socket: %s", strerror(errno));
    }
    return 0;
}

static void keep_open(int fd)
{
    if (fd >= 0) {
        fcntl(fd, F_SETFD, 0);
    }
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

/* Runs in the child between fork and exec. Writes the errno of a failure to `trouble`. */
_Noreturn static void become_qemu(char **arguments, const struct qemu_fds *fds, int messages,
                                  int trouble, pid_t parent)
{
    int null = open("/dev/null", O_RDWR);
    reset_signals();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid();
    if (getppid() == parent && null >= 0) {
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        dup2(messages, STDERR_FILENO);
        keep_open(fds->initrd);
        keep_open(fds->serial);
        keep_open(fds->network);
        keep_open(fds->monitor);
        keep_open(fds->trace);
        for (int i = 0; i < HERMIT_SHARES_MAX; i++) {
            keep_open(fds->servers[i]);
        }
        for (int i = 0; i < HERMIT_PORT_MAX; i++) {
            keep_open(fds->ports[i]);
        }
        execv(arguments[0], arguments);
    }
    int error = errno;
    ssize_t n = write(trouble, &error, sizeof(error));
    _exit(n == (ssize_t)sizeof(error) ? 126 : 127);
}

/* Returns the child's errno, or 0 if it has become QEMU. Retries on EINTR. */
static int read_trouble(int fd)
{
    int error;
    ssize_t n;
    do {
        n = read(fd, &error, sizeof(error));
    } while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof(error) ? error : n < 0 ? errno : 0;
}

static int spawn(struct machine_process *machine, char **arguments, const struct qemu_fds *fds)
{
    int messages[2];
    int trouble[2];
    if (pipe2(messages, O_CLOEXEC) != 0 || pipe2(trouble, O_CLOEXEC) != 0) {
        return fail("pipe: %s", strerror(errno));
    }
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        become_qemu(arguments, fds, messages[1], trouble[1], parent);
    }
    int error = pid < 0 ? errno : 0;
    close(messages[1]);
    close(trouble[1]);
    if (pid > 0) {
        error = read_trouble(trouble[0]);
    }
    if (pid > 0 && error != 0) {
        kill(pid, SIGKILL);
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    close(trouble[0]);
    if (error != 0) {
        close(messages[0]);
        return fail("cannot start '%s': %s", arguments[0], strerror(error));
    }
    machine->pid = pid;
    machine->messages = messages[0];
    fcntl(messages[0], F_SETFL, O_NONBLOCK);
    return 0;
}

static int choose_accel(const struct options *options, bool *kvm)
{
    /* A trace needs TCG's breakpoints, see trace_points.h. */
    bool emulated = options->accel == ACCEL_TCG || options->trace.wanted;
    const char *obstacle = !emulated ? host_lacks_kvm() : NULL;
    *kvm = !emulated && obstacle == NULL;
    if (options->accel == ACCEL_KVM && obstacle != NULL) {
        return fail("KVM was asked for, but %s", obstacle);
    }
    return 0;
}

int machine_start(struct machine_process *machine, const struct options *options, int initrd)
{
    struct qemu_fds fds = {.initrd = initrd,
                           .serial = -1,
                           .trace = -1,
                           .network = options->network.fd,
                           .monitor = options->monitor.fd};
    bool kvm;
    *machine = (struct machine_process){.serial = -1, .trace = -1, .messages = -1};
    for (int i = 0; i < HERMIT_PORT_MAX; i++) {
        machine->ports[i] = -1;
        fds.ports[i] = -1;
    }
    for (size_t i = 0; i < HERMIT_SHARES_MAX; i++) {
        fds.servers[i] = i < options->nr_shares ? options->shares[i].server_fd : -1;
    }
    char *program = qemu_find(options);
    if (program == NULL || choose_accel(options, &kvm) != 0 || stack_raise_limit() != 0) {
        free(program);
        return -1;
    }
    int result = make_sockets(machine, options, &fds);
    char **arguments = NULL;
    if (result == 0) {
        arguments = qemu_arguments(options, program, &fds, kvm);
        result = arguments != NULL ? spawn(machine, arguments, &fds) : -1;
    }
    qemu_arguments_free(arguments);
    close_fds(&fds);
    free(program);
    return result;
}

/*
 * Waits up to `milliseconds` for the process to end. True: it was reaped and *status is waitpid()'s
 * (0 if there was nothing to reap).
 */
static bool wait_for_end(pid_t pid, int milliseconds, int *status)
{
    uint64_t deadline = monotonic_ms() + (uint64_t)milliseconds;
    *status = 0;
    for (;;) {
        pid_t done = waitpid(pid, status, WNOHANG);
        if (done == pid || (done < 0 && errno == ECHILD)) {
            return true;
        }
        if (monotonic_ms() >= deadline) {
            return false;
        }
        poll(NULL, 0, 2);
    }
}

void machine_pause(const struct machine_process *machine, bool pause)
{
    if (machine->pid != 0) {
        kill(machine->pid, pause ? SIGSTOP : SIGCONT);
    }
}

void machine_died(struct machine_process *machine)
{
    int status = 0;
    if (machine->pid != 0 && wait_for_end(machine->pid, RESET_MS, &status)) {
        machine->pid = 0;
        machine->ended_by = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    }
    machine_end(machine, false);
}

void machine_end(struct machine_process *machine, bool gently)
{
    int status;
    if (machine->pid == 0) {
        return;
    }
    bool ended = false;
    if (gently) {
        ended = wait_for_end(machine->pid, RESET_MS, &status);
    }
    if (gently && !ended) {
        kill(machine->pid, SIGTERM);
        ended = wait_for_end(machine->pid, GENTLE_MS, &status);
    }
    if (!ended) {
        kill(machine->pid, SIGKILL);
        while (waitpid(machine->pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    machine->pid = 0;
}

void machine_close(struct machine_process *machine)
{
    for (int i = 0; i < HERMIT_PORT_MAX; i++) {
        close_fd(&machine->ports[i]);
    }
    close_fd(&machine->serial);
    close_fd(&machine->trace);
    close_fd(&machine->messages);
}
