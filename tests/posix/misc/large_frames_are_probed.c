/* build: -fstack-clash-protection */
/* Code that touches each page of a large frame grows the stack as other code does. */
#include "check.h"

static int use(volatile char *bytes, size_t size)
{
    bytes[0] = 1;
    bytes[size - 1] = 2;
    return bytes[0] + bytes[size - 1];
}

__attribute__((noinline)) static int fixed_frame(int depth)
{
    char bytes[256 * 1024];
    int sum = use(bytes, sizeof(bytes));

    return depth == 0 ? sum : sum + fixed_frame(depth - 1);
}

__attribute__((noinline)) static int variable_frame(size_t size)
{
    char bytes[size];

    return use(bytes, sizeof(bytes));
}

int main(void)
{
    printf("%d\n", fixed_frame(20));
    printf("%d\n", variable_frame(2 * 1024 * 1024));
    return 0;
}
