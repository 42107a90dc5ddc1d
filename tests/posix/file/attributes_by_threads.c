/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Threads set, read, list and remove extended attributes of one file: a value is read as it was
 * set, as a whole, and those that nobody removes stay. */
#include "attribute.h"

#define THREADS 4
#define ROUNDS  25
#define SIZE    100

static const char *shared, *kept;

static void check_whole(const char *value, ssize_t size)
{
    for (ssize_t i = 1; i < size; i++)
        REQUIRE(value[i] == value[0]);
}

static void *body(void *argument)
{
    int self = (int)(intptr_t)argument;
    char own[16], value[SIZE], list[1024];

    snprintf(own, sizeof(own), "own%d", self);
    for (int i = 0; i < ROUNDS; i++) {
        memset(value, 'a' + self, sizeof(value));
        REQUIRE(setxattr("file", shared, value, (size_t)(SIZE - self), 0) == 0);
        REQUIRE(setxattr("file", attribute_name(own), value, 10, XATTR_CREATE) == 0);
        ssize_t size = getxattr("file", shared, value, sizeof(value));
        REQUIRE(size > SIZE - THREADS && size == SIZE - (value[0] - 'a'));
        check_whole(value, size);
        size = listxattr("file", list, sizeof(list));
        REQUIRE(size > 0 && list[size - 1] == '\0');
        REQUIRE(getxattr("file", kept, value, sizeof(value)) == 4);
        REQUIRE(removexattr("file", attribute_name(own)) == 0);
        REQUIRE(getxattr("file", attribute_name(own), value, 1) == -1 && errno == ENODATA);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    char list[1024];

    enter_scratch();
    attribute_begin();
    make_file("file", "text");
    shared = attribute_name("shared");
    kept = attribute_name("kept");
    REQUIRE(setxattr("file", kept, "kept", 4, 0) == 0);
    for (intptr_t i = 0; i < THREADS; i++)
        threads[i] = start(body, (void *)i);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    attribute_show("left", list, listxattr("file", list, sizeof(list)));
    return check_done();
}
