/* Data that no code names: tables between __start_ and __stop_ symbols, strong and weak, and
 * records that are found by walking memory around one of them, as small test frameworks do. */
#include <stdio.h>

struct record {
    unsigned long magic;
    const char *name;
};

#define MAGIC 0xbadcafe0badcafeUL
#define RECORD(name)                                                                               \
    static struct record record_##name __attribute__((used, section(".records"))) = {MAGIC, #name}
RECORD(first);
RECORD(second);
RECORD(third);

#define ENTRY(table, number)                                                                       \
    static int table##number __attribute__((used, section(#table))) = number
ENTRY(weak_table, 1);
ENTRY(weak_table, 2);
ENTRY(strong_table, 3);
extern int __start_weak_table[] __attribute__((weak)), __stop_weak_table[] __attribute__((weak));
extern int __start_no_table[] __attribute__((weak)), __stop_no_table[] __attribute__((weak));
extern int __start_strong_table[], __stop_strong_table[];

static const int constant __attribute__((used, section("constant_table"))) = 4;
extern const int __start_constant_table[], __stop_constant_table[];

/* Here nothing refers to; in a section of its own by -ffunction-sections. */
int nobody_calls_this(void);
int nobody_calls_this(void)
{
    return 1;
}

static int sum(const int *from, const int *to)
{
    int total = 0;

    while (from < to)
        total += *from++;
    return total;
}

int main(void)
{
    struct record *at = &record_second;

    while (at[-1].magic == MAGIC)
        at--;
    for (; at->magic == MAGIC; at++)
        puts(at->name);
    printf("weak %d, none %d, strong %d, constant %d\n", sum(__start_weak_table, __stop_weak_table),
           sum(__start_no_table, __stop_no_table), sum(__start_strong_table, __stop_strong_table),
           sum(__start_constant_table, __stop_constant_table));
    return 0;
}
