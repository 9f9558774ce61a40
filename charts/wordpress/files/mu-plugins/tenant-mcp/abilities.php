<?php
/**
 * What abilities have in common: their category, how they are registered and run, how lists are paged, how errors are worded.
 *
 * Part of the plugin Tenant MCP. License: GPL-2.0-or-later.
 */

namespace Tenant\Mcp;

defined( 'ABSPATH' ) || exit;

const PREFIX   = 'tenant/';
const CATEGORY = 'tenant-content';

/** Entries of one page of a list: unless asked for, and at most. A model has to read all of them. */
const PAGE_SIZE         = 20;
const LARGEST_PAGE_SIZE = 50;

const INTEGER = array( 'type' => 'integer' );
const TEXT    = array( 'type' => 'string' );
const FLAG    = array( 'type' => 'boolean' );

/** A number, or null at the end. Some clients know one type for each value only, so it is not a list of two. */
const NUMBER_OR_NULL = array( 'anyOf' => array( INTEGER, array( 'type' => 'null' ) ) );

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

// Some models write null for an argument that they mean to leave out.
add_filter(
	'wp_ability_normalize_input',
	fn( $input, string $name ) => str_starts_with( $name, PREFIX ) && is_array( $input ) ? array_filter( $input, fn( $value ) => null !== $value ) : $input,
	10,
	2
);

/**
 * Registers one ability.
 *
 * @param string   $name        Without the prefix: "read-post".
 * @param string   $description What it does, for the model.
 * @param array    $arguments   JSON Schema of each argument. No defaults in it: an empty one would come out as a list.
 * @param string[] $required    Names of the arguments that must be given.
 * @param array    $answer      JSON Schema of each field that it always answers with.
 * @param callable $run         Gets the arguments, returns an array or a WP_Error.
 * @param array    $options     "capability" the caller needs (default edit_posts); "readonly", "destructive", "idempotent" as hints.
 */
function register( string $name, string $description, array $arguments, array $required, array $answer, callable $run, array $options = array() ): void {
	$schema = array(
		'type'                 => 'object',
		'properties'           => $arguments,
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
			'output_schema'       => object_of( $answer ),
			'execute_callback'    => fn( $input = array() ) => guarded( $run, rest_sanitize_value_from_schema( (array) $input, $schema ) ),
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

/** Schema of an object that has all of these fields. */
function object_of( array $fields ): array {
	return array( 'type' => 'object', 'properties' => $fields, 'required' => array_keys( $fields ) );
}

/** Runs an ability. Core would show the caller the text of an exception, which may name files: it is for the log. */
function guarded( callable $run, array $input ) {
	try {
		return $run( $input );
	} catch ( \Throwable $error ) {
		error_log( 'tenant-mcp: ' . $error );
		return problem( 'Something went wrong on the site. Its log has the reason. Trying the same again will not help.' );
	}
}

/** An error that the model can act on: what was wrong, and what would be right. */
function problem( string $message, string $code = 'tenant_mcp_problem' ): \WP_Error {
	return new \WP_Error( $code, $message );
}

/** An error in the words that the model gets. Core's own name neither the arguments that are known nor who is not allowed. */
function explain( \WP_Error $error, \WP_Ability $ability, array $arguments ): string {
	switch ( $error->get_error_code() ) {
		case 'ability_invalid_input':
			$schema = $ability->get_input_schema();
			$names  = array();
			foreach ( array_keys( $schema['properties'] ) as $name ) {
				$names[] = $name . ( in_array( $name, $schema['required'] ?? array(), true ) ? ' (required)' : '' );
			}
			// Core puts the reason into a sentence, in the site's language. Here it is asked for again, for the reason alone.
			$valid  = rest_validate_value_from_schema( $ability->normalize_input( $arguments ), $schema, 'input' );
			$reason = is_wp_error( $valid ) ? $valid->get_error_message() : $error->get_error_message();
			// Core calls the arguments "input" and an argument "input[title]".
			$reason = preg_replace( array( '~\binput\[([^]]+)\]~', '~[.\s]*$~' ), array( '$1', '' ), words_of( $reason ) );
			return "Wrong arguments: $reason. Known arguments: " . implode( ', ', $names ) . '.';
		case 'ability_invalid_permissions':
			$role = implode( ', ', wp_get_current_user()->roles );
			return "Not allowed: the site's user for the assistant ($role) lacks the right to do this. An administrator of the site can give it.";
		default:
			return words_of( $error->get_error_message() );
	}
}

/** A message of WordPress as plain text. */
function words_of( string $message ): string {
	return html_entity_decode( wp_strip_all_tags( $message ), ENT_QUOTES, 'UTF-8' );
}

/** Text without tags, in one line, cut to a length. */
function plain( string $html, int $longest = 300 ): string {
	$text = trim( preg_replace( '~\s+~u', ' ', html_entity_decode( wp_strip_all_tags( $html ), ENT_QUOTES, 'UTF-8' ) ) );
	return mb_strlen( $text ) > $longest ? mb_substr( $text, 0, $longest - 1 ) . '…' : $text;
}

/** The arguments of every list. */
function paging(): array {
	return array(
		'page'     => array( 'type' => 'integer', 'minimum' => 1, 'description' => 'Page of the list; the answer says which one is next.' ),
		'per_page' => array( 'type' => 'integer', 'minimum' => 1, 'maximum' => LARGEST_PAGE_SIZE, 'description' => 'Entries of one page, ' . PAGE_SIZE . ' unless given.' ),
	);
}

/** Page and entries of one page, as asked for. */
function page_of( array $input ): array {
	return array( $input['page'] ?? 1, $input['per_page'] ?? PAGE_SIZE );
}

/** What every list answers: "next" is the page to ask for next, or null at the end. */
function list_of( array $entry ): array {
	return array(
		'entries'  => array( 'type' => 'array', 'items' => object_of( $entry ) ),
		'page'     => INTEGER,
		'per_page' => INTEGER,
		'total'    => INTEGER,
		'next'     => NUMBER_OR_NULL,
	);
}

/** A page of a list. */
function listing( array $entries, int $total, array $input ): array {
	list( $page, $per_page ) = page_of( $input );
	return array(
		'entries'  => $entries,
		'page'     => $page,
		'per_page' => $per_page,
		'total'    => $total,
		'next'     => $page * $per_page < $total ? $page + 1 : null,
	);
}
