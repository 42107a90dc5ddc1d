/* What C and C++ both see. */
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mixed {
    long number;
    double real;
};
struct large {
    long words[5];
};
struct floats {
    float x, y, z;
};
struct bits {
    unsigned a : 3;
    int b : 5;
    unsigned c : 24;
};
enum order { FIRST, SECOND, THIRD };

struct mixed c_mixed(struct mixed value);
struct large c_large(struct large value);
struct floats c_floats(struct floats value);
struct bits c_bits(void);
enum order c_next(enum order value);
bool c_negate(bool value);
__int128 c_wide(__int128 value);
long double c_long_double(long double value);
void c_square(double _Complex *value);
double c_calls_sum(void);
void c_call_back(void (*function)(void *, int), void *object, int times);
long c_reads_own(void);

/* Defined in C++. */
extern int cpp_counter;
#ifdef __cplusplus
extern thread_local constinit long cpp_own;
#else
extern _Thread_local long cpp_own;
#endif
double cpp_sum(int count, ...);
struct mixed cpp_mixed(struct mixed value);

#ifdef __cplusplus
}
#endif
