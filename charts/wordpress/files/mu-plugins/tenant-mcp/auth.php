<?php
/**
 * Who may speak MCP: whoever holds the token, on the listener that only the tenant's own Open WebUI can reach.
 *
 * Part of the plugin Tenant MCP. License: GPL-2.0-or-later.
 */

namespace Tenant\Mcp;

defined( 'ABSPATH' ) || exit;

const SHORTEST_TOKEN = 32;

/** Whether this request came in on the MCP listener. Apache sets the variable; no client can. */
function on_mcp_listener(): bool {
	return 'mcp' === ( $_SERVER['TENANT_LISTENER'] ?? '' );
}

/**
 * Permission callback of the endpoint. It decides for this route only, so the token opens nothing else, whatever path or
 * query led here. On success the request goes on as the service user.
 *
 * @return true|\WP_Error
 */
function authorize( \WP_REST_Request $request ) {
	$token = (string) getenv( 'TENANT_MCP_TOKEN' );
	if ( ! on_mcp_listener() || strlen( $token ) < SHORTEST_TOKEN ) {
		return new \WP_Error( 'tenant_mcp_closed', 'MCP is not served here.', array( 'status' => 404 ) );
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
