#!/bin/sh
# `healthcheck.sh --connect --innodb_initialized`: succeeds when the server lets its own user in and InnoDB is there.
set -eu
ask() { mariadb --defaults-file=/var/lib/mysql/.my-healthcheck.cnf --skip-column-names --batch -e "$1"; }
for check in "$@"; do
  case $check in
    --connect) ask 'SELECT 1' > /dev/null ;;
    --innodb_initialized) [ "$(ask "SELECT COUNT(*) FROM information_schema.ENGINES WHERE ENGINE = 'InnoDB' AND SUPPORT IN ('YES', 'DEFAULT')")" = 1 ] ;;
    *) echo "$check is not known" >&2; exit 2 ;;
  esac
done
