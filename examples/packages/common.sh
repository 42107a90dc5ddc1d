# SPDX-License-Identifier: BSD-3-Clause
#
# What build and check have in common: the command line, where a package is built, its steps.
# Sourced by them, which set here and command.
#
# A package is built in $HERMIT_CACHE/packages/NAME-<hash of all that it is made from>/SYSTEM,
# SYSTEM being hermit or native:
#
#     build/       the folder that its build system works in
#     out/         what it installs, for other packages
#     log.STEP     what a step printed; done.STEP: the step has succeeded
#     results/     of the last check: a line a test in `states`, logs, and outputs to be compared

top=$(dirname "$(dirname "$here")")
cache=${HERMIT_CACHE:-$HOME/.cache/hermit}
lock=$here/sources.lock
prefix=$top/build/prefix
jobs=$(nproc)
cpus=4
names=

die()
{
    echo "$command: $*" >&2
    exit 1
}

exec 3>&1
say()
{
    echo "$command: $*" >&3
}

# shellcheck source=toolchain/sources.sh
. "$top/toolchain/sources.sh"

# summary NAME: the recipe's first words
summary()
{
    sed -n '3s/^# //p' "$here/recipes/$1.sh"
}

list_packages()
{
    for recipe in "$here"/recipes/*.sh; do
        name=$(basename "$recipe" .sh)
        printf '    %-10s %s\n' "$name" "$(summary "$name")"
    done
}

parse_arguments()
{
    while [ $# -gt 0 ]; do
        case $1 in
        --prefix) prefix=${2:?--prefix wants a folder} && shift ;;
        --cpus) cpus=${2:?--cpus wants a number} && shift ;;
        -j) jobs=${2:?-j wants a number} && shift ;;
        -j*) jobs=${1#-j} ;;
        --help)
            sed -n '3,/^$/s/^# \{0,1\}//p' "$0"
            list_packages
            exit 0
            ;;
        -*) die "unknown option $1" ;;
        *) names="$names $1" ;;
        esac
        shift
    done
    [ -n "$names" ] || die "name a package; $0 --help lists them"
    for name in $names; do
        [ -f "$here/recipes/$name.sh" ] || die "there is no package $name; $0 --help lists them"
    done
    [ -x "$prefix/bin/x86_64-hermit-clang" ] && [ -f "$prefix/lib/hermit/libhermit.a" ] ||
        die "no toolchain and kernel in $prefix: ci/build makes them"
    prefix=$(CDPATH= cd -- "$prefix" && pwd)
    [ ! -f "$cpus$jobs" ] && [ "$cpus$jobs" -gt 0 ] 2>/dev/null || die "--cpus and -j want numbers"
    export here HERMIT_CACHE="$cache"
}

# read_recipe NAME: sets what a recipe says of its package
read_recipe()
{
    name=$1
    source_package=$1
    subfolder=
    languages=
    depends=
    tools=
    variant=
    memory=2G
    limit=3600
    # shellcheck source=/dev/null
    . "$here/recipes/$name.sh"
    version="of this tree"
    # shellcheck disable=SC2034 # for build and check to say
    [ "$source_package" = none ] || version=$(locked "$source_package" | cut -d' ' -f2)
}

# source_folder: the sources of the package that was entered. Those of one that is none of Debian's
# (source_package=none) lie beside its recipe, and are copied: another tree may find the folder in
# the cache.
source_folder()
{
    if [ "$source_package" = none ]; then
        [ -d "$folder/source" ] || {
            rm -rf "$folder/source.new"
            cp -R "$here/recipes/$name" "$folder/source.new"
            mv "$folder/source.new" "$folder/source"
        }
        echo "$folder/source"
        return
    fi
    # shellcheck disable=SC2086 # there may be none
    unpacked_tree=$(unpacked "$source_package" $subfolder)
    echo "$unpacked_tree${subfolder:+/$subfolder}"
}

# made_from NAME: what decides what is built, of the recipe all but comments, tests and what follows
# these, and the variant that the recipe lets its caller choose
made_from()
{
    (
        read_recipe "$1"
        if [ "$source_package" = none ]; then
            cat "$here/recipes/$1"/*
        else
            locked "$source_package"
            cat "$here/recipes/$1"/*.[ch] "$here/recipes/$1"/*.cmake 2>/dev/null || true
        fi
        sed '/^tests()/,$d; /^#/d' "$here/recipes/$1.sh"
        [ -z "$variant" ] || echo "$variant"
        clang-19 --version | head -n 1
        cat "$prefix/share/cmake/Hermit/toolchain.cmake"
        for part in headers $languages; do
            cat "$prefix/x86_64-hermit/.parts/$part" 2>/dev/null || echo "no $part"
        done
        for dependency in $depends; do
            made_from "$dependency"
        done
    )
}

# linked_from: what an image holds beside the package
linked_from()
{
    cat "$prefix"/x86_64-hermit/.parts/*
    cat "$prefix"/lib/hermit/*.a "$prefix"/lib/hermit/*.lds "$prefix/lib/hermit/driver/gcc"
}

folder_of()
{
    echo "$cache/packages/$1-$(made_from "$1" | hash_of)"
}

# step NAME SYSTEM STEP: runs a function of the recipe, with its output in a log
step()
{
    log=$folder/$2/log.$3
    begun=$(date +%s)
    package="$1" system="$2" source="$source_tree" folder="$folder/$2" jobs="$jobs" \
        cpus="$cpus" prefix="$prefix" dependencies="$dependencies" memory="$memory" \
        timeout "$limit" sh -eu "$here/step.sh" "$3" >"$log" 2>&1 </dev/null 3>&- 9>&- &
    child=$!
    # timeout ends all that the step has started, but is not reached by Ctrl-C itself.
    trap 'kill $child; exit 1' INT TERM HUP
    wait $child || {
        tail -n 30 "$log" | cut -c 1-400 >&2
        die "$1: $3 failed ($2); the whole log is $log"
    }
    trap - INT TERM HUP
    spent=$(($(date +%s) - begun))
}

# build_step NAME SYSTEM STEP: the step if it has not succeeded yet
build_step()
{
    [ ! -f "$folder/$2/done.$3" ] || return 0
    step "$@"
    echo "$spent s" >"$folder/$2/done.$3"
    say "$1: $3 ($2), $spent s"
}

# remove_images FOLDER: build systems do not know what an image was linked from, and shall link
# it anew
remove_images()
{
    find "$1" -type f -perm -u+x -size +64k | while read -r file; do
        # ELF, for no system of ELF's own (docs/launcher.md, binfmt_misc)
        [ "$(head -c 8 "$file" | od -An -tx1 | tr -d ' ')" != 7f454c46020101ff ] || rm "$file"
    done
}

# link_programs NAME: links the images anew if the kernel or a library is another than before
link_programs()
{
    build_step "$1" native programs
    linked=$(linked_from | hash_of)
    if [ "$(cat "$folder/hermit/linked" 2>/dev/null)" != "$linked" ]; then
        rm -f "$folder/hermit/done.programs"
        remove_images "$folder/hermit/build"
        build_step "$1" hermit programs
        echo "$linked" >"$folder/hermit/linked"
    fi
}

# enter_package NAME: reads the recipe, and keeps others out of the package's folder until the
# next one
enter_package()
{
    read_recipe "$1"
    for tool in $tools; do
        command -v "$tool" >/dev/null 2>&1 || die "$1 wants the tool $tool, which is not installed"
    done
    folder=$(folder_of "$1")
    dependencies=
    for dependency in $depends; do
        dependencies="$dependencies $(folder_of "$dependency")"
    done
    mkdir -p "$folder/hermit/build" "$folder/native/build"
    exec 9>"$folder/lock"
    flock 9
}
