/* The C half. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fortran_fills(char *buffer, size_t length);

size_t c_length(const char *text)
{
    return strlen(text);
}

char *c_greeting(const char *name)
{
    char *text = malloc(strlen(name) + 16);
    if (text != NULL)
        sprintf(text, "hello, %s", name);
    return text;
}

int c_reads_back(void)
{
    char buffer[32] = "";
    char narrow[7];
    fortran_fills(buffer, sizeof(buffer));
    fortran_fills(narrow, sizeof(narrow));
    return strcmp(buffer, "filled by Fortran") == 0 && strcmp(narrow, "filled") == 0;
}

int putenv_of_c(const char *name, const char *value)
{
    return setenv(name, value, 1);
}
