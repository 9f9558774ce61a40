<?php
/**
 * Abilities for categories and tags: list, create.
 *
 * Part of the plugin Tenant MCP. License: GPL-2.0-or-later.
 */

namespace Tenant\Mcp;

defined( 'ABSPATH' ) || exit;

const TAXONOMIES = array( 'category', 'post_tag' );

const TERM_FIELDS = array(
	'id'          => INTEGER,
	'taxonomy'    => TEXT,
	'name'        => TEXT,
	'slug'        => TEXT,
	'description' => TEXT,
	'parent'      => INTEGER,
	'posts'       => INTEGER,
);

function term_summary( \WP_Term $term ): array {
	return array(
		'id'          => $term->term_id,
		'taxonomy'    => $term->taxonomy,
		'name'        => plain( $term->name ),
		'slug'        => $term->slug,
		'description' => plain( $term->description ),
		'parent'      => $term->parent,
		'posts'       => $term->count,
	);
}

/** Creates a term, or finds the one that is there already. */
function make_term( array $input ) {
	$taxonomy = $input['taxonomy'] ?? 'category';
	$parent   = $input['parent'] ?? 0;
	if ( $parent && 'category' !== $taxonomy ) {
		return problem( 'Tags stand side by side: leave parent out.' );
	}
	if ( $parent && ! term_exists( $parent, $taxonomy ) ) {
		return problem( "There is no category with id $parent. tenant-list-terms shows which there are." );
	}
	$result = wp_insert_term( wp_slash( $input['name'] ), $taxonomy, array( 'description' => wp_slash( $input['description'] ?? '' ), 'parent' => $parent ) );
	if ( is_wp_error( $result ) && 'term_exists' !== $result->get_error_code() ) {
		return $result;
	}
	$made = ! is_wp_error( $result );
	return term_summary( get_term( $made ? $result['term_id'] : (int) $result->get_error_data(), $taxonomy ) ) + array( 'made' => $made );
}

add_action(
	'wp_abilities_api_init',
	function (): void {
		$taxonomy = array( 'type' => 'string', 'enum' => TAXONOMIES, 'description' => 'category (this unless given) or post_tag.' );

		register(
			'list-terms',
			'Lists categories or tags with the number of their posts, by name.',
			array(
				'taxonomy' => $taxonomy,
				'search'   => array( 'type' => 'string', 'maxLength' => 200, 'description' => 'Part of the name.' ),
			) + paging(),
			array(),
			list_of( TERM_FIELDS ),
			function ( array $input ) {
				list( $page, $per_page ) = page_of( $input );

				$query = array(
					'taxonomy'   => $input['taxonomy'] ?? 'category',
					'hide_empty' => false,
					'search'     => $input['search'] ?? '',
				);
				$terms = get_terms( $query + array( 'number' => $per_page, 'offset' => ( $page - 1 ) * $per_page ) );
				return is_wp_error( $terms ) ? $terms : listing( array_map( __NAMESPACE__ . '\term_summary', $terms ), (int) wp_count_terms( $query ), $input );
			},
			array( 'readonly' => true, 'idempotent' => true )
		);

		register(
			'create-term',
			'Creates a category or tag. One of that name that is there already is returned as it is.',
			array(
				'taxonomy'    => $taxonomy,
				'name'        => array( 'type' => 'string', 'minLength' => 1, 'maxLength' => 200, 'description' => 'Name, like News.' ),
				'description' => array( 'type' => 'string', 'maxLength' => 1000, 'description' => 'What belongs in it.' ),
				'parent'      => array( 'type' => 'integer', 'minimum' => 1, 'description' => 'Id of the category above it.' ),
			),
			array( 'name' ),
			TERM_FIELDS + array( 'made' => FLAG ),
			__NAMESPACE__ . '\make_term',
			array( 'capability' => 'manage_categories', 'idempotent' => true )
		);
	}
);
