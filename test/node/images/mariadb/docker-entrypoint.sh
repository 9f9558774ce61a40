#!/bin/sh
# Prepares the database in an empty data folder as the environment says, then becomes the server. What the official image's
# entrypoint does, as far as the chart asks for it.
set -eu

data=/var/lib/mysql
socket=/run/mysqld/mysqld.sock

# A text as an SQL string.
quoted() { printf "'%s'" "$(printf '%s' "$1" | sed "s/[\\\\']/\\\\&/g")"; }

if [ ! -d "$data/mysql" ]; then
  echo 'preparing the data folder' >&2
  mariadb-install-db --datadir="$data" --skip-test-db --auth-root-authentication-method=normal --rpm > /dev/null
  mariadbd --skip-networking --socket="$socket" &
  server=$!
  until mariadb-admin --socket="$socket" ping --silent 2> /dev/null; do
    kill -0 "$server" || exit 1
    sleep 0.2
  done
  check=$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')
  mariadb --socket="$socket" --user=root <<SQL
CREATE DATABASE IF NOT EXISTS \`$MARIADB_DATABASE\`;
CREATE USER $(quoted "$MARIADB_USER")@'%' IDENTIFIED BY $(quoted "$MARIADB_PASSWORD");
GRANT ALL ON \`$(printf '%s' "$MARIADB_DATABASE" | sed 's/_/\\_/g')\`.* TO $(quoted "$MARIADB_USER")@'%';
CREATE USER healthcheck@localhost IDENTIFIED BY '$check';
CREATE USER healthcheck@127.0.0.1 IDENTIFIED BY '$check';
DELETE FROM mysql.global_priv WHERE user = '';
ALTER USER root@localhost IDENTIFIED BY $(quoted "$MARIADB_ROOT_PASSWORD");
FLUSH PRIVILEGES;
SQL
  printf '[mariadb-client]\nsocket=%s\nuser=healthcheck\npassword=%s\n' "$socket" "$check" > "$data/.my-healthcheck.cnf"
  kill "$server"
  wait "$server"
  echo 'the data folder is ready' >&2
fi
exec "$@"
