# SPDX-License-Identifier: BSD-3-Clause
#
# GSL 2.7: the GNU Scientific Library with its own CBLAS; the programs of its `make check`

configure()
{
    CFLAGS=-O2 run_configure
}

# folders: those of the library's parts, each with its test; the manual and its examples stay out
folders()
{
    sed -n 's/^SUBDIRS = \(.*\) doc$/\1/p' Makefile
}

compile()
{
    for folder in $(folders); do
        make -C "$folder" -j"$jobs"
    done
    make libgsl.la
    for folder in $(folders); do
        make -C "$folder" install
    done
    make install-libLTLIBRARIES install-pkgincludeHEADERS install-pkgconfigDATA
}

programs()
{
    make -j"$jobs" SUBDIRS="$(folders)" TESTS= check
}

tests()
{
    make_check -k SUBDIRS="$(folders)"
}
