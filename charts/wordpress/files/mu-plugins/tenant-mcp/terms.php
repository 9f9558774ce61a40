<?php
/**
 * Abilities for categories and tags: list, create.
 *
 * Part of the plugin Tenant MCP. License: GPL-2.0-or-later.
 */

namespace Tenant\Mcp;

defined( 'ABSPATH' ) || exit;

const TAXONOMIES = array( 'category', 'post_tag' );

function term_summary( \WP_Term $term ): array {
	return array(
		'id'          => $term->term_id,
		'taxonomy'    => $term->taxonomy,
		'name'        => html_entity_decode( $term->name, ENT_QUOTES, 'UTF-8' ),
		'slug'        => $term->slug,
		'description' => plain( $term->description ),
		'parent'      => $term->parent,
		'posts'       => $term->count,
	);
}

add_action(
	'wp_abilities_api_init',
	function (): void {
		$taxonomy = array( 'type' => 'string', 'enum' => TAXONOMIES, 'description' => 'category (the usual one) or post_tag.' );

		register(
			'list-terms',
			'Lists categories or tags with the number of their posts.',
			array(
				'taxonomy' => $taxonomy,
				'search'   => array( 'type' => 'string', 'maxLength' => 200, 'description' => 'Part of the name.' ),
				'page'     => array( 'type' => 'integer', 'minimum' => 1, 'description' => 'Page of the list.' ),
			),
			array(),
			function ( array $input ) {
				$query = array(
					'taxonomy'   => $input['taxonomy'] ?? 'category',
					'hide_empty' => false,
					'search'     => $input['search'] ?? '',
				);
				$terms = get_terms( $query + array( 'number' => PAGE_SIZE, 'offset' => ( page_of( $input ) - 1 ) * PAGE_SIZE ) );
				$total = wp_count_terms( $query );
				if ( is_wp_error( $terms ) ) {
					return $terms;
				}
				return listing( array_map( __NAMESPACE__ . '\term_summary', $terms ), (int) $total, page_of( $input ) );
			},
			array( 'readonly' => true, 'idempotent' => true )
		);

		register(
			'create-term',
			'Creates a category or tag. One that is there already is returned as it is.',
			array(
				'taxonomy'    => $taxonomy,
				'name'        => array( 'type' => 'string', 'minLength' => 1, 'maxLength' => 200, 'description' => 'Name.' ),
				'description' => array( 'type' => 'string', 'maxLength' => 1000, 'description' => 'What belongs in it.' ),
				'parent'      => array( 'type' => 'integer', 'description' => 'Id of the category above it.' ),
			),
			array( 'name' ),
			function ( array $input ) {
				$taxonomy = $input['taxonomy'] ?? 'category';
				$result   = wp_insert_term(
					$input['name'],
					$taxonomy,
					array( 'description' => $input['description'] ?? '', 'parent' => $input['parent'] ?? 0 )
				);
				if ( is_wp_error( $result ) && 'term_exists' !== $result->get_error_code() ) {
					return $result;
				}
				$id = is_wp_error( $result ) ? (int) $result->get_error_data() : $result['term_id'];
				return term_summary( get_term( $id, $taxonomy ) );
			},
			array( 'capability' => 'manage_categories', 'idempotent' => true )
		);
	}
);
