// SPDX-License-Identifier: BSD-3-Clause
//
// HDF5: a table is written to a file in chunks, and a part of it is read back from the file.
#include <hdf5.h>
#include <stdio.h>

enum { ROWS = 40, COLUMNS = 30 };

static int write_table(const char *path)
{
    static int table[ROWS][COLUMNS];
    const hsize_t size[] = {ROWS, COLUMNS};
    const hsize_t chunk[] = {10, 10};
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(2, size, NULL);
    hid_t layout = H5Pcreate(H5P_DATASET_CREATE);

    for (int i = 0; i < ROWS * COLUMNS; i++)
        table[i / COLUMNS][i % COLUMNS] = i * i;
    H5Pset_chunk(layout, 2, chunk);
    hid_t set = H5Dcreate2(file, "/table", H5T_NATIVE_INT, space, H5P_DEFAULT, layout, H5P_DEFAULT);
    herr_t written = H5Dwrite(set, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, table);

    H5Dclose(set);
    H5Pclose(layout);
    H5Sclose(space);
    return written < 0 || H5Fclose(file) < 0;
}

// Reads rows 11 to 13, columns 5 to 8; counts what is not as it was written.
static int wrong_elements(const char *path)
{
    const hsize_t start[] = {11, 5};
    const hsize_t count[] = {3, 4};
    int part[3][4];
    int wrong = 0;
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t set = H5Dopen2(file, "/table", H5P_DEFAULT);
    hid_t whole = H5Dget_space(set);
    hid_t memory = H5Screate_simple(2, count, NULL);

    H5Sselect_hyperslab(whole, H5S_SELECT_SET, start, NULL, count, NULL);
    if (H5Dread(set, H5T_NATIVE_INT, memory, whole, H5P_DEFAULT, part) < 0)
        return 12;
    for (int i = 0; i < 12; i++) {
        int place = (11 + i / 4) * COLUMNS + 5 + i % 4;

        wrong += part[i / 4][i % 4] != place * place;
    }
    H5Sclose(memory);
    H5Sclose(whole);
    H5Dclose(set);
    H5Fclose(file);
    return wrong;
}

int main(void)
{
    if (write_table("table.h5"))
        return 2;
    int wrong = wrong_elements("table.h5");

    printf("hyperslab: %d wrong elements\n", wrong);
    return wrong != 0;
}
