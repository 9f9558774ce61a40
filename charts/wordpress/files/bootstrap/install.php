<?php
/**
 * The installation of WordPress into an empty database. Interrupted at any place, the next start finishes it.
 */

/** What a site begins with, where WordPress's own choice does not fit. Its administrator may change all of it. */
const TENANT_SETTINGS = array(
	'timezone_string'        => 'Europe/Berlin',
	// Apache has the rewrite rules already.
	'permalink_structure'    => '/%postname%/',
	'default_comment_status' => 'closed',
	'default_ping_status'    => 'closed',
	// Portraits come from gravatar.com, which would learn of everybody who opens the dashboard or reads a comment.
	'show_avatars'           => 0,
);

/**
 * Whether there is something left to install. WordPress takes itself for installed as soon as it has its first settings; it is
 * done when it has an administrator and a category for posts as well. A site that has been at an address is never installed again.
 */
function tenant_is_unfinished(): bool {
	global $wpdb;
	$loud  = $wpdb->suppress_errors();
	$site  = $wpdb->get_var( "SELECT option_value FROM $wpdb->options WHERE option_name = 'siteurl'" );
	$users = (int) $wpdb->get_var( "SELECT COUNT(*) FROM $wpdb->users" );
	$wpdb->suppress_errors( $loud );
	if ( ! $site ) {
		if ( $users > 0 ) {
			tenant_stop( 'the database has users, but its settings cannot be read: it is damaged, or only partly restored. Nothing was changed' );
		}
		return true;
	}
	if ( false !== get_option( TENANT_URL_OPTION ) ) {
		return false;
	}
	return ! tenant_administrators() || ! term_exists( (int) get_option( 'default_category' ), 'category' );
}

/** Ids of the site's administrators. */
function tenant_administrators(): array {
	return get_users( array( 'role' => 'administrator', 'fields' => 'ID' ) );
}

/** Installs, or finishes an installation; returns whether there was something to do. */
function tenant_install( string $title, string $user, string $email, string $password ): bool {
	if ( ! tenant_is_unfinished() ) {
		return false;
	}
	// Before WordPress makes its own settings, which leave alone those that are there: afterwards it looks installed.
	add_action(
		'populate_options',
		function (): void {
			foreach ( TENANT_SETTINGS as $name => $value ) {
				update_option( $name, $value );
			}
		}
	);
	$result = wp_install( $title, $user, $email, true, '', $password );
	if ( is_wp_error( $result ) ) {
		tenant_stop( 'installation failed: ' . $result->get_error_message() );
	}
	tenant_say( 'WordPress is installed' );
	return true;
}
