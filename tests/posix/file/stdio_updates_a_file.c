/* SPDX-License-Identifier: BSD-3-Clause */
/* The C library's streams read and write one file in turn, go to places in it, and append. */
#include "check.h"

static void make_lines(void)
{
    FILE *f = fopen("f", "wx");
    REQUIRE(f != NULL);
    for (int i = 0; i < 2000; i++)
        fprintf(f, "line %05d\n", i);
    CHECK(fclose(f) == 0);
    CHECK(fopen("f", "wx") == NULL && errno == EEXIST);
}

static void update(void)
{
    char line[32];
    int n = 0;
    FILE *f = fopen("f", "r+");
    REQUIRE(f != NULL);
    for (int i = 0; i < 2000; i += 37) {
        CHECK(fseek(f, 11L * i, SEEK_SET) == 0 && fgets(line, sizeof(line), f) != NULL);
        n += atoi(line + 5) == i;
        CHECK(fseek(f, -11L, SEEK_CUR) == 0 && fputs("LINE", f) >= 0 && fflush(f) == 0);
    }
    CHECK(ftell(f) == 11L * 1998 + 4 && fclose(f) == 0);
    printf("%d lines found\n", n);
}

static void count(void)
{
    char line[32];
    int upper = 0, n = 0;
    FILE *f = fopen("f", "a+");
    REQUIRE(f != NULL && fputs("the end\n", f) >= 0 && fflush(f) == 0);
    rewind(f);
    for (; fgets(line, sizeof(line), f) != NULL; n++)
        upper += strncmp(line, "LINE", 4) == 0;
    printf("%d lines, %d of them in capitals, the last one: %s", n, upper, line);
    CHECK(feof(f) && !ferror(f) && fclose(f) == 0);
}

static void far_away(void)
{
    FILE *f = fopen("far", "w+");
    REQUIRE(f != NULL && fseeko(f, 6LL << 30, SEEK_SET) == 0);
    CHECK(fputs("far away", f) >= 0 && ftello(f) == (6LL << 30) + 8);
    CHECK(fseeko(f, -4, SEEK_END) == 0 && fgetc(f) == 'a' && ungetc('A', f) == 'A');
    CHECK(fgetc(f) == 'A' && fgetc(f) == 'w' && fclose(f) == 0 && unlink("far") == 0);
}

int main(void)
{
    enter_scratch();
    make_lines();
    update();
    count();
    far_away();
    return check_done();
}
