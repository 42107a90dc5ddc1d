/* The C half. */
extern int fortran_counter;
extern double fortran_table[3];
extern struct {
    int first, second[3];
} shared_block;

int c_owned = 123;

void c_changes(void)
{
    fortran_counter += c_owned;
    fortran_table[1] *= 10;
    c_owned = -1;
}

int c_sees_common(void)
{
    int sum = shared_block.first + shared_block.second[2];
    shared_block.second[0] = 60;
    return sum;
}
