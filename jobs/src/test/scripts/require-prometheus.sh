#!/bin/sh
# Makes sure that the tests find prometheus and promtool: on the PATH, or else in the folder $1, where Debian's package is unpacked.
# It is not installed, so that no service is started and no root is needed.
have_both() {
    command -v prometheus > /dev/null && command -v promtool > /dev/null
}

download() (
    mkdir -p "$1" && cd "$1" && apt-get download -qq prometheus
)

have_both && exit 0
unpacked="$1"
PATH="$unpacked/usr/bin:$PATH"
have_both && exit 0
if command -v apt-get > /dev/null && command -v dpkg-deb > /dev/null; then
    package="$unpacked/package"
    { download "$package" || { [ "$(id -u)" = 0 ] && apt-get update -qq && download "$package"; }; } > /dev/null 2>&1 &&
        dpkg-deb -x "$package"/prometheus_*.deb "$unpacked" && rm -r "$package"
    have_both && exit 0
fi
echo "The tests of the metrics need prometheus and promtool on the PATH (Debian: apt-get install prometheus), or -DskipITs." >&2
exit 1
