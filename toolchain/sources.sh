# SPDX-License-Identifier: BSD-3-Clause
#
# Unpacks the archives of a lock file into the cache. Sourced by parts.sh and by the scripts of
# examples/packages, which set top, cache and lock, and define say and die; progress goes to
# descriptor 3.

hash_of()
{
    sha256sum | cut -c 1-16
}

# locked PACKAGE: its line of the lock file
locked()
{
    grep "^$1 " "$lock"
}

# unpack_release ARCHIVE INTO FOLDER…: without the archive's own top folder
unpack_release()
{
    release=$1
    into=$2
    shift 2
    root=$(tar tf "$release" 2>/dev/null | head -n 1 | cut -d/ -f1) || true
    # shellcheck disable=SC2046 # folder names hold no spaces
    tar xf "$release" -C "$into" --strip-components=1 \
        $(for folder; do echo "$root/$folder"; done)
}

# unpack_package ARCHIVE INTO: the files of a binary package of Debian's
unpack_package()
{
    llvm-ar-19 p "$1" data.tar.xz | tar xJ -C "$2"
}

# unpacked PACKAGE FOLDER…: prints where the archive is unpacked (the folders, or all of it)
unpacked()
{
    package=$1
    shift
    line=$(locked "$package")
    tree=$cache/src/$package-$(echo "$line $*" | hash_of)
    if [ ! -d "$tree" ]; then
        archive=$("$top/toolchain/fetch" --lock "$lock" "$package" 2>&3) ||
            die "no sources of $package"
        say "unpacking $package"
        mkdir -p "$cache/src"
        staging=$(mktemp -d "$cache/src/unpack.XXXXXX")
        case $archive in
        *.deb) unpack_package "$archive" "$staging" ;;
        *) unpack_release "$archive" "$staging" "$@" ;;
        esac
        mv -T "$staging" "$tree" 2>/dev/null || rm -rf "$staging"
    fi
    echo "$tree"
}
