/* The C half. */
#include <ISO_Fortran_binding.h>

int fortran_sum(CFI_cdesc_t *array);

double c_sum(CFI_cdesc_t *array)
{
    double sum = 0;
    for (CFI_index_t j = 0; j < array->dim[1].extent; j++) {
        for (CFI_index_t i = 0; i < array->dim[0].extent; i++) {
            CFI_index_t at[2] = {i + array->dim[0].lower_bound, j + array->dim[1].lower_bound};
            sum += *(double *)CFI_address(array, at);
        }
    }
    return sum;
}

int c_allocates(CFI_cdesc_t *array, int n)
{
    CFI_index_t lower = 0;
    CFI_index_t upper = n - 1;
    if (array->base_addr != NULL && CFI_deallocate(array) != CFI_SUCCESS)
        return -1;
    if (CFI_allocate(array, &lower, &upper, 0) != CFI_SUCCESS)
        return -2;
    for (int i = 0; i < n; i++)
        ((int *)array->base_addr)[i] = i * 11;
    return array->elem_len == sizeof(int);
}

void c_describes(CFI_cdesc_t *array, int *rank, int *bytes, int *contiguous)
{
    *rank = array->rank;
    *bytes = (int)array->elem_len;
    *contiguous = array->rank == 0 ? 1 : CFI_is_contiguous(array);
}

/* Every second of six numbers, by a section of an own descriptor. */
int c_calls_back(void)
{
    int numbers[6] = {1, 2, 3, 4, 5, 6};
    CFI_CDESC_T(1) whole_store, part_store;
    CFI_cdesc_t *whole = (CFI_cdesc_t *)&whole_store;
    CFI_cdesc_t *part = (CFI_cdesc_t *)&part_store;
    CFI_index_t extent = 6;
    CFI_index_t lower = 1;
    CFI_index_t upper = 5;
    CFI_index_t stride = 2;
    if (CFI_establish(whole, numbers, CFI_attribute_other, CFI_type_int, 0, 1, &extent) != 0 ||
        CFI_establish(part, NULL, CFI_attribute_other, CFI_type_int, 0, 1, &extent) != 0 ||
        CFI_section(part, whole, &lower, &upper, &stride) != 0)
        return -1;
    return fortran_sum(part) + 1000 * fortran_sum(whole);
}

int c_presence(CFI_cdesc_t *array)
{
    return array == NULL ? -1 : (int)array->dim[0].extent;
}
