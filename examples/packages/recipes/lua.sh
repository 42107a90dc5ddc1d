# SPDX-License-Identifier: BSD-3-Clause
#
# Lua 5.4: its interpreter and compiler, at work on scripts
#
# Debian's source package has no test-suite of Lua's; lua/ has scripts that use each of its
# libraries.

# shellcheck disable=SC2034 # common.sh reads it
source_package=lua5.4

configure()
{
    copy_source
}

compile()
{
    make -C src -j"$jobs" liblua.a CC="$CC -std=gnu99" AR="$AR rcu" RANLIB="$RANLIB" \
        SYSCFLAGS="-DLUA_USE_POSIX"
}

programs()
{
    make -C src -j"$jobs" lua luac CC="$CC -std=gnu99" SYSCFLAGS="-DLUA_USE_POSIX"
}

tests()
{
    scripts=$here/recipes/lua
    for script in "$scripts"/*.lua; do
        same "$(basename "$script" .lua)" run_in "$scripts" src/lua "$(basename "$script")" one two
    done
    echo 21 >"$results/number"
    same standard_input double <"$results/number"
    same compiler run_in "$scripts" src/luac -s -o /dev/stdout tables.lua
}

double()
{
    src/lua -e 'print(io.read("n") * 2)'
}
