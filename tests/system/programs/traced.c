/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Makes system calls for trace_test.py, which knows how each line of the trace must look. The
 * argument chooses: what one thread does with files, memory, sockets, signals; threads; a crash.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static char buffer[100];

/* Names that are the kernel's as well, which a trace must not take for them. */
__attribute__((noinline)) static int sys_close(int fd)
{
    return close(fd);
}

__attribute__((noinline)) static int signal_next(void)
{
    return pause();
}

static void files(void)
{
    struct iovec parts[2] = {{"ab", 2}, {"cdef", 4}};
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 1, .l_len = 2};
    struct stat st;
    int fd = open("/file", O_RDWR | O_CREAT | O_EXCL, 0640);
    (void)!write(fd, "a\n\001\0012\"\\ more than thirty-two bytes", 36);
    lseek(fd, 0, SEEK_SET);
    (void)!read(fd, buffer, 5);
    (void)!writev(fd, parts, 2);
    fstat(fd, &st);
    stat("/nowhere", &st);
    fcntl(fd, F_GETFL);
    fcntl(fd, F_SETLK, &lock);
    sys_close(99);
    (void)!write(fd, (void *)8, 4);
    chmod("/file", 0600);
    mkdir("/folder", 0755);
    rename("/file", "/folder/file");
    umask(022);
    (void)!getcwd(buffer, sizeof(buffer));
}

static void waiting(void)
{
    int ends[2];
    struct timeval time = {1, 5};
    (void)!pipe2(ends, O_CLOEXEC);
    struct pollfd fds[2] = {{ends[0], POLLIN, 0}, {ends[1], POLLOUT, 0}};
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.fd = 7}, events[4];
    fd_set in;
    poll(fds, 2, 0);
    poll(fds, 1, 0);
    (void)!write(ends[1], "x", 1);
    FD_ZERO(&in);
    FD_SET(ends[0], &in);
    select(ends[0] + 1, &in, NULL, NULL, &time);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event);
    epoll_wait(epoll, events, 4, 100);
    ioctl(ends[0], FIONREAD, &ends[1]);
    eventfd(3, EFD_NONBLOCK);
}

static void memory(void)
{
    struct rlimit limit = {100, 4096};
    void *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(page, 4096, PROT_NONE);
    madvise(page, 4096, MADV_DONTNEED);
    munmap(page, 8192);
    setrlimit(RLIMIT_NOFILE, &limit);
}

static void sockets(void)
{
    int pair[2], on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(4711)};
    struct sockaddr_un path = {AF_UNIX, "/nobody"};
    struct iovec part = {"payload", 7};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    socklen_t length = sizeof(name);
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    bind(listener, (struct sockaddr *)&name, sizeof(name));
    getsockname(listener, (struct sockaddr *)&name, &length);
    socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
    sendmsg(pair[0], &message, MSG_NOSIGNAL);
    recv(pair[1], buffer, sizeof(buffer), MSG_DONTWAIT);
    recv(pair[1], buffer, sizeof(buffer), MSG_DONTWAIT);
    connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&path, sizeof(path));
}

static void numbers(void)
{
    struct timespec now;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    syscall(SYS_getppid);
    syscall(SYS_getpgid, 0);
    syscall(SYS_kill, 1, 0);
    syscall(SYS_fork);
    syscall(999, 1, 2);
}

static void on_signal(int number)
{
    (void)number;
    getppid();
}

static void signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    struct itimerval soon = {.it_value = {1, 0}};
    struct timespec longer = {3000, 0};
    sigset_t set;
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGALRM, &action, NULL);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigaddset(&set, SIGRTMAX);
    sigprocmask(SIG_BLOCK, &set, NULL);
    kill(getpid(), SIGUSR1);
    setitimer(ITIMER_REAL, &soon, NULL);
    signal_next();
    setitimer(ITIMER_REAL, &soon, NULL);
    nanosleep(&longer, NULL);
}

static atomic_uint word;

/* Waits in a futex until main has seen it wait. */
static void *waiter(void *unused)
{
    while (atomic_load(&word) == 0) {
        syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL);
    }
    return unused;
}

static void *caller(void *number)
{
    for (int i = 0; i < 20; i++) {
        close(1000 + (int)(intptr_t)number);
    }
    return NULL;
}

static void threads(void)
{
    enum { COUNT = 4 };
    pthread_t first, others[COUNT];
    pthread_create(&first, NULL, waiter, NULL);
    for (intptr_t i = 0; i < COUNT; i++) {
        pthread_create(&others[i], NULL, caller, (void *)i);
    }
    for (int i = 0; i < COUNT; i++) {
        pthread_join(others[i], NULL);
    }
    atomic_store(&word, 1);
    syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, INT32_MAX);
    pthread_join(first, NULL);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } parts[] = {{"files", files},     {"waiting", waiting}, {"memory", memory},
                 {"sockets", sockets}, {"numbers", numbers}, {"signals", signals},
                 {"threads", threads}, {"crash", abort}};
    for (size_t i = 0; argc == 2 && i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (strcmp(argv[1], parts[i].name) == 0) {
            parts[i].run();
            _exit(3);
        }
    }
    return 1;
}
