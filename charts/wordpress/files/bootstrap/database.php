<?php
/**
 * Waits until the database answers.
 */

/** Returns as soon as a connection works; ends the process after the given number of seconds. */
function tenant_wait_for_database( int $seconds ): void {
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
			$link->close();
			return;
		}
		if ( mysqli_connect_error() !== $reason ) {
			$reason = (string) mysqli_connect_error();
			tenant_say( "waiting for the database: $reason" );
		}
		sleep( 1 );
	} while ( time() < $until );
	tenant_stop( "the database did not answer within $seconds seconds: $reason" );
}
