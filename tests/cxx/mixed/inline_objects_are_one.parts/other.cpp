/* The other object, with the weak definition. */
#include "shared.h"

[[gnu::weak]] const char *which()
{
    return "weak";
}

int *other_counter()
{
    return &counter;
}

int other_call()
{
    return counted_call();
}

int *other_holder()
{
    return &holder<int>::value;
}

int (*other_function())()
{
    return &counted_call;
}

int other_lambda()
{
    return next_by_lambda();
}

int *other_own()
{
    return &own_of_thread;
}

const char *other_which()
{
    return which();
}
