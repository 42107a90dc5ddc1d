/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The Linux guest's /init: mounts /proc, /sys and /dev, starts the loopback interface, runs the
 * program, reports its status on the console and resets the machine, which ends QEMU (-no-reboot).
 *
 * /command holds NUL-terminated strings: the program's arguments, an empty one, its
 * environment. If there is /share, it holds type and options to mount the host's folder at /shared
 * with, and /modules/00, 01, … are the modules for that.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static char text[65536];
static char *words[2][1024];

static void fail(const char *what)
{
    printf("\nbench-failed %s: %s\n", what, strerror(errno));
    fflush(stdout);
    tcdrain(STDOUT_FILENO);
    reboot(RB_AUTOBOOT);
    _exit(1);
}

static void read_command(void)
{
    int fd = open("/command", O_RDONLY);
    ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
    if (size <= 0)
        fail("/command");
    close(fd);
    int list = 0, count = 0;
    for (char *word = text; word < text + size && count < 1023; word += strlen(word) + 1) {
        if (*word == '\0' && list == 0) {
            list = 1;
            count = 0;
        } else {
            words[list][count++] = word;
        }
    }
}

/* Bytes go out as they are. */
static void make_raw(void)
{
    struct termios settings;
    if (tcgetattr(STDOUT_FILENO, &settings) == 0) {
        cfmakeraw(&settings);
        tcsetattr(STDOUT_FILENO, TCSANOW, &settings);
    }
}

static void start_loopback(void)
{
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) != 0)
        fail("loopback");
    close(fd);
}

static void load_modules(void)
{
    char path[32];
    for (int i = 0;; i++) {
        snprintf(path, sizeof(path), "/modules/%02d", i);
        int fd = open(path, O_RDONLY);
        if (fd < 0)
            return;
        if (syscall(SYS_finit_module, fd, "", 0) != 0 && errno != EEXIST)
            fail(path);
        close(fd);
    }
}

static void mount_share(void)
{
    char options[256], *system = options, *rest;
    int fd = open("/share", O_RDONLY);
    if (fd < 0)
        return;
    ssize_t size = read(fd, options, sizeof(options) - 1);
    options[size > 0 ? size : 0] = '\0';
    close(fd);
    rest = strchr(options, ' ');
    if (rest == NULL)
        fail("/share");
    *rest++ = '\0';
    load_modules();
    mkdir("/shared", 0755);
    if (mount("share", "/shared", system, 0, rest) != 0)
        fail("mount /shared");
}

int main(void)
{
    mkdir("/proc", 0755);
    mkdir("/sys", 0755);
    mkdir("/dev", 0755);
    mkdir("/tmp", 01777);
    if (mount("proc", "/proc", "proc", 0, NULL) != 0 || mount("sys", "/sys", "sysfs", 0, NULL) != 0)
        fail("mount");
    if (mount("dev", "/dev", "devtmpfs", 0, NULL) != 0 && errno != EBUSY)
        fail("mount /dev");
    start_loopback();
    mount_share();
    read_command();
    make_raw();
    pid_t child = fork();
    if (child == 0) {
        setsid();
        execve("/program", words[0], words[1]);
        fail("execve");
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child)
        fail("fork");
    printf("\nbench-exit %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    fflush(stdout);
    tcdrain(STDOUT_FILENO);
    sync();
    reboot(RB_AUTOBOOT);
    return 1;
}
