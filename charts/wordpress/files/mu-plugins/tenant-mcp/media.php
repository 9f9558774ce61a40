<?php
/**
 * Abilities for media files: list, upload.
 *
 * Part of the plugin Tenant MCP. License: GPL-2.0-or-later.
 */

namespace Tenant\Mcp;

defined( 'ABSPATH' ) || exit;

/** Largest upload by the assistant, in bytes: it travels as base64 inside one JSON message. */
const LARGEST_UPLOAD = 8 * 1024 * 1024;

function media_summary( \WP_Post $file ): array {
	return array(
		'id'    => $file->ID,
		'title' => plain( $file->post_title ),
		'type'  => $file->post_mime_type,
		'url'   => (string) wp_get_attachment_url( $file->ID ),
		'alt'   => (string) get_post_meta( $file->ID, '_wp_attachment_image_alt', true ),
		'date'  => $file->post_date,
	);
}

/** Stores a file in the media library. WordPress checks that its content is what its name says. */
function store_media( array $input ) {
	$bytes = base64_decode( $input['data'], true );
	if ( false === $bytes || '' === $bytes ) {
		return problem( 'data is not base64.' );
	}
	if ( strlen( $bytes ) > LARGEST_UPLOAD ) {
		return problem( 'The file is larger than 8 MiB.' );
	}
	require_once ABSPATH . 'wp-admin/includes/file.php';
	require_once ABSPATH . 'wp-admin/includes/media.php';
	require_once ABSPATH . 'wp-admin/includes/image.php';

	$temporary = wp_tempnam( $input['filename'] );
	file_put_contents( $temporary, $bytes );
	$file = array( 'name' => sanitize_file_name( $input['filename'] ), 'tmp_name' => $temporary );
	$id   = media_handle_sideload( $file, 0, $input['title'] ?? null );
	if ( is_file( $temporary ) ) {
		unlink( $temporary );
	}
	if ( is_wp_error( $id ) ) {
		return $id;
	}
	if ( isset( $input['alt'] ) ) {
		update_post_meta( $id, '_wp_attachment_image_alt', wp_slash( sanitize_text_field( $input['alt'] ) ) );
	}
	return media_summary( get_post( $id ) );
}

add_action(
	'wp_abilities_api_init',
	function (): void {
		register(
			'list-media',
			'Lists files of the media library, the newest first.',
			array(
				'search' => array( 'type' => 'string', 'maxLength' => 200, 'description' => 'Words to look for.' ),
				'kind'   => array( 'type' => 'string', 'enum' => array( 'image', 'video', 'audio', 'application' ), 'description' => 'Only files of this kind.' ),
				'page'   => array( 'type' => 'integer', 'minimum' => 1, 'description' => 'Page of the list.' ),
			),
			array(),
			function ( array $input ): array {
				$query = new \WP_Query(
					array_filter(
						array(
							'post_type'      => 'attachment',
							'post_status'    => 'inherit',
							'posts_per_page' => PAGE_SIZE,
							'paged'          => page_of( $input ),
							's'              => $input['search'] ?? null,
							'post_mime_type' => $input['kind'] ?? null,
						)
					)
				);
				return listing( array_map( __NAMESPACE__ . '\media_summary', $query->posts ), $query->found_posts, page_of( $input ) );
			},
			array( 'readonly' => true, 'idempotent' => true, 'capability' => 'upload_files' )
		);

		register(
			'upload-media',
			'Puts a file into the media library, at most 8 MiB.',
			array(
				'filename' => array( 'type' => 'string', 'minLength' => 3, 'maxLength' => 120, 'description' => 'Name with its ending, like team.jpg.' ),
				'data'     => array( 'type' => 'string', 'description' => 'Content of the file, in base64.' ),
				'title'    => array( 'type' => 'string', 'maxLength' => 200, 'description' => 'Title in the library.' ),
				'alt'      => array( 'type' => 'string', 'maxLength' => 500, 'description' => 'What an image shows, for people who cannot see it.' ),
			),
			array( 'filename', 'data' ),
			__NAMESPACE__ . '\store_media',
			array( 'capability' => 'upload_files' )
		);
	}
);
