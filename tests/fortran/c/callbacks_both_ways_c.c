/* The C half. */
#include <stddef.h>

typedef int transformation(int value);

int c_apply(int (*f)(void *data, int n), void *data, int times)
{
    int last = 0;
    for (int i = 1; i <= times; i++)
        last = f(data, i);
    return last;
}

static int doubled(int value)
{
    return 2 * value;
}

static int negated(int value)
{
    return -value;
}

transformation *c_choose(int which)
{
    return which == 0 ? doubled : which == 1 ? negated : NULL;
}
