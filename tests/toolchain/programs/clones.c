/* A function for several processors, of which the one at hand chooses. */
#ifdef __cplusplus
extern "C" {
#endif
__attribute__((target_clones("avx512f", "avx2", "default"))) int sum_of_squares(const int *numbers,
                                                                                int count)
{
    int sum = 0;

    for (int i = 0; i < count; i++)
        sum += numbers[i] * numbers[i];
    return sum;
}
#ifdef __cplusplus
}
#endif
