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

/** Most pixels of an image: a small file may unpack to more memory than a request has (about 5 bytes for each). */
const MOST_PIXELS = 25000000;

const MEDIA_FIELDS = array(
	'id'    => INTEGER,
	'title' => TEXT,
	'type'  => TEXT,
	'url'   => TEXT,
	'alt'   => TEXT,
	'date'  => TEXT,
);

function media_summary( \WP_Post $file ): array {
	return array(
		'id'    => $file->ID,
		'title' => plain( $file->post_title ),
		'type'  => $file->post_mime_type,
		'url'   => (string) wp_get_attachment_url( $file->ID ),
		'alt'   => (string) get_post_meta( $file->ID, '_wp_attachment_image_alt', true ),
		'date'  => str_replace( ' ', 'T', $file->post_date ),
	);
}

/** The bytes of an upload, or what is wrong with them. */
function bytes_of( string $data ) {
	// Models like to write it as it stands in an image's src.
	$bytes = base64_decode( preg_replace( '~^data:[^,]{0,100};base64,~', '', $data ), true );
	if ( false === $bytes || '' === $bytes ) {
		return problem( 'data is not base64.' );
	}
	if ( strlen( $bytes ) > LARGEST_UPLOAD ) {
		return problem( sprintf( 'The file has %.1f MiB; at most 8 MiB are taken here. A person can upload larger ones in the dashboard.', strlen( $bytes ) / 1048576 ) );
	}
	$size = @getimagesizefromstring( $bytes );
	if ( $size && $size[0] * $size[1] > MOST_PIXELS ) {
		return problem( "The image has $size[0] × $size[1] pixels; at most " . MOST_PIXELS / 1000000 . ' million are taken. Make it smaller.' );
	}
	return $bytes;
}

/** Stores a file in the media library. */
function store_media( array $input ) {
	$bytes = bytes_of( $input['data'] );
	if ( is_wp_error( $bytes ) ) {
		return $bytes;
	}
	require_once ABSPATH . 'wp-admin/includes/file.php';
	require_once ABSPATH . 'wp-admin/includes/media.php';
	require_once ABSPATH . 'wp-admin/includes/image.php';

	$name      = sanitize_file_name( $input['filename'] );
	$temporary = wp_tempnam( $name );
	try {
		file_put_contents( $temporary, $bytes );
		// By what is in it, not by what it is called.
		$type = wp_check_filetype_and_ext( $temporary, $name );
		if ( ! $type['type'] ) {
			$endings = str_replace( '|', ', ', implode( ', ', array_keys( get_allowed_mime_types() ) ) );
			return problem( "$name is not taken: either its content is not what its ending says, or its kind is not allowed. Allowed endings: $endings." );
		}
		$id = media_handle_sideload( array( 'name' => $name, 'tmp_name' => $temporary ), 0, $input['title'] ?? null );
	} finally {
		if ( is_file( $temporary ) ) {
			unlink( $temporary );
		}
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
				'kind'   => array( 'type' => 'string', 'enum' => array( 'image', 'video', 'audio', 'application' ), 'description' => 'Only files of this kind; application is documents, like PDF.' ),
			) + paging(),
			array(),
			list_of( MEDIA_FIELDS ),
			function ( array $input ): array {
				list( $page, $per_page ) = page_of( $input );

				$query = new \WP_Query(
					array_filter(
						array(
							'post_type'      => 'attachment',
							'post_status'    => 'inherit',
							'posts_per_page' => $per_page,
							'paged'          => $page,
							's'              => $input['search'] ?? null,
							'post_mime_type' => $input['kind'] ?? null,
						)
					)
				);
				return listing( array_map( __NAMESPACE__ . '\media_summary', $query->posts ), $query->found_posts, $input );
			},
			array( 'readonly' => true, 'idempotent' => true, 'capability' => 'upload_files' )
		);

		register(
			'upload-media',
			'Puts a file into the media library, at most 8 MiB. The answer has its id, for "image" of a post, and its url, for an img in the content.',
			array(
				'filename' => array( 'type' => 'string', 'minLength' => 3, 'maxLength' => 120, 'description' => 'Name with its ending, like team.jpg.' ),
				'data'     => array( 'type' => 'string', 'minLength' => 4, 'description' => 'Content of the file, in base64.' ),
				'title'    => array( 'type' => 'string', 'maxLength' => 200, 'description' => 'Title in the library.' ),
				'alt'      => array( 'type' => 'string', 'maxLength' => 500, 'description' => 'What an image shows, for people who cannot see it.' ),
			),
			array( 'filename', 'data' ),
			MEDIA_FIELDS,
			__NAMESPACE__ . '\store_media',
			array( 'capability' => 'upload_files' )
		);
	}
);
