<?php
/**
 * Installs WordPress, or brings what is installed up to date. Runs before every start of the web server and changes
 * nothing when there is nothing to do. Several at once are safe: a lock in the database lets one work at a time.
 *
 * Environment: WORDPRESS_DB_*, TENANT_SITE_URL, TENANT_SITE_TITLE, TENANT_ADMIN_USER, TENANT_ADMIN_EMAIL,
 * TENANT_ADMIN_PASSWORD, TENANT_MCP_USER; optional TENANT_DB_WAIT (seconds).
 */

require __DIR__ . '/database.php';

const TENANT_LOCK          = 'tenant-bootstrap';
const TENANT_LOCK_SECONDS  = 300;
const TENANT_URL_OPTION    = 'tenant_site_url';

/** Ends with a reason that the operator reads in the pod's log. */
function tenant_stop( string $reason ): never {
	fwrite( STDERR, "bootstrap: $reason\n" );
	exit( 1 );
}

function tenant_say( string $what ): void {
	fwrite( STDOUT, "bootstrap: $what\n" );
}

function tenant_env( string $name ): string {
	$value = getenv( $name );
	if ( false === $value || '' === $value ) {
		tenant_stop( "$name is not set" );
	}
	return $value;
}

/** Installs into an empty database; returns whether it did. */
function tenant_install( string $title, string $user, string $email, string $password ): bool {
	if ( is_blog_installed() ) {
		return false;
	}
	$result = wp_install( $title, $user, $email, true, '', $password );
	if ( is_wp_error( $result ) ) {
		tenant_stop( 'installation failed: ' . $result->get_error_message() );
	}
	update_option( 'timezone_string', 'Europe/Berlin' );
	update_option( 'default_comment_status', 'closed' );
	// Portraits come from gravatar.com, which would learn of everybody who opens the dashboard or reads a comment.
	update_option( 'show_avatars', 0 );
	tenant_say( 'WordPress is installed' );
	return true;
}

/** Brings the tables to the version of the core in the image. */
function tenant_upgrade_schema(): void {
	global $wp_db_version;
	$have = (int) get_option( 'db_version' );
	if ( $have === (int) $wp_db_version ) {
		return;
	}
	if ( $have > (int) $wp_db_version ) {
		tenant_stop( "the database is of a newer WordPress (schema $have, this image has $wp_db_version); use the newer image" );
	}
	wp_upgrade();
	tenant_say( "tables upgraded from schema $have to $wp_db_version" );
}

/** The user that the assistant acts as. Nobody knows its password: it only ever comes in by the MCP token. */
function tenant_service_user( string $login ): void {
	$user = get_user_by( 'login', $login );
	if ( ! $user ) {
		$id = wp_insert_user(
			array(
				'user_login'   => $login,
				'user_pass'    => wp_generate_password( 64 ),
				'user_email'   => $login . '@assistant.invalid',
				'display_name' => 'Assistant',
				'role'         => 'editor',
			)
		);
		if ( is_wp_error( $id ) ) {
			tenant_stop( 'the service user could not be made: ' . $id->get_error_message() );
		}
		tenant_say( "service user $login is made" );
		return;
	}
	if ( array( 'editor' ) !== array_values( $user->roles ) ) {
		$user->set_role( 'editor' );
		tenant_say( "service user $login is an Editor again" );
	}
}

/** Pretty permalinks, once. Apache has the rewrite rules already. */
function tenant_permalinks(): void {
	global $wp_rewrite;
	if ( '' !== (string) get_option( 'permalink_structure' ) ) {
		return;
	}
	$wp_rewrite->set_permalink_structure( '/%postname%/' );
	flush_rewrite_rules( false );
}

/** Stored links follow the site to a new address (an IP that became a domain), once. */
function tenant_follow_url( string $url, bool $fresh ): void {
	$before = (string) get_option( TENANT_URL_OPTION );
	if ( $before === $url ) {
		return;
	}
	if ( ! $fresh && '' !== $before ) {
		$changed = tenant_replace_urls( $before, $url );
		tenant_say( "links moved from $before to $url in $changed rows" );
	}
	update_option( TENANT_URL_OPTION, $url, false );
	flush_rewrite_rules( false );
}

$tenant_url = rtrim( tenant_env( 'TENANT_SITE_URL' ), '/' );
tenant_wait_for_database( (int) ( getenv( 'TENANT_DB_WAIT' ) ?: 300 ) );

// WordPress expects a request. These values only keep it from guessing.
$tenant_parts              = parse_url( $tenant_url );
$_SERVER['HTTP_HOST']      = $tenant_parts['host'] . ( isset( $tenant_parts['port'] ) ? ':' . $tenant_parts['port'] : '' );
$_SERVER['REQUEST_URI']    = '/';
$_SERVER['REQUEST_METHOD'] = 'GET';
$_SERVER['HTTPS']          = 'https' === $tenant_parts['scheme'] ? 'on' : 'off';

define( 'WP_INSTALLING', true );
$tenant_core = getenv( 'CORE_TARGET' ) ?: '/var/www/html';
require $tenant_core . '/wp-load.php';

/** Replaces core's function of this name: there is no mail server, and the operator shows the login. */
function wp_new_blog_notification( $title, $url, $user_id, $password ) {
}

require ABSPATH . 'wp-admin/includes/upgrade.php';
require __DIR__ . '/urls.php';

global $wpdb;
if ( '1' !== $wpdb->get_var( $wpdb->prepare( 'SELECT GET_LOCK(%s, %d)', TENANT_LOCK, TENANT_LOCK_SECONDS ) ) ) {
	tenant_stop( 'another start of this site has been working for ' . TENANT_LOCK_SECONDS . ' seconds' );
}

$tenant_fresh = tenant_install(
	tenant_env( 'TENANT_SITE_TITLE' ),
	tenant_env( 'TENANT_ADMIN_USER' ),
	tenant_env( 'TENANT_ADMIN_EMAIL' ),
	tenant_env( 'TENANT_ADMIN_PASSWORD' )
);
tenant_upgrade_schema();
wp_cache_flush();
tenant_service_user( tenant_env( 'TENANT_MCP_USER' ) );
tenant_permalinks();
tenant_follow_url( $tenant_url, $tenant_fresh );

$wpdb->query( $wpdb->prepare( 'SELECT RELEASE_LOCK(%s)', TENANT_LOCK ) );
tenant_say( 'done' );
