/* Undefined behaviour of several kinds, as C and C++; what it computes is printed all the same. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { COUNT = 4 };

static int add(int a, int b)
{
    return a + b;
}

static int shift(int by)
{
    return 1 << by;
}

static int element(const int *numbers, volatile int at)
{
    int copy[COUNT];

    memcpy(copy, numbers, sizeof(copy));
    return copy[at] != 0 || at >= COUNT;
}

static int misaligned(const char *bytes)
{
    return *(const int *)(const void *)(bytes + 1);
}

int main(int argc, char **argv)
{
    int numbers[COUNT] = {1, 2, 3, 4};
    double large = 1e10 * argc;

    (void)argv;
    printf("%d\n", add(INT_MAX, argc) < 0);
    printf("%d\n", shift(31 + argc));
    printf("%d\n", element(numbers, 3 + argc));
    printf("%d\n", misaligned((const char *)numbers) != 0);
    printf("%d\n", (int)large != 0);
    fflush(stdout);
    return 0;
}
