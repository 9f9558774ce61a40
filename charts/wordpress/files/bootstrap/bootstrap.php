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
	define( 'TENANT_ENDED', true );
	fwrite( STDERR, "bootstrap: $reason\n" );
	exit( 1 );
}

// WordPress gives up in its own way, when its database goes away for example: with a page of HTML and exit code 0. The pod
// would go on and show everybody the page on which WordPress is installed.
register_shutdown_function(
	function (): void {
		if ( ! defined( 'TENANT_ENDED' ) ) {
			fwrite( STDERR, "bootstrap: ended before it was done\n" );
			exit( 1 );
		}
	}
);

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
	if ( array( (string) $user->ID ) === tenant_administrators() ) {
		// Without it nobody could change anything any more, not even this.
		tenant_say( "service user $login is the only administrator and stays it; give the site another administrator" );
		return;
	}
	if ( array( 'editor' ) !== array_values( $user->roles ) ) {
		$user->set_role( 'editor' );
		tenant_say( "service user $login is an Editor again" );
	}
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
	// Neither plugins nor the theme are loaded here, so rules made now would lack theirs: the first request makes them.
	delete_option( 'rewrite_rules' );
	wp_cache_flush();
}

$tenant_url  = rtrim( tenant_env( 'TENANT_SITE_URL' ), '/' );
$tenant_link = tenant_wait_for_database( (int) ( getenv( 'TENANT_DB_WAIT' ) ?: 300 ) );
tenant_lock( $tenant_link );

// WordPress expects a request. These values only keep it from guessing.
$tenant_parts              = parse_url( $tenant_url );
$_SERVER['HTTP_HOST']      = $tenant_parts['host'] . ( isset( $tenant_parts['port'] ) ? ':' . $tenant_parts['port'] : '' );
$_SERVER['REQUEST_URI']    = '/';
$_SERVER['REQUEST_METHOD'] = 'GET';
$_SERVER['HTTPS']          = 'https' === $tenant_parts['scheme'] ? 'on' : 'off';

define( 'WP_INSTALLING', true );
if ( tenant_has_tables_only( $tenant_link ) ) {
	// Otherwise WordPress gives up on them.
	define( 'WP_REPAIRING', true );
}
$tenant_core = getenv( 'CORE_TARGET' ) ?: '/var/www/html';
require $tenant_core . '/wp-load.php';

/** Replaces core's function of this name: there is no mail server, and the operator shows the login. */
function wp_new_blog_notification( $title, $url, $user_id, $password ) {
}

require ABSPATH . 'wp-admin/includes/upgrade.php';
require __DIR__ . '/install.php';
require __DIR__ . '/urls.php';

$tenant_fresh = tenant_install(
	tenant_env( 'TENANT_SITE_TITLE' ),
	tenant_env( 'TENANT_ADMIN_USER' ),
	tenant_env( 'TENANT_ADMIN_EMAIL' ),
	tenant_env( 'TENANT_ADMIN_PASSWORD' )
);
tenant_upgrade_schema();
wp_cache_flush();
tenant_service_user( tenant_env( 'TENANT_MCP_USER' ) );
tenant_follow_url( $tenant_url, $tenant_fresh );

tenant_say( 'done' );
define( 'TENANT_ENDED', true );
