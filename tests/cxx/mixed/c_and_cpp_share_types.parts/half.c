/* The C half. */
#include "shared.h"

struct mixed c_mixed(struct mixed value)
{
    cpp_counter++;
    return cpp_mixed((struct mixed){value.number, value.real + 1});
}

struct large c_large(struct large value)
{
    value.words[4] += value.words[0] + value.words[1];
    return value;
}

struct floats c_floats(struct floats value)
{
    return (struct floats){value.z, value.x, value.y};
}

struct bits c_bits(void)
{
    return (struct bits){.a = 5, .b = -3, .c = 0xabcdef};
}

enum order c_next(enum order value)
{
    return value + 1;
}

bool c_negate(bool value)
{
    return !value;
}

__int128 c_wide(__int128 value)
{
    return value * 3;
}

long double c_long_double(long double value)
{
    return value / 3;
}

void c_square(double _Complex *value)
{
    *value *= *value;
}

double c_calls_sum(void)
{
    return cpp_sum(6, 1, 0.25, 3, 0.5, 5, 0.75);
}

void c_call_back(void (*function)(void *, int), void *object, int times)
{
    for (int i = 0; i < times; i++)
        function(object, i);
}

long c_reads_own(void)
{
    return cpp_own;
}
