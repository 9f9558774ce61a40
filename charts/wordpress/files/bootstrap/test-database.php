<?php
/**
 * What `helm test` asks of the database: one connection writes, another reads. The table is its own, and is gone afterwards.
 */

/** Connects as WordPress does; waits a minute for a database that still starts. */
function tenant_test_connection(): mysqli {
	$address = explode( ':', (string) getenv( 'WORDPRESS_DB_HOST' ), 2 );
	$until   = time() + 60;
	while ( true ) {
		try {
			return new mysqli( $address[0], (string) getenv( 'WORDPRESS_DB_USER' ), (string) getenv( 'WORDPRESS_DB_PASSWORD' ), (string) getenv( 'WORDPRESS_DB_NAME' ), (int) ( $address[1] ?? 3306 ) );
		} catch ( mysqli_sql_exception $error ) {
			if ( time() >= $until ) {
				throw $error;
			}
			sleep( 2 );
		}
	}
}

mysqli_report( MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT );
try {
	$table  = 'helm_test_' . bin2hex( random_bytes( 6 ) );
	$text   = 'geschrieben: ' . bin2hex( random_bytes( 16 ) );
	$writer = tenant_test_connection();
	$writer->query( "CREATE TABLE $table ( text VARCHAR(100) NOT NULL )" );
	try {
		$statement = $writer->prepare( "INSERT INTO $table VALUES ( ? )" );
		$statement->bind_param( 's', $text );
		$statement->execute();
		$read = tenant_test_connection()->query( "SELECT text FROM $table" )->fetch_row()[0] ?? null;
	} finally {
		$writer->query( "DROP TABLE $table" );
	}
	if ( $read !== $text ) {
		throw new RuntimeException( 'the database gave back something else than what was written' );
	}
	echo "database: written and read\n";
} catch ( Throwable $error ) {
	fwrite( STDERR, 'database: ' . $error->getMessage() . "\n" );
	exit( 1 );
}
