# Runs inside the image's file system. The official image's user and folders.
set -eu
sed -i -E 's/^mysql:x:[0-9]+:[0-9]+:/mysql:x:999:999:/' /etc/passwd
sed -i -E 's/^mysql:x:[0-9]+:/mysql:x:999:/' /etc/group
rm -rf /var/lib/mysql /etc/mysql/mariadb.conf.d/50-server.cnf
printf '[mariadbd]\nhost-cache-size=0\nskip-name-resolve\nexpire_logs_days=10\nsocket=/run/mysqld/mysqld.sock\ndatadir=/var/lib/mysql\n' > /etc/mysql/mariadb.conf.d/05-image.cnf
mkdir -p /var/lib/mysql /run/mysqld
chown mysql:mysql /var/lib/mysql /run/mysqld
chmod 1777 /run/mysqld
