<?php
/**
 * What is done with the database before WordPress looks at it.
 */

/** Returns a connection as soon as one works; ends the process after the given number of seconds. */
function tenant_wait_for_database( int $seconds ): mysqli {
	$address = explode( ':', tenant_env( 'WORDPRESS_DB_HOST' ), 2 );
	$until   = time() + $seconds;
	$reason  = '';
	mysqli_report( MYSQLI_REPORT_OFF );
	do {
		$link = mysqli_init();
		$link->options( MYSQLI_OPT_CONNECT_TIMEOUT, 5 );
		$works = @$link->real_connect(
			$address[0],
			tenant_env( 'WORDPRESS_DB_USER' ),
			tenant_env( 'WORDPRESS_DB_PASSWORD' ),
			tenant_env( 'WORDPRESS_DB_NAME' ),
			(int) ( $address[1] ?? 3306 )
		);
		if ( $works ) {
			return $link;
		}
		if ( mysqli_connect_error() !== $reason ) {
			$reason = (string) mysqli_connect_error();
			tenant_say( "waiting for the database: $reason" );
		}
		sleep( 1 );
	} while ( time() < $until );
	tenant_stop( "the database did not answer within $seconds seconds: $reason" );
}

/** Lets one start at a time work. The lock ends with the connection, and that with the process. */
function tenant_lock( mysqli $link ): void {
	$answer = $link->query( sprintf( "SELECT GET_LOCK('%s', %d)", TENANT_LOCK, TENANT_LOCK_SECONDS ) );
	if ( ! $answer || '1' !== $answer->fetch_row()[0] ) {
		tenant_stop( 'another start of this site has been working for ' . TENANT_LOCK_SECONDS . ' seconds' );
	}
}

/** Whether there are tables, and no site in them: what an interrupted installation leaves. */
function tenant_has_tables_only( mysqli $link ): bool {
	$tables = $link->query( "SHOW TABLES LIKE 'wp\\_%'" );
	$site   = $link->query( "SELECT 1 FROM wp_options WHERE option_name = 'siteurl' AND option_value <> ''" );
	return $tables->num_rows > 0 && ( ! $site || 0 === $site->num_rows );
}
