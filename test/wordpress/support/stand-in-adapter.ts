import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';

/**
 * What our plugin needs of the official WordPress/mcp-adapter 0.5 and 0.6, which cannot be had where the tests run: the class that
 * makes servers, in its namespace and with its parameters, and a transport that asks the permission callback as the real one does (a
 * refusal's own words are lost there). It writes down what it was asked for, and answers tools/list and tools/call.
 */
const MCP_ADAPTER = String.raw`<?php
namespace WP\MCP\Transport { class HttpTransport {} }
namespace WP\MCP\Infrastructure\ErrorHandling { class ErrorLogMcpErrorHandler {} }
namespace WP\MCP\Infrastructure\Observability { class NullMcpObservabilityHandler {} }
namespace WP\MCP\Core {
	class McpAdapter {
		public function create_server( string $server_id, string $server_route_namespace, string $server_route, string $server_name, string $server_description, string $server_version, array $mcp_transports, ?string $error_handler, ?string $observability_handler = null, array $tools = array(), array $resources = array(), array $prompts = array(), ?callable $transport_permission_callback = null ) {
			foreach ( array_merge( $mcp_transports, array( $error_handler, $observability_handler ) ) as $class ) {
				if ( ! class_exists( $class ) ) {
					throw new \Exception( "no class $class" );
				}
			}
			$abilities = array();
			foreach ( $tools as $name ) {
				$abilities[ str_replace( '/', '-', $name ) ] = wp_get_ability( $name );
			}
			register_rest_route(
				$server_route_namespace,
				$server_route,
				array(
					'methods'             => array( 'POST', 'GET', 'DELETE' ),
					'permission_callback' => function ( $request ) use ( $transport_permission_callback ) {
						$result = call_user_func( $transport_permission_callback, $request );
						return ! is_wp_error( $result ) && $result;
					},
					'callback'            => function ( $request ) use ( $abilities, $server_id ) {
						$message = $request->get_json_params();
						if ( 'tools/list' === $message['method'] ) {
							$result = array( 'server' => $server_id, 'default_server' => apply_filters( 'mcp_adapter_create_default_server', true ), 'tools' => array_keys( $abilities ) );
						} else {
							$ability = $abilities[ $message['params']['name'] ];
							$answer  = $ability->execute( $message['params']['arguments'] );
							$result  = is_wp_error( $answer ) ? array( 'isError' => true, 'content' => array( array( 'text' => $answer->get_error_message() ) ) ) : array( 'structuredContent' => $answer );
						}
						return array( 'jsonrpc' => '2.0', 'id' => $message['id'], 'result' => $result );
					},
				)
			);
		}
	}
}
namespace {
	add_action( 'rest_api_init', function () {
		if ( apply_filters( 'mcp_adapter_create_default_server', true ) ) {
			register_rest_route( 'mcp', '/mcp-adapter-default-server', array( 'methods' => 'POST', 'permission_callback' => '__return_true', 'callback' => '__return_true' ) );
		}
		do_action( 'mcp_adapter_init', new \WP\MCP\Core\McpAdapter() );
	}, 15 );
}
`;

export interface Archive {
  bytes: Buffer;
  sha256: string;
}

/** A zip file with these files. */
export const zip = (files: Record<string, string>): Archive => {
  const program = '$path = tempnam(sys_get_temp_dir(), "zip"); $zip = new ZipArchive(); $zip->open($path, ZipArchive::OVERWRITE); foreach (json_decode(stream_get_contents(STDIN), true) as $name => $text) $zip->addFromString($name, $text); $zip->close(); echo file_get_contents($path); unlink($path);';
  const bytes = execFileSync('/usr/bin/php', ['-r', program], { input: JSON.stringify(files) });
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
};

/** The stand-in as a release looks: everything in one folder. */
export const standInAdapter = (): Archive => zip({ 'mcp-adapter/mcp-adapter.php': MCP_ADAPTER, 'mcp-adapter/includes/x/y.php': '<?php', 'mcp-adapter/readme.txt': 'stand-in' });
