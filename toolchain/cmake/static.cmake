# SPDX-License-Identifier: BSD-3-Clause
#
# CMAKE_USER_MAKE_RULES_OVERRIDE of the toolchain file, read after CMake's own description of Linux:
# there are no shared libraries here, so CMake makes archives of SHARED and MODULE ones.
set_property(GLOBAL PROPERTY TARGET_SUPPORTS_SHARED_LIBS FALSE)
