# SPDX-License-Identifier: BSD-3-Clause
#
# What is put into the prefix beside the sysroot: link driver and scripts, Clang's configuration,
# the x86_64-hermit-* commands, the CMake package, the host shim. Sourced by toolchain/build after
# parts.sh. All of it takes a second or two and is written anew each time.
#
#     bin/x86_64-hermit-*                           commands
#     bin/x86_64-hermit-linux-musl-*                the same, by the name that configure scripts know
#     lib/hermit/hermit.lds, hermit-fixed.lds       link scripts (PIE, -no-pie)
#     lib/hermit/hermit-keep.lds                    keeps the program's sections
#     lib/hermit/driver/{gcc,g++,x86_64-hermit-gcc} link driver, Clang's -B folder
#     lib/hermit/driver/ld                          the linker that libtool asks
#     lib/hermit/x86_64-unknown-hermit-clang.cfg    Clang's configuration, …-clang++.cfg for C++
#     lib/hermit/add-part                           builds what not every prefix has, at its first use
#     lib/hermit/libhermit.a                        the kernel (from the CMake build)
#     x86_64-hermit/{include,lib}                   sysroot
#     x86_64-hermit/share/config.site               what configure cannot find out by itself
#     share/cmake/Hermit/                           toolchain file and package
#     share/meson/cross/x86_64-hermit.ini           Meson's cross file

libdir=$prefix/lib/hermit

# put FILE: writes standard input to FILE if that changes it, so that make sees no news
put()
{
    cat >"$1.new"
    if cmp -s "$1.new" "$1"; then
        rm "$1.new"
    else
        mv "$1.new" "$1"
    fi
}

install_driver()
{
    mkdir -p "$libdir/driver"
    clang-19 -std=gnu17 -O2 -Wall -Wextra -Werror -D_GNU_SOURCE \
        -DHERMIT_LLD="\"$(command -v ld.lld-19)\"" -I"$top/kernel/include" \
        -o "$libdir/driver/gcc.new" "$here"/driver/*.c
    mv "$libdir/driver/gcc.new" "$libdir/driver/gcc"
    # The names that clang++ and flang look for.
    for name in g++ x86_64-hermit-gcc; do
        ln -sf gcc "$libdir/driver/$name"
    done
    sed "s|@LLD@|$(command -v ld.lld-19)|" "$here/driver/ld.sh" | put "$libdir/driver/ld"
    chmod 755 "$libdir/driver/ld"
    put "$libdir/hermit.lds" <"$here/hermit.lds"
    put "$libdir/hermit-keep.lds" <"$here/hermit-keep.lds"
    # An image at fixed addresses has no dynamic section to point at.
    sed '/^    dynamic /d; s/ :dynamic//' "$here/hermit.lds" | put "$libdir/hermit-fixed.lds"
}

install_config()
{
    put "$libdir/isa.h" <"$top/kernel/include/hermit/isa.h"
    sed "s|@RESOURCE_DIR@|$(clang-19 -print-resource-dir)|" "$here/base.cfg" | put "$libdir/base.cfg"
    for driver in clang clang++; do
        put "$libdir/x86_64-unknown-hermit-$driver.cfg" <"$here/x86_64-unknown-hermit-clang.cfg"
    done
    put "$libdir/x86_64-unknown-hermit-flang.cfg" <"$here/x86_64-unknown-hermit-flang.cfg"
}

# put_command NAME: writes standard input to the command NAME, under both prefixes
command_names="x86_64-hermit x86_64-hermit-linux-musl"
put_command()
{
    body=$(cat)
    for start in $command_names; do
        printf '#!/bin/sh\n%s\n' "$body" | put "$prefix/bin/$start-$1"
        chmod 755 "$prefix/bin/$start-$1"
    done
}

# tool NAME PROGRAM: a command that runs PROGRAM
tool()
{
    [ -n "$2" ] || die "$1: its program is missing: see ci/packages"
    echo "exec $2 \"\$@\"" | put_command "$1"
}

# compiler NAME DRIVER [ARGUMENT…]: a command that compiles with DRIVER, clang or clang++, and
# ARGUMENTs before its own. The prefix may be moved: the command looks for the configuration from where
# it lies. What C++ needs is built at its first use. The processor of the machine that compiles is
# not that of the one that runs. Clang's driver leaves out -fstack-clash-protection for systems that it
# does not know.
compiler()
{
    name=$1
    driver=$2
    shift 2
    needs=
    [ "$driver" = clang ] || needs="
[ -f \"\$here/../x86_64-hermit/.parts/cxx\" ] || \"\$here/../lib/hermit/add-part\" cxx || exit 1"
    put_command "$name" <<EOF
clash=
for word; do
    case \$word in
    -march=native)
        echo "hermit: -march=native means the machine that compiles: name one, -march=x86-64-v3 say" >&2
        exit 1
        ;;
    -fstack-clash-protection) clash="-Xclang \$word" ;;
    -fno-stack-clash-protection) clash= ;;
    esac
done
here=\$(dirname "\$(readlink -f "\$0")")$needs
exec $(command -v "$driver-19") --target=x86_64-hermit --no-default-config \\
    --config="\$here/../lib/hermit/x86_64-unknown-hermit-$driver.cfg" \$clash $*${*:+ }"\$@"
EOF
}

install_commands()
{
    mkdir -p "$prefix/bin"
    for name in clang cc gcc; do
        compiler $name clang
    done
    for name in clang++ c++ g++; do
        compiler $name clang++
    done
    compiler cpp clang -E -x c
    compiler as clang -c -x assembler -o a.out
    flang=$(command -v flang-new-19 || echo /usr/bin/flang-new-19)
    for name in flang flang-new gfortran; do
        for start in $command_names; do
            sed "s|@FLANG@|$flang|" "$here/flang.sh" | put "$prefix/bin/$start-$name"
            chmod 755 "$prefix/bin/$start-$name"
        done
    done
    for name in ar ranlib nm strip objdump objcopy readelf size addr2line; do
        tool $name "$(command -v "llvm-$name-19")"
    done
    tool ld "$(command -v ld.lld-19)"
    put_command pkg-config <"$here/pkg-config.sh"
    put "$prefix/bin/x86_64-hermit-configure" <"$here/configure.sh"
    chmod 755 "$prefix/bin/x86_64-hermit-configure"
    mkdir -p "$(sysroot)/share"
    put "$(sysroot)/share/config.site" <"$here/config.site"
}

install_add_part()
{
    sed "s|@TOP@|$top|; s|@PATH@|$PATH|" "$here/add-part.sh" | put "$libdir/add-part"
    chmod 755 "$libdir/add-part"
}

install_cmake_package()
{
    mkdir -p "$prefix/share/cmake/Hermit"
    for file in "$here"/cmake/*.cmake; do
        [ -f "$file" ] || continue
        put "$prefix/share/cmake/Hermit/$(basename "$file")" <"$file"
    done
}

install_meson_file()
{
    mkdir -p "$prefix/share/meson/cross"
    sed "s|@PREFIX@|$prefix|" "$here/meson.ini" | put "$prefix/share/meson/cross/x86_64-hermit.ini"
}

install_host_shim()
{
    [ -d "$top/libc-glue/host-shim" ] || return 0
    shim=$(mktemp -d)
    call_names >"$shim/hermit_calls.h"
    for source in "$top"/libc-glue/host-shim/*.c "$top"/libc-glue/host-shim/*.S; do
        clang-19 --target=$target -nostdlibinc -isystem "$(sysroot)/include" -D_GNU_SOURCE -I"$shim" \
            -I"$top/kernel/include" -std=gnu17 -O2 -fPIE -Wall -Wextra -Werror \
            -ffunction-sections -c "$source" -o "$shim/$(basename "$source").o"
    done
    mkdir -p "$libdir"
    # At once: others may be linking with it.
    rm -f "$libdir/libhermit-host-shim.a.new"
    llvm-ar-19 rcs "$libdir/libhermit-host-shim.a.new" "$shim"/*.o
    mv "$libdir/libhermit-host-shim.a.new" "$libdir/libhermit-host-shim.a"
    rm -r "$shim"
}
