<?php
/**
 * Who may speak MCP: whoever holds the token, on the listener that only the tenant's own Open WebUI can reach.
 *
 * Part of the plugin Tenant MCP. License: GPL-2.0-or-later.
 */

namespace Tenant\Mcp;

defined( 'ABSPATH' ) || exit;

const SHORTEST_TOKEN = 32;

/** What proxies add. Nothing stands before the MCP listener, so a request with one of these came by a way that is not meant to exist. */
const FORWARDED = array( 'HTTP_FORWARDED', 'HTTP_X_FORWARDED_FOR', 'HTTP_X_FORWARDED_HOST', 'HTTP_X_FORWARDED_PROTO', 'HTTP_X_REAL_IP' );

/** Whether this request came in on the MCP listener. Apache sets the variable; no client can. */
function on_mcp_listener(): bool {
	return 'mcp' === ( $_SERVER['TENANT_LISTENER'] ?? '' );
}

// The last of all, so that what other plugins have set up does not hold on the MCP listener.
add_action(
	'rest_api_init',
	function (): void {
		if ( on_mcp_listener() ) {
			// WordPress would tell a browser that its page may read the answer, also when that is a refusal.
			remove_filter( 'rest_pre_serve_request', 'rest_send_cors_headers' );
			// Plugins that close the REST API to guests are asked before the token is looked at. On this listener it alone decides:
			// Apache lets no other route through, and authorize() lets nobody in without it.
			add_filter( 'rest_authentication_errors', '__return_true', PHP_INT_MAX );
		}
	},
	PHP_INT_MAX
);

/** The token, from the file that TENANT_MCP_TOKEN_FILE names, or from TENANT_MCP_TOKEN. Empty when it is too short to be one. */
function token(): string {
	$file  = (string) getenv( 'TENANT_MCP_TOKEN_FILE' );
	$token = trim( '' === $file ? (string) getenv( 'TENANT_MCP_TOKEN' ) : (string) @file_get_contents( $file ) );
	return strlen( $token ) < SHORTEST_TOKEN ? '' : $token;
}

/**
 * Permission callback of the endpoint. It decides for this route only, so the token opens nothing else, whatever path or
 * query led here. On success the request goes on as the service user.
 *
 * @return true|\WP_Error
 */
function authorize( \WP_REST_Request $request ) {
	$token = token();
	if ( ! on_mcp_listener() || '' === $token || array_intersect( FORWARDED, array_keys( $_SERVER ) ) ) {
		return new \WP_Error( 'tenant_mcp_closed', 'MCP is not served here.', array( 'status' => 404 ) );
	}
	// Browsers send it, and no browser has business here: a page that rebinds its name to this address must not get an answer.
	if ( null !== $request->get_header( 'origin' ) ) {
		return new \WP_Error( 'tenant_mcp_origin', 'Browsers are not served here.', array( 'status' => 403 ) );
	}
	$given = '';
	if ( preg_match( '~^Bearer\s+(\S+)$~i', trim( (string) $request->get_header( 'authorization' ) ), $match ) ) {
		$given = $match[1];
	}
	if ( ! hash_equals( $token, $given ) ) {
		return new \WP_Error( 'tenant_mcp_unauthorized', 'The token is missing or wrong.', array( 'status' => 401 ) );
	}
	$user = get_user_by( 'login', (string) getenv( 'TENANT_MCP_USER' ) );
	if ( ! $user ) {
		return new \WP_Error( 'tenant_mcp_no_user', 'The service user does not exist.', array( 'status' => 500 ) );
	}
	wp_set_current_user( $user->ID );
	if ( ! current_user_can( 'edit_posts' ) ) {
		return new \WP_Error( 'tenant_mcp_forbidden', 'The service user may not edit posts.', array( 'status' => 403 ) );
	}
	return true;
}
