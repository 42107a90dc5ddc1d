/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* A thread names another by its file under /proc; names are cut at 15 bytes. */
#include "check.h"
#include <sys/prctl.h>
#include <sys/syscall.h>

static atomic_int tid, go_on;

static void *wait_for_name(void *unused)
{
    char name[17] = "";

    atomic_store(&tid, (int)syscall(SYS_gettid));
    await(&go_on, 1);
    CHECK(prctl(PR_GET_NAME, name) == 0);
    puts(name);
    return unused;
}

static void name_it(const char *file, const char *name)
{
    char text[64] = "";
    int fd = open(file, O_RDWR);

    REQUIRE(fd >= 0);
    CHECK(write(fd, name, strlen(name)) == (ssize_t)strlen(name));
    CHECK(pread(fd, text, sizeof(text) - 1, 0) > 0);
    printf("%s", text);
    close(fd);
}

int main(void)
{
    char file[64];
    pthread_t other = start(wait_for_name, NULL);

    while (atomic_load(&tid) == 0)
        sched_yield();
    snprintf(file, sizeof(file), "/proc/self/task/%d/comm", atomic_load(&tid));
    name_it(file, "worker");
    name_it(file, "a name that is much too long");
    atomic_store(&go_on, 1);
    join(other);
    name_it("/proc/self/comm", "first\n");
    return check_done();
}
