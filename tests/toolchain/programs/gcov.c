/* Writes gcov's counts of itself while it runs, and hands the file on: it lives in memory. */
#include <stdio.h>
#include <stdlib.h>

void __gcov_dump(void);

static int hand_on(const char *path)
{
    FILE *file = fopen(path, "rb");
    int byte;

    if (file == NULL)
        return EXIT_FAILURE;
    while ((byte = fgetc(file)) != EOF)
        putchar(byte);
    fclose(file);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    int rounds = 0;

    for (int i = 0; i < 7; i++)
        rounds += argc;
    __gcov_dump();
    return rounds == 14 ? hand_on(argv[1]) : EXIT_FAILURE;
}
