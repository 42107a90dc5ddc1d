/* The C half. */
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

struct point {
    double x, y;
};

struct mixed {
    char tag;
    short small;
    long large;
    struct point corners[2];
    bool flag;
};

enum colour { RED = 1, GREEN, BLUE = 7 };

void fortran_change(struct mixed *m, double factor);
int SumOfNumbers(const int *numbers, int length);

double c_length(struct point p)
{
    return sqrt(p.x * p.x + p.y * p.y);
}

void c_change(struct mixed *m)
{
    m->tag++;
    m->large = -m->large;
    m->corners[1].y += 0.5;
    fortran_change(m, 10.0);
}

size_t c_size_of_mixed(void)
{
    return sizeof(struct mixed);
}

int c_colour(enum colour colour)
{
    return colour == BLUE ? 70 : colour == RED ? 10 : -1;
}

int c_calls_fortran(int n)
{
    int numbers[16];
    for (int i = 0; i < n; i++)
        numbers[i] = i * i;
    return SumOfNumbers(numbers, n);
}
