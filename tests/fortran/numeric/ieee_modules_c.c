/* The C half. */

double divided(double a, double b)
{
    return a / b;
}

double multiplied(double a, double b)
{
    return a * b;
}
