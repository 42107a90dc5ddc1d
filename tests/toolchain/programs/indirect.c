/* Indirect functions: called, by pointer, from a constructor, with a resolver that uses the C
 * library, the processor's features and thread-local storage; C and C++ alike. */
#include <stdio.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif
typedef int function(int);

static _Thread_local int asked = 40;
static int from_constructor;

static int twice(int x)
{
    return 2 * x;
}

static int thrice(int x)
{
    return 3 * x;
}

function *choose_by_environment(void)
{
    asked++;
    return getenv("THRICE") != NULL ? thrice : twice;
}

function *choose_by_processor(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("sse2") ? thrice : twice;
}

int by_environment(int x) __attribute__((ifunc("choose_by_environment")));
int by_processor(int x) __attribute__((ifunc("choose_by_processor")));
static function *volatile pointer = by_environment;
int sum_of_squares(const int *numbers, int count); /* clones.c */

__attribute__((constructor)) static void early(void)
{
    from_constructor = by_processor(5);
}

int main(void)
{
    const int numbers[] = {1, 2, 3, 4};

    printf("%d %d %d %d\n", by_environment(5), by_processor(5), pointer(5), from_constructor);
    printf("%s, %d\n", pointer == by_environment ? "one address" : "two addresses", asked);
    printf("%d\n", sum_of_squares(numbers, 4));
    return 0;
}
#ifdef __cplusplus
}
#endif
