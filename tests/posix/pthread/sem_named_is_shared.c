/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=2 */
/* sem_open gives the same semaphore for the same name until it is unlinked. */
#include "check.h"
#include <semaphore.h>

static void *post(void *argument)
{
    sleep_ms(5);
    CHECK(sem_post(argument) == 0);
    return NULL;
}

int main(void)
{
    sem_unlink("/hermit-named");
    sem_t *one = sem_open("/hermit-named", O_CREAT | O_EXCL, 0600, 1);
    REQUIRE(one != SEM_FAILED);
    sem_t *two = sem_open("/hermit-named", 0);
    CHECK(one == two);
    CHECK(sem_open("/hermit-named", O_CREAT | O_EXCL, 0600, 1) == SEM_FAILED && errno == EEXIST);
    CHECK(sem_wait(two) == 0);
    CHECK_ERRNO(sem_trywait(one), EAGAIN);
    pthread_t poster = start(post, two);
    CHECK(sem_wait(one) == 0);
    join(poster);
    CHECK(sem_unlink("/hermit-named") == 0);
    CHECK(sem_open("/hermit-named", 0) == SEM_FAILED && errno == ENOENT);
    CHECK(sem_close(two) == 0);
    CHECK(sem_close(one) == 0);
    return check_done();
}
