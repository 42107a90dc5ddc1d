#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# Fortran for x86_64-hermit: flang-new-19 with the toolchain's configuration. Takes gfortran's options,
# too, as builds pass them: what asks for no other result is left out or said in flang's way, the
# rest is flang's to refuse.
set -eu

flang=@FLANG@
prefix=$(dirname "$(dirname "$(readlink -f "$0")")")
bin=$prefix/bin
[ -x "$flang" ] || {
    echo "$(basename "$0"): flang is missing: install Debian's packages flang-19 and libflang-19-dev" >&2
    exit 1
}
[ -f "$prefix/x86_64-hermit/.parts/fortran" ] || "$prefix/lib/hermit/add-part" fortran || exit 1

action='link'
isa=
output=
sources=
previous=
count=$#
while [ "$count" -gt 0 ]; do
    word=$1
    shift
    count=$((count - 1))
    case $previous in
    -o) output=$word ;;
    esac
    case $previous in
    -o | -I | -L | -l | -J | -D | -U | -x | -Xflang | -Xlinker | -Xclang | -mllvm | -module-dir)
        set -- "$@" "$word"
        previous=
        continue
        ;;
    esac
    previous=$word
    case $word in
    # Limits that flang has not, habits that it has anyway.
    -ffree-line-length-* | -fallow-argument-mismatch | -fallow-invalid-boz | -fbacktrace | -fno-backtrace) ;;
    -fcray-pointer | -fdollar-ok | -frealloc-lhs | -fsign-zero | -fprotect-parens) ;;
    -fno-second-underscore | -fno-range-check | -frange-check | -fwhole-file | -fmax-errors=*) ;;
    -frecursive | -fmax-stack-var-size=*) ;;
    -std=legacy | -std=gnu | -std=f95 | -std=f2003 | -std=f2008 | -std=f2008ts | -std=f2018) ;;
    # Advice to the optimiser, and what concerns other languages.
    -funroll-loops | -funroll-all-loops | -finline-functions | -finline-limit=* | -fipa-*) ;;
    -ftree-* | -fno-tree-* | -ffrontend-optimize | -fno-frontend-optimize) ;;
    -faggressive-function-elimination | -fblas-matmul-limit=* | -fstrict-aliasing | -fno-strict-aliasing) ;;
    -fno-math-errno | -ffunction-sections | -fdata-sections | -fcommon | -fno-common) ;;
    -fexceptions | -fno-exceptions | -fvisibility=* | -fno-plt | -fno-semantic-interposition) ;;
    -pipe | -pthread | -m64 | -mfpmath=sse | -mtune=* | -rdynamic | -fuse-ld=* | -save-temps*) ;;
    -static-lib* | -shared-libgcc | -Qunused-arguments) ;;
    -ffile-prefix-map=* | -fdebug-prefix-map=* | -fmacro-prefix-map=*) ;;
    -fstack-protector* | -fno-stack-protector* | -fstack-clash-protection | -fcf-protection*) ;;
    # Objects are machine code, which links with those of -flto.
    -flto | -flto=* | -fno-lto | -ffat-lto-objects | -fno-fat-lto-objects) ;;
    -fdiagnostics-color | -fdiagnostics-color=always) set -- "$@" -fcolor-diagnostics ;;
    -fno-diagnostics-color | -fdiagnostics-color=*) ;;
    -W | -Wall | -Wextra | -Wno-* | -pedantic-errors) ;;
    -Wl,* | -Wp,* | -Wa,* | -Werror) set -- "$@" "$word" ;;
    -W*) ;;
    -Og) set -- "$@" -O1 ;;
    -Os | -Oz) set -- "$@" -O2 ;;
    -ggdb* | -gdwarf* | -g[0-9]*) set -- "$@" -g ;;
    -march=native)
        echo "hermit: -march=native means the machine that compiles: name one, -march=x86-64-v3 say" >&2
        exit 1
        ;;
    -march=*)
        isa="$isa $word"
        set -- "$@" "$word"
        ;;
    -msse4)
        isa="$isa $word"
        set -- "$@" -Xflang -target-feature -Xflang +sse4.2
        ;;
    -mno-avx* | -mno-fma | -mno-sse* | -mno-bmi*)
        isa="$isa $word"
        set -- "$@" -Xflang -target-feature -Xflang "-${word#-mno-}"
        ;;
    -mavx* | -mfma | -msse* | -mssse3 | -mbmi* | -mf16c | -mpopcnt | -mlzcnt)
        isa="$isa $word"
        set -- "$@" -Xflang -target-feature -Xflang "+${word#-m}"
        ;;
    -c)
        action='compile'
        set -- "$@" -c
        ;;
    -S | -E | -fsyntax-only | -emit-llvm)
        action='show'
        set -- "$@" "$word"
        ;;
    -o?*)
        output=${word#-o}
        set -- "$@" "$word"
        ;;
    *.[fF] | *.[fF][09][0358] | *.for | *.FOR | *.fpp | *.FPP | *.ftn)
        sources="$sources $word"
        set -- "$@" "$word"
        ;;
    *) set -- "$@" "$word" ;;
    esac
done

# The configuration names the prefix's files; the link driver is found on PATH.
PATH=$prefix/lib/hermit/driver:$PATH
export PATH
set -- "$flang" --target=x86_64-hermit --no-default-config \
    --config="$prefix/lib/hermit/x86_64-unknown-hermit-flang.cfg" "$@"
if [ -z "$isa" ] || [ $action = show ]; then
    exec "$@"
fi

# flang includes no isa.h: what the program is compiled for is noted by an object made from C, which
# is linked with the others, or becomes part of each object that is compiled.
note=$(mktemp -d)
trap 'rm -rf "$note"' EXIT
# shellcheck disable=SC2086 # a list of options
"$bin/x86_64-hermit-clang" $isa -x c -c /dev/null -o "$note/isa.o"
if [ $action = link ]; then
    "$@" "$note/isa.o"
    exit
fi
join()
{
    "$bin/x86_64-hermit-ld" -r -o "$note/joined.o" "$1" "$note/isa.o"
    cat "$note/joined.o" >"$1"
}
"$@"
if [ -n "$output" ]; then
    join "$output"
    exit
fi
for source in $sources; do
    name=$(basename "$source")
    join "${name%.*}.o"
done
