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

get_filename_component(HERMIT_PREFIX "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(HERMIT_SYSROOT "${HERMIT_PREFIX}/x86_64-hermit")

set(CMAKE_C_COMPILER "${HERMIT_PREFIX}/bin/x86_64-hermit-clang")
set(CMAKE_CXX_COMPILER "${HERMIT_PREFIX}/bin/x86_64-hermit-clang++")
set(CMAKE_ASM_COMPILER "${HERMIT_PREFIX}/bin/x86_64-hermit-clang")
set(CMAKE_Fortran_COMPILER "${HERMIT_PREFIX}/bin/x86_64-hermit-flang")
foreach(tool AR RANLIB NM STRIP OBJDUMP OBJCOPY READELF)
  string(TOLOWER ${tool} name)
  set(CMAKE_${tool} "${HERMIT_PREFIX}/bin/x86_64-hermit-${name}" CACHE FILEPATH "")
endforeach()
# Interprocedural optimisation archives with these.
foreach(language C CXX Fortran)
  set(CMAKE_${language}_COMPILER_AR "${CMAKE_AR}")
  set(CMAKE_${language}_COMPILER_RANLIB "${CMAKE_RANLIB}")
endforeach()

# Every image is static: SHARED and MODULE libraries become archives, too.
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
set(BUILD_SHARED_LIBS OFF CACHE BOOL "Hermit has no shared libraries")
if(NOT DEFINED CMAKE_USER_MAKE_RULES_OVERRIDE)
  set(CMAKE_USER_MAKE_RULES_OVERRIDE "${CMAKE_CURRENT_LIST_DIR}/static.cmake")
endif()

# Find nothing of the machine that builds but its programs; what the user installed elsewhere for
# Hermit lies where CMAKE_PREFIX_PATH says.
file(TO_CMAKE_PATH "$ENV{CMAKE_PREFIX_PATH}" HERMIT_USER_PREFIXES)
list(APPEND CMAKE_FIND_ROOT_PATH "${HERMIT_SYSROOT}" ${CMAKE_PREFIX_PATH} ${HERMIT_USER_PREFIXES})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(PKG_CONFIG_EXECUTABLE "${HERMIT_PREFIX}/bin/x86_64-hermit-pkg-config" CACHE FILEPATH "")
set(Hermit_DIR "${CMAKE_CURRENT_LIST_DIR}" CACHE PATH "Hermit's CMake package")

set(CMAKE_CROSSCOMPILING_EMULATOR "${HERMIT_PREFIX}/bin/hermit;run")
