/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* /proc/cpuinfo, meminfo, self/stat, status, cmdline and exe can be read and agree with the
 * calls. */
#include "check.h"
#include <ctype.h>

/* The number behind `key` in the file, -1 if it is not there; counts lines with the key. */
static long number_in(const char *path, const char *key, int *count)
{
    char line[4096];
    long number = -1;
    FILE *file = fopen(path, "r");

    REQUIRE(file != NULL);
    *count = 0;
    while (fgets(line, sizeof(line), file)) {
        if (strncmp(line, key, strlen(key)) == 0) {
            char *colon = strchr(line, ':');
            if (colon && (*count)++ == 0)
                number = strtol(colon + 1, NULL, 10);
        }
    }
    fclose(file);
    return number;
}

int main(void)
{
    char text[4096] = {0};
    int count, pid;

    CHECK(number_in("/proc/cpuinfo", "processor", &count) == 0);
    CHECK(count == sysconf(_SC_NPROCESSORS_ONLN));
    number_in("/proc/cpuinfo", "flags", &count);
    CHECK(count == sysconf(_SC_NPROCESSORS_ONLN));
    long total = number_in("/proc/meminfo", "MemTotal", &count);
    long available = number_in("/proc/meminfo", "MemAvailable", &count);
    long unused = number_in("/proc/meminfo", "MemFree", &count);
    CHECK(total > 0 && unused > 0 && unused <= total && available > 0 && available <= total);
    CHECK(number_in("/proc/self/status", "Pid", &count) == getpid());
    CHECK(number_in("/proc/self/status", "Threads", &count) == 1);
    CHECK(number_in("/proc/self/status", "VmRSS", &count) > 0);
    FILE *stat_file = fopen("/proc/self/stat", "r");
    REQUIRE(stat_file != NULL);
    char state;
    CHECK(fscanf(stat_file, "%d (%*[^)]) %c", &pid, &state) == 2 && pid == getpid());
    printf("state %c\n", state);
    fclose(stat_file);
    ssize_t length = readlink("/proc/self/exe", text, sizeof(text) - 1);
    CHECK(length > 0 && text[0] == '/');
    FILE *command = fopen("/proc/self/cmdline", "r");
    REQUIRE(command != NULL);
    memset(text, 0, sizeof(text));
    CHECK(fread(text, 1, sizeof(text), command) > 0 && strstr(text, "posix_proc_files_read"));
    fclose(command);
    CHECK(access("/sys/devices/system/cpu", F_OK) == 0);
    FILE *online = fopen("/sys/devices/system/cpu/online", "r");
    REQUIRE(online != NULL);
    CHECK(fgets(text, sizeof(text), online) != NULL && isdigit((unsigned char)text[0]));
    fclose(online);
    return check_done();
}
