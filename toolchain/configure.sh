#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# Runs a project's ./configure for Hermit:
#
#     x86_64-hermit-configure [OPTION…]            ./configure, from the folder to build in
#     x86_64-hermit-configure FILE [OPTION…]       another folder's configure
#
# Tools, host, config.site, and the sysroot as the place to install to are set; what the
# command line or the environment (CC, CFLAGS, …) says goes before.
set -eu

bin=$(dirname "$(readlink -f "$0")")
root=$(dirname "$bin")/x86_64-hermit

script=./configure
case ${1-} in
*configure) script=$1 && shift ;;
esac
[ -f "$script" ] || {
    echo "x86_64-hermit-configure: there is no $script here" >&2
    exit 1
}

# Scripts from before musl take it for a mistake, but know GNU's.
host=x86_64-hermit-linux-musl
for folder in . build-aux config build autoconf scripts aux m4 config-aux; do
    sub=$(dirname "$script")/$folder/config.sub
    [ -f "$sub" ] || continue
    sh "$sub" $host >/dev/null 2>&1 || host=x86_64-hermit-linux-gnu
    break
done

# By path: make runs without this PATH.
for setting in CC=cc CPP=cpp CXX=c++ FC=gfortran F77=gfortran AS=as LD=ld AR=ar RANLIB=ranlib NM=nm \
    STRIP=strip OBJCOPY=objcopy OBJDUMP=objdump PKG_CONFIG=pkg-config; do
    name=${setting%%=*}
    eval "value=\${$name-$bin/x86_64-hermit-linux-musl-${setting#*=}}"
    # shellcheck disable=SC2154 # set by eval
    export "$name=$value"
done
: "${CONFIG_SITE=$root/share/config.site}"
export CONFIG_SITE
exec "$script" --build=x86_64-pc-linux-gnu --host=$host --prefix="$root" "$@"
