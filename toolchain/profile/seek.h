/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Put before the file that writes profiles. It skips gaps by seeking; what leaves the machine
 * (LLVM_PROFILE_FILE=/dev/stderr) does so by a stream, where a gap has to be written. No locks.
 */
#ifndef HERMIT_PROFILE_SEEK_H
#define HERMIT_PROFILE_SEEK_H

#include <stdio.h>

/* As fseek; a step forward on what cannot seek writes zeros. */
static int profile_seek(FILE *file, long offset, int whence)
{
    if (fseek(file, offset, whence) == 0)
        return 0;
    if (whence != SEEK_CUR)
        return -1;
    for (long i = 0; i < offset; i++) {
        if (fputc(0, file) == EOF)
            return -1;
    }
    return 0;
}

#define fseek profile_seek

#endif
