/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* PTHREAD_KEYS_MAX keys can be made, one more is EAGAIN, and a deleted one comes back. */
#include "check.h"
#include <limits.h>

int main(void)
{
    pthread_key_t keys[PTHREAD_KEYS_MAX + 1];
    int made = 0;

    while (made <= PTHREAD_KEYS_MAX && pthread_key_create(&keys[made], NULL) == 0)
        made++;
    printf("%d keys\n", made);
    CHECK(pthread_key_create(&keys[PTHREAD_KEYS_MAX], NULL) == EAGAIN);
    CHECK(pthread_key_delete(keys[3]) == 0);
    CHECK(pthread_key_create(&keys[3], NULL) == 0);
    CHECK(pthread_getspecific(keys[3]) == NULL);
    return check_done();
}
