/* SPDX-License-Identifier: BSD-3-Clause */
/* build: -mcmodel=medium */
/* A static array of 3 GiB: only touched pages are resident. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE (3ul << 30)

static char array[SIZE];

static long resident_mib(void)
{
    char line[256];
    long kib = -1;
    FILE *status = fopen("/proc/self/status", "r");

    while (status && fgets(line, sizeof(line), status))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kib = atol(line + 6);
    if (status)
        fclose(status);
    return kib < 0 ? -1 : kib >> 10;
}

int main(void)
{
    unsigned long wrong = 0;
    long before = resident_mib();

    for (size_t i = 0; i < 256ul << 20; i += 4096)
        array[i] = 1;
    long part = resident_mib();
    for (size_t i = 0; i < SIZE; i += 4096)
        array[i] = (char)(i >> 12);
    for (size_t i = 0; i < SIZE; i += 4096)
        wrong += array[i] != (char)(i >> 12) || array[i + 4095] != 0;
    printf("resident at first below 64 MiB: %d\n", before >= 0 && before < 64);
    printf("after 256 MiB: %d\n", part >= 256 && part < 400);
    printf("after all: %d, wrong %lu\n", resident_mib() >= 3072, wrong);
    return wrong != 0;
}
