<?php
/**
 * Abilities for posts and pages: list, read, create, update, trash.
 *
 * Part of the plugin Tenant MCP. License: GPL-2.0-or-later.
 */

namespace Tenant\Mcp;

defined( 'ABSPATH' ) || exit;

const TYPES    = array( 'post', 'page' );
const STATUSES = array( 'publish', 'draft', 'pending', 'private', 'future' );

/** The arguments that creating and updating share. */
function content_properties(): array {
	return array(
		'title'      => array( 'type' => 'string', 'maxLength' => 300, 'description' => 'Title, as plain text.' ),
		'content'    => array( 'type' => 'string', 'description' => 'Body as HTML: paragraphs, headings, lists, links, images. No scripts.' ),
		'excerpt'    => array( 'type' => 'string', 'maxLength' => 1000, 'description' => 'Short summary, as plain text.' ),
		'status'     => array( 'type' => 'string', 'enum' => STATUSES, 'description' => 'publish shows it to everybody; draft keeps it back.' ),
		'slug'       => array( 'type' => 'string', 'maxLength' => 200, 'description' => 'Last part of the address.' ),
		'date'       => array( 'type' => 'string', 'description' => 'Date and time in the site\'s time zone, like 2026-11-23T10:00:00. In the future with status future: it is published then.' ),
		'categories' => array( 'type' => 'array', 'items' => array( 'type' => 'integer' ), 'description' => 'Ids of categories (posts only).' ),
		'tags'       => array( 'type' => 'array', 'items' => array( 'type' => 'string', 'maxLength' => 100 ), 'description' => 'Names of tags (posts only); new ones are made.' ),
		'image'      => array( 'type' => 'integer', 'description' => 'Id of the media file to show as the featured image; 0 takes it away.' ),
	);
}

/** A post as lists show it. */
function post_summary( \WP_Post $post ): array {
	return array(
		'id'       => $post->ID,
		'type'     => $post->post_type,
		'status'   => $post->post_status,
		'title'    => plain( $post->post_title ),
		'url'      => (string) get_permalink( $post ),
		'date'     => $post->post_date,
		'modified' => $post->post_modified,
		'excerpt'  => plain( '' !== $post->post_excerpt ? $post->post_excerpt : $post->post_content, 200 ),
	);
}

/** The post, if it exists, is one of ours and the caller may do that to it. */
function find_post( int $id, string $capability ) {
	$post = get_post( $id );
	if ( ! $post || ! in_array( $post->post_type, TYPES, true ) ) {
		return problem( "There is no post or page with id $id." );
	}
	if ( ! current_user_can( $capability, $id ) ) {
		return problem( "Not allowed for post $id." );
	}
	return $post;
}

/** Writes a post; used for both creating and updating. */
function save_post( array $input, array $fields ) {
	$names = array( 'title' => 'post_title', 'content' => 'post_content', 'excerpt' => 'post_excerpt', 'status' => 'post_status', 'slug' => 'post_name' );
	foreach ( $names as $from => $to ) {
		if ( isset( $input[ $from ] ) ) {
			$fields[ $to ] = $input[ $from ];
		}
	}
	if ( isset( $input['date'] ) ) {
		$date = date_create( $input['date'], wp_timezone() );
		if ( ! $date ) {
			return problem( 'The date is not understood. Write it like 2026-11-23T10:00:00.' );
		}
		$fields['post_date']     = $date->setTimezone( wp_timezone() )->format( 'Y-m-d H:i:s' );
		$fields['post_date_gmt'] = $date->setTimezone( new \DateTimeZone( 'UTC' ) )->format( 'Y-m-d H:i:s' );
		$fields['edit_date']     = true;
	}
	if ( in_array( $fields['post_status'] ?? '', array( 'publish', 'private', 'future' ), true ) ) {
		$type = get_post_type_object( $fields['post_type'] );
		if ( ! current_user_can( $type->cap->publish_posts ) ) {
			return problem( 'Not allowed to publish; use status draft.' );
		}
	}
	if ( isset( $input['image'] ) && $input['image'] > 0 && ! wp_attachment_is_image( $input['image'] ) ) {
		return problem( "Media file {$input['image']} is not an image." );
	}
	$id = isset( $fields['ID'] ) ? wp_update_post( wp_slash( $fields ), true ) : wp_insert_post( wp_slash( $fields ), true );
	if ( is_wp_error( $id ) ) {
		return $id;
	}
	if ( 'post' === $fields['post_type'] ) {
		if ( isset( $input['categories'] ) ) {
			wp_set_post_categories( $id, array_map( 'intval', $input['categories'] ) );
		}
		if ( isset( $input['tags'] ) ) {
			wp_set_post_tags( $id, $input['tags'] );
		}
	}
	if ( isset( $input['image'] ) ) {
		$input['image'] > 0 ? set_post_thumbnail( $id, $input['image'] ) : delete_post_thumbnail( $id );
	}
	return post_summary( get_post( $id ) );
}

add_action(
	'wp_abilities_api_init',
	function (): void {
		$id   = array( 'type' => 'integer', 'minimum' => 1, 'description' => 'Id of the post or page.' );
		$type = array( 'type' => 'string', 'enum' => TYPES, 'description' => 'post (blog entry, the usual one) or page.' );

		register(
			'list-posts',
			'Lists posts or pages, the newest first. Use tenant-search to look for words.',
			array(
				'type'   => $type,
				'status' => array( 'type' => 'string', 'enum' => array_merge( STATUSES, array( 'trash', 'any' ) ), 'description' => 'Only these; otherwise all but the trash.' ),
				'page'   => array( 'type' => 'integer', 'minimum' => 1, 'description' => 'Page of the list.' ),
			),
			array(),
			function ( array $input ): array {
				$query = new \WP_Query(
					array(
						'post_type'      => $input['type'] ?? 'post',
						'post_status'    => $input['status'] ?? 'any',
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
			'read-post',
			'Reads one post or page with its whole content.',
			array( 'id' => $id ),
			array( 'id' ),
			function ( array $input ) {
				$post = find_post( $input['id'], 'read_post' );
				if ( is_wp_error( $post ) ) {
					return $post;
				}
				return post_summary( $post ) + array(
					'content'    => mb_substr( $post->post_content, 0, LONGEST_TEXT ),
					'cut'        => mb_strlen( $post->post_content ) > LONGEST_TEXT,
					'slug'       => $post->post_name,
					'author'     => (string) get_the_author_meta( 'display_name', (int) $post->post_author ),
					'categories' => 'post' === $post->post_type ? wp_get_post_categories( $post->ID ) : array(),
					'tags'       => 'post' === $post->post_type ? wp_get_post_tags( $post->ID, array( 'fields' => 'names' ) ) : array(),
					'image'      => (int) get_post_thumbnail_id( $post ),
				);
			},
			array( 'readonly' => true, 'idempotent' => true )
		);

		register(
			'create-post',
			'Creates a post or page. Without a status it stays a draft, which only editors see.',
			array( 'type' => $type ) + content_properties(),
			array( 'title', 'content' ),
			fn( array $input ) => 'page' === ( $input['type'] ?? 'post' ) && ! current_user_can( 'edit_pages' )
				? problem( 'Not allowed to create pages.' )
				: save_post( $input, array( 'post_type' => $input['type'] ?? 'post', 'post_status' => 'draft' ) )
		);

		register(
			'update-post',
			'Changes a post or page. Only what is given changes.',
			array( 'id' => $id ) + content_properties(),
			array( 'id' ),
			function ( array $input ) {
				$post = find_post( $input['id'], 'edit_post' );
				return is_wp_error( $post ) ? $post : save_post( $input, array( 'ID' => $post->ID, 'post_type' => $post->post_type ) );
			},
			array( 'idempotent' => true )
		);

		register(
			'trash-post',
			'Moves a post or page to the trash. People can take it out again for 30 days.',
			array( 'id' => $id ),
			array( 'id' ),
			function ( array $input ) {
				$post = find_post( $input['id'], 'delete_post' );
				if ( is_wp_error( $post ) ) {
					return $post;
				}
				return wp_trash_post( $post->ID ) ? array( 'id' => $post->ID, 'status' => 'trash' ) : problem( 'It is in the trash already.' );
			},
			array( 'destructive' => true, 'idempotent' => true )
		);
	}
);
