#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# The linker that -print-prog-name=ld names. libtool looks for "supported targets: … elf" in its help,
# and takes a linker for Linux that says so for one that makes shared libraries.
case " $* " in
*" --help "*) @LLD@ --help | sed '/supported targets:/d' ;;
*) exec @LLD@ "$@" ;;
esac
