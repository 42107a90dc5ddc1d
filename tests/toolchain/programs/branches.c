/* Branches that are taken a known number of times, for profiles and coverage. */
#include <stdio.h>

static int larger(int a, int b)
{
    if (a > b)
        return a;
    return b;
}

int main(void)
{
    int sum = 0;

    for (int i = 0; i < 1000; i++)
        sum += larger(i, 900);
    printf("%d\n", sum);
    return 0;
}
