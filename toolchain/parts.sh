# SPDX-License-Identifier: BSD-3-Clause
#
# The parts of the sysroot: for each what it is made from (its key) and how it is built. Sourced by
# toolchain/build, which sets top, here, cache, prefix and jobs, and defines say and die.
#
# A part lives in $cache/parts/<name>-<key> as a tree to be laid over the sysroot. It is built in a
# folder beside it and renamed when complete, so that builds side by side do no harm.

# shellcheck disable=SC2034 # sources.sh uses it
lock=$top/toolchain/sources.lock
# shellcheck source=toolchain/sources.sh
. "$top/toolchain/sources.sh"

target=x86_64-linux-musl
# What every run-time library is compiled with; they are what Clang emits for linux-musl.
run_time_flags="-O2 -fPIE -ffunction-sections -fdata-sections -fno-math-errno -D__hermit__=1"
# What those in C++ get that call syscall(2).
direct_calls="-include $top/libc-glue/run-times/direct_calls.h"
compiler=$(clang-19 --version | head -n 1)

# contents PATH…: names and contents of files and folders below the source tree
contents()
{
    (cd "$top" && find "$@" -type f | LC_ALL=C sort | xargs sha256sum)
}

# The numbers, names and argument counts of table.def: states and notes do not concern the libc.
call_names()
{
    sed -n 's/^SYSCALL(\([0-9]*\), *\([a-z0-9_]*\), *\([0-6]\),.*/HERMIT_CALL(\1, \2, \3)/p' \
        "$top/syscalls/table.def"
}

# build_part NAME KEY-FUNCTION BUILD-FUNCTION: the build function fills $out, using $work
build_part()
{
    key=$("$2" | hash_of)
    part=$cache/parts/$1-$key
    eval "part_$1=\$part"
    [ ! -d "$part" ] || return 0
    say "building $1"
    started=$(date +%s)
    mkdir -p "$cache/parts" "$cache/work"
    work=$(mktemp -d "$cache/work/$1.XXXXXX")
    out=$work/out
    mkdir "$out"
    if ! (set -eu && "$3") >"$work/log" 2>&1; then
        tail -n 40 "$work/log" >&2
        die "$1 failed; the whole log is $work/log"
    fi
    mv -T "$out" "$part" 2>/dev/null || [ -d "$part" ] || die "cannot write $part"
    rm -rf "$work"
    say "built $1 in $(($(date +%s) - started)) s"
}

llvm_tree()
{
    unpacked llvm-toolchain-19 cmake compiler-rt llvm/cmake openmp runtimes libcxx libcxxabi \
        libunwind
}

# patch_tree TREE FOLDER…: applies the patches of those folders
patch_tree()
{
    tree=$1
    shift
    for folder in "$@"; do
        for patch in "$top/$folder"/*.patch; do
            patch -d "$tree" -p1 -F0 <"$patch"
        done
    done
}

# patched_musl FOLDER…: $work/musl, with the patches of those folders
patched_musl()
{
    cp -r "$(unpacked musl)" "$work/musl"
    patch_tree "$work/musl" "$@"
}

# --- headers: musl's public headers and Linux's, all that the other libraries are compiled against

headers_key()
{
    locked musl
    locked linux-libc-dev
    contents libc-glue/header-patches
}

build_headers()
{
    patched_musl libc-glue/header-patches
    make -C "$work/musl" ARCH=x86_64 prefix="$out" install-headers
    linux=$(unpacked linux-libc-dev)/usr/include
    cp -r "$linux/linux" "$linux/asm-generic" "$linux/x86_64-linux-gnu/asm" "$out/include/"
}

# --- musl, with the overlay of libc-glue/musl and the patches of libc-glue/*patches

musl_flags="-O2 -fPIE -ffunction-sections -fdata-sections -fasynchronous-unwind-tables"

musl_key()
{
    locked musl
    echo "$compiler $musl_flags"
    contents libc-glue/musl libc-glue/patches libc-glue/header-patches
    call_names
}

build_musl()
{
    src=$work/musl
    patched_musl libc-glue/header-patches libc-glue/patches
    rm "$src/src/process/x86_64/vfork.s"
    cp -r "$top/libc-glue/musl/." "$src/"
    call_names >"$src/arch/x86_64/hermit_calls.h"
    cd "$src"
    CC="clang-19 --target=$target" AR=llvm-ar-19 RANLIB=llvm-ranlib-19 CFLAGS=$musl_flags \
        ./configure --target=$target --prefix= --disable-shared --disable-wrapper \
        --enable-optimize=no
    make -j"$jobs" DESTDIR="$out" install-libs
}

# --- mimalloc, the default allocator, with the settings and the patch of libc-glue/mimalloc

# What goes with -O2 in its own release build; malloc is not to be taken for the compiler's.
mimalloc_flags="-DNDEBUG -DMI_DEBUG=0 -D_DEFAULT_SOURCE -std=gnu11 -ftls-model=local-exec \
    -fno-builtin-malloc -fno-builtin-calloc -fno-builtin-realloc -fno-builtin-free"

mimalloc_key()
{
    locked mimalloc
    headers_key
    echo "$compiler $run_time_flags $mimalloc_flags"
    contents libc-glue/mimalloc
}

build_mimalloc()
{
    src=$work/mimalloc
    cp -r "$(unpacked mimalloc)" "$src"
    patch -d "$src" -p1 -F0 <"$top/libc-glue/mimalloc/mimalloc.patch"
    mkdir "$out/lib"
    # shellcheck disable=SC2086 # lists of options
    clang-19 --target=$target -nostdlibinc -isystem "$part_headers/include" $run_time_flags \
        $mimalloc_flags -I"$src" -I"$src/include" -c "$top/libc-glue/mimalloc/mimalloc.c" \
        -o "$work/mimalloc.o"
    llvm-ar-19 rcs "$out/lib/libmimalloc.a" "$work/mimalloc.o"
}

# --- lwIP: patched sources, which the kernel's build compiles with lwip/include

lwip_key()
{
    locked lwip
    contents lwip/patches
}

build_lwip()
{
    lwip=$(unpacked lwip src COPYING)
    mkdir -p "$out/share/lwip/src"
    cp -r "$lwip/COPYING" "$out/share/lwip/"
    cp -r "$lwip/src/core" "$lwip/src/include" "$lwip/src/netif" "$out/share/lwip/src/"
    find "$out/share/lwip/src" -name '*.[ch]' -exec sed -i 's/\r$//' {} + # some lines end as in DOS
    patch_tree "$out/share/lwip" lwip/patches
}

# --- compiler-rt's builtins

# With __atomic_*_16 and the like, by cmpxchg16b: code compiled with -mcx16 uses that too, and both
# may be at work on the same object.
builtins_flags="$run_time_flags -mcx16"

builtins_key()
{
    locked llvm-toolchain-19
    headers_key
    echo "$compiler $builtins_flags atomic"
}

# cmake_build SOURCE OPTION…: configures and builds a library of LLVM's into $out
cmake_build()
{
    source=$1
    shift
    cmake -G Ninja -S "$source" -B "$work/build" -Wno-dev \
        -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$out" \
        -DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY -DCMAKE_SYSTEM_NAME=Linux \
        -DCMAKE_SYSTEM_PROCESSOR=x86_64 \
        -DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19 \
        -DCMAKE_ASM_COMPILER=clang-19 \
        -DCMAKE_C_COMPILER_TARGET=$target -DCMAKE_CXX_COMPILER_TARGET=$target \
        -DCMAKE_ASM_COMPILER_TARGET=$target \
        -DCMAKE_AR="$(command -v llvm-ar-19)" -DCMAKE_RANLIB="$(command -v llvm-ranlib-19)" \
        -DCMAKE_NM="$(command -v llvm-nm-19)" -DCMAKE_SYSROOT="$part_headers" "$@"
    ninja -C "$work/build" -j"$jobs" install
}

build_builtins()
{
    cmake_build "$(llvm_tree)/compiler-rt/lib/builtins" \
        -DCMAKE_C_FLAGS="$builtins_flags" -DCMAKE_ASM_FLAGS="$builtins_flags" \
        -DCOMPILER_RT_DEFAULT_TARGET_ONLY=ON -DCOMPILER_RT_BUILD_CRT=OFF \
        -DCOMPILER_RT_EXCLUDE_ATOMIC_BUILTIN=OFF
    mkdir "$work/only"
    mkdir "$work/only/lib"
    find "$out" -name 'libclang_rt.builtins*.a' -exec mv {} "$work/only/lib/libbuiltins.a" \;
    rm -rf "$out"
    mv "$work/only" "$out"
}

# --- libomp; openmp/ says how it is tuned

libomp_key()
{
    locked llvm-toolchain-19
    headers_key
    echo "$compiler $run_time_flags"
    contents libc-glue/run-times openmp/include openmp/options
}

build_libomp()
{
    llvm=$(llvm_tree)
    # libc++'s headers straight from the sources: libomp wants no C++ library to link with.
    cxx_headers="-nostdinc++ -isystem $top/openmp/include/libcxx -isystem $llvm/libcxx/include"
    # shellcheck disable=SC2046 # one option a word
    cmake_build "$llvm/openmp" \
        -DCMAKE_C_FLAGS="$run_time_flags" -DCMAKE_ASM_FLAGS="$run_time_flags" \
        -DCMAKE_CXX_FLAGS="$run_time_flags $cxx_headers $direct_calls" \
        $(sed 's/#.*//; s/^ *\([A-Z]\)/-D\1/' "$top/openmp/options")
    rm -rf "$out/lib/cmake"
    if [ -d "$out/lib64" ]; then
        mv "$out/lib64" "$out/lib"
    fi
}

# --- C++: libunwind, libc++abi and libc++, the latter two in one archive

cxx_key()
{
    locked llvm-toolchain-19
    headers_key
    echo "$compiler $run_time_flags"
    contents libc-glue/run-times toolchain/cxx.options
}

build_cxx()
{
    # shellcheck disable=SC2046 # one option a word
    cmake_build "$(llvm_tree)/runtimes" \
        -DCMAKE_C_FLAGS="$run_time_flags" -DCMAKE_ASM_FLAGS="$run_time_flags" \
        -DCMAKE_CXX_FLAGS="$run_time_flags $direct_calls" \
        $(sed 's/#.*//; s/^ *\([A-Z]\)/-D\1/' "$here/cxx.options")
    rm "$out/lib/libc++abi.a" # libc++.a holds it
}

# --- Fortran: flang's run-time library, and what programs include

fortran_flags="-std=c++17 -fno-exceptions -fno-rtti -DNDEBUG -DFLANG_LITTLE_ENDIAN=1"

# An unpacking of its own, so that C does not wait for it.
flang_tree()
{
    unpacked llvm-toolchain-19 flang/include/flang flang/lib/Decimal flang/module flang/runtime
}

fortran_key()
{
    cxx_key
    echo "$fortran_flags"
    flang-new-19 --version | head -n 1
}

build_fortran()
{
    flang=$(flang_tree)/flang
    mkdir -p "$work/objects" "$out/lib" "$out/include/fortran"
    printf '#define HAVE_STRERROR_R 1\n#define HAVE_DECL_STRERROR_S 0\n' >"$work/config.h"
    # The largest take the longest: they begin first.
    # shellcheck disable=SC2011,SC2012,SC2016 # the release's own names; expanded by the shell that is run
    ls -S "$flang"/runtime/*.cpp "$flang"/lib/Decimal/*.cpp | xargs -P "$jobs" -I SOURCE sh -c '
        "$@" -c SOURCE -o "$0/$(basename SOURCE .cpp).o"' "$work/objects" \
        clang++-19 --target=$target -nostdinc++ -nostdlibinc -isystem "$part_cxx/include/c++/v1" \
        -isystem "$part_headers/include" $run_time_flags $fortran_flags \
        -I"$work" -I"$flang/include" -I"$flang/runtime"
    clang-19 --target=$target -nostdlibinc -isystem "$part_headers/include" $run_time_flags \
        -I"$work" -I"$flang/include" -c "$flang/runtime/complex-reduction.c" \
        -o "$work/objects/complex-reduction-c.o"
    flang-new-19 --target=$target -fPIE -O2 -module-dir "$work" -c "$flang/module/iso_fortran_env_impl.f90" \
        -o "$work/objects/iso_fortran_env_impl.o"
    llvm-ar-19 rcs "$out/lib/libFortranRuntime.a" "$work/objects"/*.o
    cp "$flang/include/flang/ISO_Fortran_binding.h" "$out/include/"
    # Apart from the modules: a -I folder with those hides the intrinsic ones.
    cp "$(dirname "$(dirname "$(readlink -f "$(command -v flang-new-19)")")")/include/flang/omp_lib.h" \
        "$out/include/fortran/"
}

# --- profiles and coverage, of Clang's kinds and gcov's; compiler-rt's library

profile_sources="GCDAProfiling.c InstrProfiling.c InstrProfilingBuffer.c InstrProfilingFile.c
    InstrProfilingInternal.c InstrProfilingMerge.c InstrProfilingMergeFile.c InstrProfilingNameVar.c
    InstrProfilingPlatformLinux.c InstrProfilingRuntime.cpp InstrProfilingUtil.c InstrProfilingValue.c
    InstrProfilingVersionVar.c InstrProfilingWriter.c"
profile_defines="-DCOMPILER_RT_HAS_ATOMICS=1 -DCOMPILER_RT_HAS_FCNTL_LCK=1 -DCOMPILER_RT_HAS_UNAME=1"

profile_key()
{
    locked llvm-toolchain-19
    headers_key
    echo "$compiler $run_time_flags" $profile_defines $profile_sources
    contents toolchain/profile
}

# archive NAME FOLDER OPTIONS SOURCE…: lib<NAME>.a of C and C++ sources in FOLDER, which use neither
# libc++ nor exceptions
archive()
{
    name=$1
    folder=$2
    options=$3
    shift 3
    mkdir -p "$work/$name" "$out/lib"
    # shellcheck disable=SC2016 # expanded by the shell that is run
    printf '%s\n' "$@" | xargs -P "$jobs" -I SOURCE sh -c '
        folder=$0
        "$@" -c "$folder/SOURCE" -o "$(basename SOURCE).o"' "$folder" \
        env -C "$work/$name" clang-19 --target=$target -nostdinc++ -nostdlibinc \
        -isystem "$part_headers/include" $run_time_flags $options
    llvm-ar-19 rcs "$out/lib/lib$name.a" "$work/$name"/*.o
}

build_profile()
{
    rt=$(llvm_tree)/compiler-rt
    # shellcheck disable=SC2086 # a list
    archive profile "$rt/lib/profile" \
        "$profile_defines -I$rt/include -I$rt/lib -include $here/profile/seek.h" $profile_sources
}

# --- checks of undefined behaviour: UBSan's full and minimal run-time libraries in one archive

# Of the sanitizers' common code what UBSan reaches. vptr, the check that needs the C++ ABI library, is
# none that Clang knows for this target.
ubsan_sources="sanitizer_common/sanitizer_allocator.cpp sanitizer_common/sanitizer_common.cpp
    sanitizer_common/sanitizer_common_libcdep.cpp sanitizer_common/sanitizer_file.cpp
    sanitizer_common/sanitizer_flag_parser.cpp sanitizer_common/sanitizer_flags.cpp
    sanitizer_common/sanitizer_libc.cpp sanitizer_common/sanitizer_linux.cpp
    sanitizer_common/sanitizer_linux_libcdep.cpp sanitizer_common/sanitizer_mutex.cpp
    sanitizer_common/sanitizer_posix.cpp sanitizer_common/sanitizer_posix_libcdep.cpp
    sanitizer_common/sanitizer_printf.cpp sanitizer_common/sanitizer_procmaps_common.cpp
    sanitizer_common/sanitizer_procmaps_linux.cpp sanitizer_common/sanitizer_stacktrace.cpp
    sanitizer_common/sanitizer_stacktrace_libcdep.cpp
    sanitizer_common/sanitizer_stacktrace_printer.cpp sanitizer_common/sanitizer_suppressions.cpp
    sanitizer_common/sanitizer_symbolizer.cpp
    sanitizer_common/sanitizer_symbolizer_libbacktrace.cpp
    sanitizer_common/sanitizer_symbolizer_libcdep.cpp
    sanitizer_common/sanitizer_symbolizer_markup.cpp
    sanitizer_common/sanitizer_symbolizer_posix_libcdep.cpp
    sanitizer_common/sanitizer_symbolizer_report.cpp sanitizer_common/sanitizer_termination.cpp
    sanitizer_common/sanitizer_unwind_linux_libcdep.cpp ubsan/ubsan_diag.cpp ubsan/ubsan_flags.cpp
    ubsan/ubsan_handlers.cpp ubsan/ubsan_init.cpp ubsan/ubsan_monitor.cpp ubsan/ubsan_value.cpp
    ubsan_minimal/ubsan_minimal_handlers.cpp glue.cpp"
ubsan_flags="-std=c++17 -fno-exceptions -fno-rtti -fno-builtin"

ubsan_key()
{
    locked llvm-toolchain-19
    headers_key
    echo "$compiler $run_time_flags $ubsan_flags" $ubsan_sources
    contents toolchain/ubsan
    call_names
}

build_ubsan()
{
    rt=$(llvm_tree)/compiler-rt
    mkdir "$work/rt"
    cp -r "$rt/lib/sanitizer_common" "$rt/lib/interception" "$rt/lib/ubsan" "$rt/lib/ubsan_minimal" \
        "$here/ubsan/glue.cpp" "$work/rt/"
    cp "$here/ubsan/syscalls.inc" "$work/rt/sanitizer_common/sanitizer_syscall_linux_x86_64.inc"
    call_names >"$work/rt/hermit_calls.h"
    # shellcheck disable=SC2086 # a list
    archive ubsan "$work/rt" "$ubsan_flags -I$work/rt -I$rt/include" $ubsan_sources
}

# --- the prefix

sysroot()
{
    echo "$prefix/x86_64-hermit"
}

# asked_for PART: whether it was asked for, now or when the prefix was built before
asked_for()
{
    case " $with " in
    *" $1 "*) return 0 ;;
    esac
    [ -f "$(sysroot)/.parts/$1" ]
}

# lay PART: copies a part over the sysroot unless it is there already
lay()
{
    stamp=$(sysroot)/.parts/$(basename "${1%-*}")
    [ "$(cat "$stamp" 2>/dev/null)" != "$1" ] || return 0
    mkdir -p "$(sysroot)/.parts"
    cp -r "$1/." "$(sysroot)/"
    echo "$1" >"$stamp"
}

install_parts()
{
    lay "$part_headers"
    lay "$part_musl"
    lay "$part_mimalloc"
    lay "$part_lwip"
    lay "$part_builtins"
    lay "$part_libomp"
    ! asked_for cxx || lay "$part_cxx"
    ! asked_for fortran || lay "$part_fortran"
    ! asked_for profile || lay "$part_profile"
    ! asked_for ubsan || lay "$part_ubsan"
}
