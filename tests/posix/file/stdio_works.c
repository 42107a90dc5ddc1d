/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Buffered streams: modes, seeking, ungetc, getline, scanf, buffering, errors, temporary files. */
#include "check.h"

int main(void)
{
    char text[64], *line = NULL;
    size_t capacity = 0;
    int number;
    double real;

    enter_scratch();
    FILE *file = fopen("file", "w+");
    REQUIRE(file != NULL);
    CHECK(fprintf(file, "%d %s %.3f\nsecond line\n", 42, "word", 3.14159) == 26);
    rewind(file);
    CHECK(fscanf(file, "%d %63s %lf", &number, text, &real) == 3);
    printf("%d %s %.3f\n", number, text, real);
    CHECK(fgetc(file) == '\n' && ungetc('S', file) == 'S');
    CHECK(getline(&line, &capacity, file) == 13);
    printf("%s", line);
    CHECK(fgetc(file) == EOF && feof(file) && !ferror(file));
    CHECK(fseek(file, -5, SEEK_END) == 0 && ftell(file) == 21);
    CHECK(fputs("LINE", file) >= 0 && fflush(file) == 0);
    CHECK(fclose(file) == 0);
    show_file("file");
    file = fopen("file", "a");
    fputs("appended\n", file);
    fclose(file);
    show_file("file");
    CHECK(fopen("absent", "r") == NULL && errno == ENOENT);
    CHECK(fopen("file", "wx") == NULL && errno == EEXIST);
    file = fopen("/dev/full", "w");
    CHECK(fputs("x", file) >= 0 && fflush(file) == EOF && errno == ENOSPC && ferror(file));
    fclose(file);
    FILE *temporary = tmpfile();
    REQUIRE(temporary != NULL);
    CHECK(fwrite("temporary", 1, 9, temporary) == 9 && fseek(temporary, 4, SEEK_SET) == 0);
    memset(text, 0, sizeof(text));
    CHECK(fread(text, 1, 64, temporary) == 5);
    puts(text);
    FILE *memory = open_memstream(&line, &capacity);
    fprintf(memory, "in %s", "memory");
    fclose(memory);
    puts(line);
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("unbuffered\n");
    CHECK(remove("file") == 0 && access("file", F_OK) == -1);
    return check_done();
}
