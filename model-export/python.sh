#!/bin/sh
# Runs Python with the pinned requirements, installed into target/venv when they changed. PYTHON names another interpreter.
set -eu
cd "$(dirname "$0")"
venv=target/venv
if ! cmp -s requirements.txt "$venv/requirements.txt"; then
    rm -rf "$venv"
    "${PYTHON:-python3}" -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt
    cp requirements.txt "$venv/requirements.txt"
fi
exec "$venv/bin/python" "$@"
