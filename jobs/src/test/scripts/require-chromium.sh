#!/bin/sh
# Makes sure that the browser tests find Chromium and its driver on the PATH.
have_both() {
    command -v chromedriver > /dev/null &&
        { command -v chromium || command -v chromium-browser || command -v google-chrome; } > /dev/null
}

have_both && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq > /dev/null && apt-get install -qq -y chromium chromium-driver > /dev/null
    have_both && exit 0
fi
echo "The browser tests need Chromium and chromedriver on the PATH (Debian: apt-get install chromium chromium-driver), or -DskipITs." >&2
exit 1
