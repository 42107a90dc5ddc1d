# SPDX-License-Identifier: BSD-3-Clause
#
# CMake toolchain file for x86_64-hermit:
#   cmake -DCMAKE_TOOLCHAIN_FILE=<prefix>/share/cmake/Hermit/toolchain.cmake …
# Hermit presents itself as Linux (__linux__ is defined, uname says Linux), hence the system name.
# HERMIT is set for projects that want to know. Programs that a project runs while it is built or
# tested run under `hermit run`.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(HERMIT TRUE)

get_filename_component(HERMIT_PREFIX "${CMAKE_CURRENT_LIST_DIR}/../../.." REALPATH)
set(HERMIT_SYSROOT "${HERMIT_PREFIX}/x86_64-hermit")

set(CMAKE_C_COMPILER "${HERMIT_PREFIX}/bin/x86_64-hermit-clang")
set(CMAKE_ASM_COMPILER "${HERMIT_PREFIX}/bin/x86_64-hermit-clang")
foreach(tool AR RANLIB NM STRIP OBJDUMP OBJCOPY READELF)
  string(TOLOWER ${tool} name)
  set(CMAKE_${tool} "${HERMIT_PREFIX}/bin/x86_64-hermit-${name}" CACHE FILEPATH "")
endforeach()

# Every image is static; find nothing of the machine that builds but its programs.
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
list(APPEND CMAKE_FIND_ROOT_PATH "${HERMIT_SYSROOT}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(Hermit_DIR "${CMAKE_CURRENT_LIST_DIR}" CACHE PATH "Hermit's CMake package")

set(BUILD_SHARED_LIBS OFF CACHE BOOL "Hermit has no shared libraries")
set(CMAKE_CROSSCOMPILING_EMULATOR "${HERMIT_PREFIX}/bin/hermit;run")
