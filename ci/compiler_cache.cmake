# SPDX-License-Identifier: BSD-3-Clause
#
# What was compiled once is not compiled again, in another build folder or another clone: ccache, if
# it is installed, keeps objects in the cache that holds the toolchain's parts.
# An object is known by the contents of its source and of all headers, the options, and the compilers,
# configurations and names named here. CCACHE_DISABLE=1 in the environment goes without.
#
# Sets HERMIT_COMPILER_CACHE, the words that go before a compiler's command, and the same for
# objects that do not name the folder they are compiled in (-fdebug-compilation-dir=.), which are
# alike for all kernels: HERMIT_COMPILER_CACHE_ANYWHERE. They are empty without ccache. Objects of
# such commands name their source's place: they are found again by clones at the same one.
#
# What CMake itself compiles names its sources from the top of the tree, wherever that is. With ccache,
# the compiler is given paths from the build folder.
file(RELATIVE_PATH up ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR}) # with a slash at the end
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/= -ffile-prefix-map=${up}=
  -ffile-prefix-map=${CMAKE_BINARY_DIR}=.)

set(HERMIT_COMPILER_CACHE)
set(HERMIT_COMPILER_CACHE_ANYWHERE)
find_program(CCACHE ccache)
if(NOT CCACHE)
  return()
endif()

set(cache $ENV{HERMIT_CACHE})
if(NOT cache)
  set(cache $ENV{HOME}/.cache/hermit)
endif()
# The Hermit commands are scripts that call these; their libraries are told by the packages' versions.
execute_process(COMMAND ${CMAKE_C_COMPILER} --version OUTPUT_VARIABLE compilers)
# ccache compares the headers that were included, and does not see that another one of such a name has
# come before it on the include path: those of the tree that may hide another one count by their names.
file(GLOB_RECURSE headers RELATIVE ${CMAKE_SOURCE_DIR} benchmarks/*.h kernel/*.h launcher/*.h
  libc-glue/*.h lwip/*.h syscalls/*.h tests/*.h)
list(TRANSFORM headers REPLACE ".*/" "" OUTPUT_VARIABLE names)
set(hiding)
foreach(header name IN ZIP_LISTS headers names)
  list(REMOVE_AT names 0) # those of the headers behind it are left
  if(header MATCHES "^lwip/|/shim/" OR name IN_LIST names)
    list(APPEND hiding ${header})
  endif()
endforeach()
list(JOIN hiding "\n" hiding)
# Nor does it look at how names are mapped: the last line stands for that.
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/ccache.known
  CONTENT "${compilers}${hiding}\nnames from the top of the tree\n")
file(GLOB configurations ${HERMIT_PREFIX}/lib/hermit/*.cfg)
list(JOIN configurations ":" configurations)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/ccache.conf CONTENT "cache_dir = ${cache}/ccache
max_size = 2G
compiler_check = content
extra_files_to_hash = ${CMAKE_BINARY_DIR}/ccache.known:${configurations}
")
set(HERMIT_COMPILER_CACHE env CCACHE_CONFIGPATH=${CMAKE_BINARY_DIR}/ccache.conf ${CCACHE})
set(HERMIT_COMPILER_CACHE_ANYWHERE
  env CCACHE_CONFIGPATH=${CMAKE_BINARY_DIR}/ccache.conf CCACHE_NOHASHDIR=1 ${CCACHE})
set(CMAKE_C_COMPILER_LAUNCHER
  env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${HERMIT_COMPILER_CACHE_ANYWHERE})
