# Runs inside the image's file system. Turns Debian's packages into the layout of the official image.
set -eu

# Debian links libraries that it shares between packages; the official image has core whole.
mkdir -p /usr/src/wordpress
rm /var/tmp/newer/usr/share/wordpress/.htaccess /var/tmp/newer/usr/share/wordpress/wp-config.php
cp -rL /var/tmp/newer/usr/share/wordpress/. /usr/src/wordpress/
[ -d /usr/src/wordpress/wp-content/themes/twentytwentyfive ]
echo '<?php // Silence is golden.' > /usr/src/wordpress/wp-content/index.php

# PHP where the official image has it, and its settings from where the chart puts its own.
ln -s /usr/bin/php /usr/local/bin/php
mkdir -p /usr/local/etc/php/conf.d
cat > /usr/local/etc/php/conf.d/opcache-recommended.ini <<'INI'
opcache.memory_consumption=128
opcache.interned_strings_buffer=8
opcache.max_accelerated_files=4000
opcache.revalidate_freq=2
INI

a2enmod -q rewrite expires remoteip
a2enconf -q remoteip
ln -sf /dev/stdout /var/log/apache2/access.log
ln -sf /dev/stdout /var/log/apache2/other_vhosts_access.log
ln -sf /dev/stderr /var/log/apache2/error.log
chown -hR www-data:www-data /var/log/apache2
rm -rf /var/www/html
mkdir -p /var/www/html /var/run/apache2 /var/lock/apache2
chown www-data:www-data /var/www/html /var/run/apache2 /var/lock/apache2
chmod 1777 /var/www/html /var/run/apache2 /var/lock/apache2
