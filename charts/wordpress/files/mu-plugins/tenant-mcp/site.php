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
			'Looks for words in posts and pages.',
			array(
				'query' => array( 'type' => 'string', 'minLength' => 2, 'maxLength' => 200, 'description' => 'Words to look for.' ),
				'page'  => array( 'type' => 'integer', 'minimum' => 1, 'description' => 'Page of the list.' ),
			),
			array( 'query' ),
			function ( array $input ): array {
				$query = new \WP_Query(
					array(
						'post_type'      => TYPES,
						'post_status'    => STATUSES,
						's'              => $input['query'],
						'posts_per_page' => PAGE_SIZE,
						'paged'          => page_of( $input ),
						'perm'           => 'readable',
					)
				);
				return listing( array_map( __NAMESPACE__ . '\post_summary', $query->posts ), $query->found_posts, page_of( $input ) );
			},
			array( 'readonly' => true, 'idempotent' => true )
		);

		register(
			'site-info',
			'Tells what this website is: title, address, language, time zone, numbers of posts and pages.',
			array( 'details' => array( 'type' => 'boolean', 'description' => 'Also the WordPress version and the theme.' ) ),
			array(),
			function ( array $input ): array {
				$facts = array(
					'title'     => plain( get_bloginfo( 'name' ) ),
					'tagline'   => plain( get_bloginfo( 'description' ) ),
					'url'       => home_url( '/' ),
					'language'  => get_bloginfo( 'language' ),
					'time_zone' => wp_timezone_string(),
					'time_now'  => current_datetime()->format( 'c' ),
					'posts'     => (int) wp_count_posts( 'post' )->publish,
					'drafts'    => (int) wp_count_posts( 'post' )->draft,
					'pages'     => (int) wp_count_posts( 'page' )->publish,
					'acting_as' => wp_get_current_user()->display_name,
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
