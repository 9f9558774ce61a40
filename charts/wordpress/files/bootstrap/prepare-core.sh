# Lays out /var/www/html: core from the image, wp-content on the volume, our must-use plugins.
# The official entrypoint cannot do this as an ordinary user on a fresh volume, and it never upgrades core.
set -eu

source=${CORE_SOURCE:-/usr/src/wordpress}
root=${CORE_TARGET:-/var/www/html}
volume=${CONTENT_VOLUME:-/volume}
config=${CONFIG_SOURCE:-/etc/tenant}
plugins=${MU_PLUGINS:-/mu-plugins}
plugins_source=${MU_PLUGINS_SOURCE:-/etc/tenant-mu-plugins}

# wp-content comes from the volume, so only core is copied.
for entry in "$source"/* "$source"/.[!.]*; do
  [ -e "$entry" ] || continue
  [ "$(basename "$entry")" = wp-content ] && continue
  cp -r --no-preserve=mode,ownership "$entry" "$root/"
done
mkdir -p "$root/wp-content"
cp --no-preserve=mode,ownership "$config/wp-config.php" "$root/wp-config.php"
# What the probes ask.
echo alive > "$root/alive.txt"
cp --no-preserve=mode,ownership "$config/ready.php" "$root/tenant-ready.php"

# The volume is seeded once. Afterwards it belongs to the tenant, whatever a newer image brings. What is there is there as a whole:
# a start that is interrupted leaves the folder from which everything is moved, and the next one goes on.
seed=$volume/.seeding
if [ -z "$(ls -A "$volume")" ] || [ -d "$seed" ]; then
  mkdir -p "$seed"
  cp -r --no-preserve=mode,ownership "$source/wp-content/." "$seed/"
  for entry in "$seed"/* "$seed"/.[!.]*; do
    [ -e "$entry" ] || continue
    [ -e "$volume/$(basename "$entry")" ] || mv "$entry" "$volume/"
  done
  rm -rf "$seed"
  echo "wp-content seeded from the image"
fi
mkdir -p "$volume/mu-plugins" "$volume/uploads"

# One file is a plugin, the rest are its parts: WordPress loads every file at the top level by itself.
rm -rf "${plugins:?}"/*
mkdir -p "$plugins/tenant-mcp"
cp --no-preserve=mode,ownership "$plugins_source"/*.php "$plugins/tenant-mcp/"
mv "$plugins/tenant-mcp/tenant-mcp.php" "$plugins/tenant-mcp.php"

echo "core $(sed -n "s/^\$wp_version = '\(.*\)';/\1/p" "$source/wp-includes/version.php") is in place"
