/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The Linux guest's /init: mounts /proc, /sys and /dev, starts the loopback interface, runs the
 * program, reports its status on the console and resets the machine, which ends QEMU (-no-reboot).
 *
 * /command holds NUL-terminated strings: the program's arguments, an empty one, its
 * environment. If there is /share, it holds type and options to mount the host's folder at /shared
 * with; if there is /network, the addresses of the network card and of its gateway. /modules/00,
 * 01, … are the modules for that.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <stdbool.h>
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

static int network_calls; /* a socket for them */

static void start_interface(const char *name)
{
    struct ifreq request = {.ifr_flags = IFF_UP | IFF_RUNNING};
    strcpy(request.ifr_name, name);
    if (ioctl(network_calls, SIOCSIFFLAGS, &request) != 0)
        fail(name);
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

/* The two words, or the word and the rest, of a file. False: there is no such file. */
static bool read_two(const char *path, char *text, size_t size, char **second)
{
    int fd = open(path, O_RDONLY);
    if (fd < 0)
        return false;
    ssize_t n = read(fd, text, size - 1);
    text[n > 0 ? n : 0] = '\0';
    close(fd);
    *second = strchr(text, ' ');
    if (*second == NULL)
        fail(path);
    *(*second)++ = '\0';
    return true;
}

static void mount_share(void)
{
    char system[256], *options;
    if (!read_two("/share", system, sizeof(system), &options))
        return;
    load_modules();
    mkdir("/shared", 0755);
    if (mount("share", "/shared", system, 0, options) != 0)
        fail("mount /shared");
}

static void set_address(unsigned long call, const char *address)
{
    struct ifreq request = {.ifr_name = "eth0"};
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = inet_addr(address)};
    memcpy(&request.ifr_addr, &name, sizeof(name));
    if (ioctl(network_calls, call, &request) != 0)
        fail(address);
}

static void start_network(void)
{
    char address[64], *gateway;
    if (!read_two("/network", address, sizeof(address), &gateway))
        return;
    load_modules();
    set_address(SIOCSIFADDR, address);
    set_address(SIOCSIFNETMASK, "255.255.255.0");
    start_interface("eth0");
    struct rtentry route = {.rt_flags = RTF_UP | RTF_GATEWAY};
    struct sockaddr_in name = {.sin_family = AF_INET};
    memcpy(&route.rt_dst, &name, sizeof(name));
    memcpy(&route.rt_genmask, &name, sizeof(name));
    name.sin_addr.s_addr = inet_addr(gateway);
    memcpy(&route.rt_gateway, &name, sizeof(name));
    if (ioctl(network_calls, SIOCADDRT, &route) != 0)
        fail(gateway);
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
    network_calls = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    start_interface("lo");
    mount_share();
    start_network();
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
