<?php
/**
 * The configuration of every WordPress process. prepare-core.sh puts it beside core. It takes the place of the image's own
 * file, which runs text from the environment as a program and reads the database's port differently from version to
 * version. Values come from the environment, so that no text of a tenant is ever part of a program.
 */

/** Reads a variable that the chart always sets. */
function tenant_config( string $name ): string {
	return (string) getenv( $name );
}

define( 'DB_HOST', tenant_config( 'WORDPRESS_DB_HOST' ) );
define( 'DB_NAME', tenant_config( 'WORDPRESS_DB_NAME' ) );
define( 'DB_USER', tenant_config( 'WORDPRESS_DB_USER' ) );
define( 'DB_PASSWORD', tenant_config( 'WORDPRESS_DB_PASSWORD' ) );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
$table_prefix = 'wp_';

// Without a value of their own, sessions would be signed with something guessable.
foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $tenant_key ) {
	foreach ( array( 'KEY', 'SALT' ) as $tenant_kind ) {
		$tenant_secret = tenant_config( "WORDPRESS_{$tenant_key}_{$tenant_kind}" );
		if ( strlen( $tenant_secret ) < 32 ) {
			error_log( "WORDPRESS_{$tenant_key}_{$tenant_kind} is missing or too short" );
			http_response_code( 500 );
			exit( 1 );
		}
		define( "{$tenant_key}_{$tenant_kind}", $tenant_secret );
	}
}

// WordPress otherwise guesses its address from the request, which differs between gateway, probes and the MCP listener.
define( 'WP_HOME', rtrim( tenant_config( 'TENANT_SITE_URL' ), '/' ) );
define( 'WP_SITEURL', WP_HOME );
define( 'FORCE_SSL_ADMIN', str_starts_with( WP_HOME, 'https://' ) );

// The gateway ends TLS. It overwrites this header, so no visitor can set it.
if ( 'https' === ( $_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '' ) ) {
	$_SERVER['HTTPS'] = 'on';
}

define( 'WP_ENVIRONMENT_TYPE', 'production' );
define( 'WP_DEBUG', false );
define( 'WP_MEMORY_LIMIT', tenant_config( 'TENANT_PHP_MEMORY' ) );
define( 'WP_MAX_MEMORY_LIMIT', tenant_config( 'TENANT_PHP_MEMORY' ) );

// Core comes with the image and is read-only; themes and plugins live on the volume.
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'WP_AUTO_UPDATE_CORE', false );
define( 'DISALLOW_FILE_EDIT', true );
define( 'FS_METHOD', 'direct' );

// No script tags, not even from administrators: the assistant writes what a model made up.
define( 'DISALLOW_UNFILTERED_HTML', true );

// What is thrown away can be taken back for a month. Without a trash, WordPress deletes at once.
define( 'EMPTY_TRASH_DAYS', 30 );

// The cron container runs the schedule.
define( 'DISABLE_WP_CRON', true );

// While the internet is closed, do not wait for it on every page of the dashboard.
define( 'WP_HTTP_BLOCK_EXTERNAL', 'true' !== tenant_config( 'TENANT_INTERNET' ) );

unset( $tenant_key, $tenant_kind, $tenant_secret );

if ( ! defined( 'ABSPATH' ) ) {
	define( 'ABSPATH', __DIR__ . '/' );
}
require_once ABSPATH . 'wp-settings.php';
