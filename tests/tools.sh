#!/bin/sh
# What the tests drive besides Python: installed when we may (root on Debian), else named in one line.
set -eu
missing=""
command -v chromium >/dev/null || missing="$missing chromium"
command -v dovecot >/dev/null || missing="$missing dovecot-imapd dovecot-lmtpd"
command -v postfix >/dev/null || missing="$missing postfix"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing$missing …"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "The tests also need:$missing. Install them: sudo apt install$missing" >&2
    exit 1
fi
