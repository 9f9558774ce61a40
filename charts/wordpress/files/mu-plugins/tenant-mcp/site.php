<?php
/**
 * Abilities about the site as a whole: search, facts.
 *
 * Part of the plugin Tenant MCP. License: GPL-2.0-or-later.
 */

namespace Tenant\Mcp;

defined( 'ABSPATH' ) || exit;

add_action(
	'wp_abilities_api_init',
	function (): void {
		register(
			'search',
			'Looks for words in the titles and texts of posts and pages.',
			array(
				'query' => array( 'type' => 'string', 'minLength' => 2, 'maxLength' => 200, 'description' => 'Words to look for; all of them must be there.' ),
				'type'  => array( 'type' => 'string', 'enum' => TYPES, 'description' => 'Only posts, or only pages.' ),
			) + paging(),
			array( 'query' ),
			list_of( POST_FIELDS ),
			fn( array $input ) => query_posts_for( $input, array( 's' => $input['query'], 'post_type' => $input['type'] ?? TYPES ) ),
			array( 'readonly' => true, 'idempotent' => true )
		);

		register(
			'site-info',
			'Tells what this website is: title, address, language, what time it is there, numbers of posts, drafts, pages and waiting comments.',
			array( 'details' => array( 'type' => 'boolean', 'description' => 'true: also the WordPress version and the theme.' ) ),
			array(),
			array(
				'title'            => TEXT,
				'tagline'          => TEXT,
				'url'              => TEXT,
				'language'         => TEXT,
				'time_zone'        => TEXT,
				'time_now'         => TEXT,
				'posts'            => INTEGER,
				'scheduled'        => INTEGER,
				'drafts'           => INTEGER,
				'pages'            => INTEGER,
				'comments_waiting' => INTEGER,
				'acting_as'        => TEXT,
			),
			function ( array $input ): array {
				$posts = wp_count_posts( 'post' );
				$facts = array(
					'title'            => plain( get_bloginfo( 'name' ) ),
					'tagline'          => plain( get_bloginfo( 'description' ) ),
					'url'              => home_url( '/' ),
					'language'         => get_bloginfo( 'language' ),
					'time_zone'        => wp_timezone_string(),
					'time_now'         => current_datetime()->format( 'Y-m-d\TH:i:s' ),
					'posts'            => (int) $posts->publish,
					'scheduled'        => (int) $posts->future,
					'drafts'           => (int) $posts->draft,
					'pages'            => (int) wp_count_posts( 'page' )->publish,
					'comments_waiting' => (int) get_comments( array( 'status' => 'hold', 'count' => true ) + COMMENTS_ONLY ),
					'acting_as'        => wp_get_current_user()->display_name,
				);
				if ( ! empty( $input['details'] ) ) {
					$facts['wordpress'] = get_bloginfo( 'version' );
					$facts['theme']     = (string) wp_get_theme()->get( 'Name' );
				}
				return $facts;
			},
			array( 'readonly' => true, 'idempotent' => true )
		);
	}
);
