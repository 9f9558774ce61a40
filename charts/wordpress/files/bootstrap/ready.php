<?php
/**
 * What the readiness probe asks: whether Apache, PHP and the site's tables answer. prepare-core.sh puts it beside core. It
 * does not load WordPress, because a plugin that closes the site to guests would then take the dashboard away too, where it
 * can be switched off. Visitors may ask it as well: it says one word and costs less than any page.
 *
 * Environment: WORDPRESS_DB_*.
 */

/** Less than the probe waits. */
const TENANT_CONNECT_SECONDS = 3;

/** Whether the database answers, and has the tables of a site. */
function tenant_is_ready(): bool {
	mysqli_report( MYSQLI_REPORT_OFF );
	$address = explode( ':', (string) getenv( 'WORDPRESS_DB_HOST' ), 2 );
	$link    = mysqli_init();
	$link->options( MYSQLI_OPT_CONNECT_TIMEOUT, TENANT_CONNECT_SECONDS );
	$works = @$link->real_connect(
		$address[0],
		(string) getenv( 'WORDPRESS_DB_USER' ),
		(string) getenv( 'WORDPRESS_DB_PASSWORD' ),
		(string) getenv( 'WORDPRESS_DB_NAME' ),
		(int) ( $address[1] ?? 3306 )
	);
	return $works && false !== $link->query( 'SELECT 1 FROM wp_options LIMIT 1' );
}

$tenant_ready = tenant_is_ready();
http_response_code( $tenant_ready ? 200 : 503 );
header( 'Content-Type: text/plain' );
header( 'Cache-Control: no-store' );
echo $tenant_ready ? "ready\n" : "the database does not answer\n";
