/* SPDX-License-Identifier: BSD-3-Clause */
/* Eight threads use the working folder at once, for the first time: tells how many read in.dat. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>

static pthread_barrier_t barrier;
static atomic_int readers, folders;

static void *use(void *argument)
{
    struct stat status;
    char text[8] = "";
    (void)argument;
    pthread_barrier_wait(&barrier);
    FILE *file = fopen("in.dat", "r");
    if (file != NULL && fgets(text, sizeof(text), file) != NULL && text[0] == 'i')
        atomic_fetch_add(&readers, 1);
    if (file != NULL)
        fclose(file);
    if (stat(".", &status) == 0 && S_ISDIR(status.st_mode) && status.st_ino != 0)
        atomic_fetch_add(&folders, 1);
    return NULL;
}

int main(void)
{
    pthread_t threads[8];
    pthread_barrier_init(&barrier, NULL, 8);
    for (int i = 0; i < 8; i++)
        pthread_create(&threads[i], NULL, use, NULL);
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    printf("%d read, %d looked\n", readers, folders);
    return 0;
}
