/* SPDX-License-Identifier: BSD-3-Clause */
/* The running image as an ELF file, for the boot; hermit/entry.h, boot_early(), has the rules. */
#ifndef BOOT_IMAGE_H
#define BOOT_IMAGE_H

#include <hermit/types.h>

void image_find(void); /* fills boot_info.image_start, image_end, executable_stack; reserves */
uintptr_t image_choose_bias(void); /* 0 for an image that is not position independent */
void image_relocate(uintptr_t bias);
void image_map(paddr_t root, uintptr_t bias);

#endif
