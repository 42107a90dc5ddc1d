/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Two threads bind one socket to two paths at once: one gets its name, the other leaves no node. */
#include "local.h"

static int fd;
static pthread_barrier_t both;

static void *binder(void *path)
{
    pthread_barrier_wait(&both);
    int err = bind_to(fd, path);
    CHECK(err == 0 || errno == EINVAL);
    return err == 0 ? path : NULL;
}

static bool is_there(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

int main(void)
{
    struct sockaddr_un a;
    pthread_t threads[2];
    int one_name = 0, no_other_node = 0;

    enter_scratch();
    REQUIRE(pthread_barrier_init(&both, NULL, 2) == 0);
    for (int i = 0; i < 300; i++) {
        void *got[2];
        socklen_t length = sizeof(a);
        fd = new_socket(i % 2 ? SOCK_STREAM : SOCK_DGRAM);
        REQUIRE(pthread_create(&threads[0], NULL, binder, "a") == 0);
        REQUIRE(pthread_create(&threads[1], NULL, binder, "b") == 0);
        pthread_join(threads[0], &got[0]);
        pthread_join(threads[1], &got[1]);
        const char *name = got[0] != NULL ? got[0] : got[1];
        one_name += (got[0] != NULL) != (got[1] != NULL);
        no_other_node += is_there("a") + is_there("b") == 1 && is_there(name);
        CHECK(getsockname(fd, (struct sockaddr *)&a, &length) == 0 &&
              strcmp(a.sun_path, name) == 0);
        CHECK(unlink(name) == 0 && close(fd) == 0);
        unlink("a");
        unlink("b");
    }
    printf("%d got one name, %d left no other node\n", one_name, no_other_node);
    return check_done();
}
