<?php
/**
 * Read by wp-config.php (WORDPRESS_CONFIG_EXTRA) in every process. Values come from the environment, so that no text of
 * a tenant is ever part of a program.
 */

$tenant_site_url = rtrim( (string) getenv( 'TENANT_SITE_URL' ), '/' );
$tenant_memory   = (string) getenv( 'TENANT_PHP_MEMORY' );

// WordPress otherwise guesses its address from the request, which differs between gateway, probes and the MCP listener.
define( 'WP_HOME', $tenant_site_url );
define( 'WP_SITEURL', $tenant_site_url );
define( 'FORCE_SSL_ADMIN', str_starts_with( $tenant_site_url, 'https://' ) );

define( 'WP_ENVIRONMENT_TYPE', 'production' );
define( 'WP_MEMORY_LIMIT', '' !== $tenant_memory ? $tenant_memory : '256M' );
define( 'WP_MAX_MEMORY_LIMIT', '' !== $tenant_memory ? $tenant_memory : '256M' );

// Core comes with the image and is read-only; themes and plugins live on the volume.
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'WP_AUTO_UPDATE_CORE', false );
define( 'DISALLOW_FILE_EDIT', true );
define( 'FS_METHOD', 'direct' );

// No script tags, not even from administrators: the assistant writes what a model made up.
define( 'DISALLOW_UNFILTERED_HTML', true );

// The cron container runs the schedule.
define( 'DISABLE_WP_CRON', true );

// While the internet is closed, do not wait for it on every page of the dashboard.
define( 'WP_HTTP_BLOCK_EXTERNAL', 'true' !== getenv( 'TENANT_INTERNET' ) );

unset( $tenant_site_url, $tenant_memory );
