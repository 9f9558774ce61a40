<?php
/**
 * Fetches the WordPress/mcp-adapter release named by the values, checks it and unpacks it beside our must-use plugin.
 * Nothing is used whose SHA-256 differs.
 *
 * Environment: ADAPTER_URL, ADAPTER_SHA256; optional MU_PLUGINS.
 */

/** Ends with a reason that the operator reads in the pod's log. */
function tenant_stop( string $reason ): never {
	fwrite( STDERR, "mcp-adapter: $reason\n" );
	exit( 1 );
}

$url    = (string) getenv( 'ADAPTER_URL' );
$sha256 = strtolower( (string) getenv( 'ADAPTER_SHA256' ) );
$target = ( getenv( 'MU_PLUGINS' ) ?: '/mu-plugins' ) . '/mcp-adapter';
$file   = sys_get_temp_dir() . '/mcp-adapter.zip';

if ( ! preg_match( '~^[0-9a-f]{64}$~', $sha256 ) ) {
	tenant_stop( 'its SHA-256 must be given' );
}
$context = stream_context_create( array( 'http' => array( 'timeout' => 60, 'follow_location' => 1 ) ) );
if ( ! @copy( $url, $file, $context ) ) {
	tenant_stop( "$url cannot be fetched (is the way to the internet open for this tenant?)" );
}
$actual = hash_file( 'sha256', $file );
if ( ! hash_equals( $sha256, $actual ) ) {
	unlink( $file );
	tenant_stop( "$url has SHA-256 $actual, expected $sha256" );
}

$zip = new ZipArchive();
if ( true !== $zip->open( $file ) ) {
	tenant_stop( 'the file is not a zip archive' );
}
// The release has one folder at the top; what is in it goes to our folder, and nothing may leave that.
for ( $index = 0; $index < $zip->numFiles; $index++ ) {
	$name = $zip->getNameIndex( $index );
	$path = preg_replace( '~^[^/]+/~', '', $name );
	if ( str_contains( $name, '..' ) || str_starts_with( $name, '/' ) ) {
		tenant_stop( "the archive has an unsafe path: $name" );
	}
	if ( str_ends_with( $name, '/' ) || '' === $path ) {
		continue;
	}
	$folder = dirname( "$target/$path" );
	if ( ! is_dir( $folder ) && ! mkdir( $folder, 0755, true ) ) {
		tenant_stop( "cannot make $folder" );
	}
	file_put_contents( "$target/$path", $zip->getFromIndex( $index ) );
}
$zip->close();
unlink( $file );
if ( ! is_file( "$target/mcp-adapter.php" ) ) {
	tenant_stop( 'the archive has no mcp-adapter.php; take the release file, not the source' );
}
fwrite( STDOUT, "mcp-adapter: unpacked, SHA-256 verified\n" );
