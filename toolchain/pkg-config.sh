# What was installed for Hermit, and nothing of the host's. PKG_CONFIG_PATH adds folders, as always.
root=$(dirname "$(dirname "$(readlink -f "$0")")")/x86_64-hermit
program=$(command -v pkgconf || command -v pkg-config) || {
    echo "$(basename "$0"): install Debian's package pkgconf" >&2
    exit 127
}
PKG_CONFIG_LIBDIR=$root/lib/pkgconfig:$root/share/pkgconfig
export PKG_CONFIG_LIBDIR
exec "$program" --static "$@"
