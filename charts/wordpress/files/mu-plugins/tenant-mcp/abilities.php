<?php
/**
 * What abilities have in common: their category, how they are registered, how texts are trimmed for a model.
 *
 * Part of the plugin Tenant MCP. License: GPL-2.0-or-later.
 */

namespace Tenant\Mcp;

defined( 'ABSPATH' ) || exit;

const PREFIX   = 'tenant/';
const CATEGORY = 'tenant-content';

/** Longest text of one answer, in characters: a model has to read all of it. */
const LONGEST_TEXT = 20000;

/** Entries of one page of a list. */
const PAGE_SIZE = 20;

add_action(
	'wp_abilities_api_categories_init',
	function (): void {
		wp_register_ability_category(
			CATEGORY,
			array(
				'label'       => 'Content of this site',
				'description' => 'Reads and writes posts, pages, media, terms and comments.',
			)
		);
	}
);

/**
 * Registers one ability.
 *
 * @param string   $name        Without the prefix: "read-post".
 * @param string   $description What it does, for the model.
 * @param array    $properties  JSON Schema of each argument. No defaults in it: an empty one would come out as a list.
 * @param string[] $required    Names of the arguments that must be given.
 * @param callable $run         Gets the arguments, returns an array or a WP_Error.
 * @param array    $options     "capability" the caller needs (default edit_posts); "readonly", "destructive", "idempotent" as hints.
 */
function register( string $name, string $description, array $properties, array $required, callable $run, array $options = array() ): void {
	$schema = array(
		'type'                 => 'object',
		'properties'           => $properties,
		'additionalProperties' => false,
	);
	if ( $required ) {
		$schema['required'] = $required;
	}
	wp_register_ability(
		PREFIX . $name,
		array(
			'label'               => ucfirst( str_replace( '-', ' ', $name ) ),
			'description'         => $description,
			'category'            => CATEGORY,
			'input_schema'        => $schema,
			'output_schema'       => array( 'type' => 'object' ),
			'execute_callback'    => fn( $input = array() ) => $run( (array) $input ),
			'permission_callback' => fn() => current_user_can( $options['capability'] ?? 'edit_posts' ),
			'meta'                => array(
				'annotations'  => array(
					'readonly'    => $options['readonly'] ?? false,
					'destructive' => $options['destructive'] ?? false,
					'idempotent'  => $options['idempotent'] ?? false,
				),
				'show_in_rest' => false,
			),
		)
	);
}

/** An error that the model can act on. */
function problem( string $message, string $code = 'tenant_mcp_problem' ): \WP_Error {
	return new \WP_Error( $code, $message );
}

/** Text without tags, in one line, cut to a length. */
function plain( string $html, int $longest = 300 ): string {
	$text = trim( preg_replace( '~\s+~u', ' ', html_entity_decode( wp_strip_all_tags( $html ), ENT_QUOTES, 'UTF-8' ) ) );
	return mb_strlen( $text ) > $longest ? mb_substr( $text, 0, $longest - 1 ) . '…' : $text;
}

/** A page of a list, as every list answers. */
function listing( array $entries, int $total, int $page ): array {
	return array(
		'entries' => $entries,
		'page'    => $page,
		'pages'   => (int) ceil( $total / PAGE_SIZE ),
		'total'   => $total,
	);
}

/** The page asked for, at least 1. */
function page_of( array $input ): int {
	return max( 1, (int) ( $input['page'] ?? 1 ) );
}
