/* SPDX-License-Identifier: BSD-3-Clause */
/* Cleanup handlers run last in, first out, then the destructors; pop(1) runs, pop(0) does not. */
#include "check.h"

static pthread_key_t key;

static void say(void *text)
{
    printf("%s\n", (char *)text);
}

static void *body(void *unused)
{
    (void)unused;
    pthread_setspecific(key, "destructor");
    pthread_cleanup_push(say, "outer");
    pthread_cleanup_push(say, "popped without running");
    pthread_cleanup_pop(0);
    pthread_cleanup_push(say, "popped and run");
    pthread_cleanup_pop(1);
    pthread_cleanup_push(say, "inner");
    pthread_cancel(pthread_self());
    say("still here after cancelling oneself");
    pthread_testcancel();
    say("not reached");
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
    return NULL;
}

static void *exiting(void *unused)
{
    (void)unused;
    pthread_cleanup_push(say, "at pthread_exit");
    pthread_exit((void *)5);
    pthread_cleanup_pop(0);
    return NULL;
}

int main(void)
{
    REQUIRE(pthread_key_create(&key, say) == 0);
    CHECK(join(start(body, NULL)) == PTHREAD_CANCELED);
    CHECK(join(start(exiting, NULL)) == (void *)5);
    return check_done();
}
