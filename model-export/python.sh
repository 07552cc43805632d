#!/bin/sh
# python.sh SCRIPT ARGUMENTS runs a script of this folder, python.sh -m MODULE any other, with the pinned requirements, which it
# installs into target/venv when they changed. PYTHON names another interpreter.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv="$here/target/venv"
export PYTHONPYCACHEPREFIX="$here/target/pycache"
mkdir -p "$here/target"
exec 9> "$here/target/venv.lock"
flock 9
if ! cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
    echo "installing Python's packages into $venv (about 6 GB, some minutes)" >&2
    rm -rf "$venv"
    "${PYTHON:-python3}" -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --no-compile -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$venv/requirements.txt"
fi
exec 9>&-
if [ -f "$here/${1:-}" ]; then
    script="$here/$1"
    shift
    set -- "$script" "$@"
fi
exec "$venv/bin/python" "$@"
