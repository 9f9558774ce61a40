<?php
/**
 * The same abilities on the same endpoint, served by the official WordPress/mcp-adapter release, which an init container
 * has fetched and checked.
 *
 * Part of the plugin Tenant MCP. License: GPL-2.0-or-later.
 */

namespace Tenant\Mcp;

defined( 'ABSPATH' ) || exit;

/** Open WebUI closes its session after each use; what it forgets must not shut out the next chat. */
const SESSIONS = 512;

// The public listener gets no MCP at all.
if ( on_mcp_listener() ) {
	$adapter = dirname( __DIR__ ) . '/mcp-adapter/mcp-adapter.php';
	if ( is_file( $adapter ) ) {
		require_once $adapter;
	} else {
		error_log( 'tenant-mcp: mcp-adapter is not unpacked' );
	}

	// Its default server would offer every ability of every plugin.
	add_filter( 'mcp_adapter_create_default_server', '__return_false' );
	add_filter( 'mcp_adapter_session_max_per_user', fn() => SESSIONS );

	add_action(
		'mcp_adapter_init',
		function ( $adapter ): void {
			$names = array();
			foreach ( wp_get_abilities() as $ability ) {
				if ( str_starts_with( $ability->get_name(), PREFIX ) ) {
					$names[] = $ability->get_name();
				}
			}
			sort( $names );
			$adapter->create_server(
				'tenant-wordpress',
				'tenant',
				'mcp',
				'tenant-wordpress',
				'Tools to read and write this website.',
				VERSION,
				array( \WP\MCP\Transport\HttpTransport::class ),
				\WP\MCP\Infrastructure\ErrorHandling\ErrorLogMcpErrorHandler::class,
				\WP\MCP\Infrastructure\Observability\NullMcpObservabilityHandler::class,
				$names,
				array(),
				array(),
				__NAMESPACE__ . '\authorize'
			);
		}
	);
}
