/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lists of command-line words, response files, and the command line of the Clang that started the
 * link driver. One thread, no locks.
 */
#include "driver.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Response files may name response files; a circle ends here. */
#define MAX_NESTING 16

static void *must(void *memory)
{
    if (memory == NULL)
        fail("out of memory");
    return memory;
}

char *copy_text(const char *text)
{
    return must(strdup(text));
}

char *format_text(const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0)
        fail("out of memory");
    return text;
}

void add_word(struct words *words, const char *word)
{
    if (words->count + 1 >= words->room) {
        words->room = words->room == 0 ? 64 : 2 * words->room;
        words->item = must(realloc(words->item, words->room * sizeof(*words->item)));
    }
    words->item[words->count++] = (char *)word;
    words->item[words->count] = NULL;
}

void add_words(struct words *words, const struct words *more)
{
    for (size_t i = 0; i < more->count; i++)
        add_word(words, more->item[i]);
}

/* The whole of a file with a NUL after it, or NULL. Works for /proc, whose files have no size. */
static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "r");
    size_t room = 4096, used = 0, got;
    char *text;

    if (file == NULL)
        return NULL;
    text = must(malloc(room));
    while ((got = fread(text + used, 1, room - used - 1, file)) > 0) {
        used += got;
        if (room - used < 2) {
            room *= 2;
            text = must(realloc(text, room));
        }
    }
    fclose(file);
    text[used] = '\0';
    *length = used;
    return text;
}

/* Takes the next word from `text` in place; NULL at the end. */
static char *next_word(char **text)
{
    char *from = *text + strspn(*text, " \t\r\n\f\v");
    char *word = from, *to = from;
    char quote = '\0';

    if (*from == '\0')
        return NULL;
    for (; *from != '\0'; from++) {
        if (*from == '\\' && from[1] != '\0' && quote != '\'')
            *to++ = *++from;
        else if (*from == quote)
            quote = '\0';
        else if (quote == '\0' && (*from == '\'' || *from == '"'))
            quote = *from;
        else if (quote == '\0' && strchr(" \t\r\n\f\v", *from) != NULL)
            break;
        else
            *to++ = *from;
    }
    *text = *from == '\0' ? from : from + 1;
    *to = '\0';
    return word;
}

static void expand(struct words *words, const char *word, int nesting)
{
    size_t length;
    char *text = NULL;

    if (word[0] == '@' && nesting < MAX_NESTING)
        text = read_file(word + 1, &length);
    if (text == NULL) {
        add_word(words, word);
        return;
    }
    for (char *inner; (inner = next_word(&text)) != NULL;)
        expand(words, inner, nesting + 1);
}

void add_expanded(struct words *words, const char *word)
{
    expand(words, word, 0);
}

const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

void read_clang_command(struct words *words)
{
    char *link = format_text("/proc/%d/exe", (int)getppid());
    char *path = format_text("/proc/%d/cmdline", (int)getppid());
    char program[PATH_MAX];
    size_t length;

    ssize_t got = readlink(link, program, sizeof(program) - 1);
    if (got < 0)
        return;
    program[got] = '\0';
    const char *name = file_name(program);
    if (strncmp(name, "clang", 5) != 0 && strncmp(name, "flang", 5) != 0)
        return;
    char *text = read_file(path, &length);
    for (size_t at = 0; text != NULL && at < length; at += strlen(text + at) + 1)
        add_expanded(words, text + at);
}
