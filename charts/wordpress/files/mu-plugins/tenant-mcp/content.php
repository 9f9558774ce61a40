<?php
/**
 * Abilities for posts and pages: list, read, create, update, trash.
 *
 * Part of the plugin Tenant MCP. License: GPL-2.0-or-later.
 */

namespace Tenant\Mcp;

defined( 'ABSPATH' ) || exit;

const TYPES    = array( 'post', 'page' );
const STATUSES = array( 'publish', 'future', 'draft', 'pending', 'private' );

/** Longest text of one answer, in characters: a model has to read all of it. */
const LONGEST_TEXT = 20000;

const POST_FIELDS = array(
	'id'       => INTEGER,
	'type'     => TEXT,
	'status'   => TEXT,
	'title'    => TEXT,
	'url'      => TEXT,
	'date'     => TEXT,
	'modified' => TEXT,
	'excerpt'  => TEXT,
);

/** A post as lists show it. The text behind a password is for those who may edit it. */
function post_summary( \WP_Post $post ): array {
	$hidden = '' !== $post->post_password && ! current_user_can( 'edit_post', $post->ID );
	return array(
		'id'       => $post->ID,
		'type'     => $post->post_type,
		'status'   => $post->post_status,
		'title'    => plain( $post->post_title ),
		'url'      => (string) get_permalink( $post ),
		'date'     => str_replace( ' ', 'T', $post->post_date ),
		'modified' => str_replace( ' ', 'T', $post->post_modified ),
		'excerpt'  => $hidden ? '' : plain( '' !== $post->post_excerpt ? $post->post_excerpt : $post->post_content, 200 ),
	);
}

/** The post, if it exists, is one of ours and the caller may do that to it. */
function find_post( int $id, string $capability ) {
	$post = get_post( $id );
	if ( ! $post || ! in_array( $post->post_type, TYPES, true ) || 'auto-draft' === $post->post_status ) {
		return problem( "There is no post or page with id $id. tenant-list-posts and tenant-search show which there are." );
	}
	if ( ! current_user_can( $capability, $id ) || ( '' !== $post->post_password && ! current_user_can( 'edit_post', $id ) ) ) {
		return problem( "Not allowed: the site's user for the assistant may not do this to post $id, which somebody else owns or which is public." );
	}
	return $post;
}

/** Looks for posts, as far as the caller may see them: of what is not public, only their own where they may not edit other people's. */
function query_posts_for( array $input, array $query ): array {
	list( $page, $per_page ) = page_of( $input );

	$types  = (array) ( $query['post_type'] ?? TYPES );
	$status = $input['status'] ?? 'any';
	$all    = array_filter( $types, fn( $type ) => current_user_can( get_post_type_object( $type )->cap->edit_others_posts ) );
	if ( $all !== $types && 'publish' !== $status ) {
		$query += 'any' === $status ? array( 'post_status' => 'publish' ) : array( 'author' => get_current_user_id() );
	}
	$found = new \WP_Query(
		$query + array(
			'post_type'           => $types,
			'post_status'         => 'any' === $status ? STATUSES : $status,
			'posts_per_page'      => $per_page,
			'paged'               => $page,
			'ignore_sticky_posts' => true,
		)
	);
	return listing( array_map( __NAMESPACE__ . '\post_summary', $found->posts ), $found->found_posts, $input );
}

add_action(
	'wp_abilities_api_init',
	function (): void {
		$id   = array( 'type' => 'integer', 'minimum' => 1, 'description' => 'Id of the post or page.' );
		$type = array( 'type' => 'string', 'enum' => TYPES, 'description' => 'post (a blog entry; this unless given) or page.' );

		register(
			'list-posts',
			'Lists posts or pages, the newest first. To look for words use tenant-search.',
			array(
				'type'     => $type,
				'status'   => array( 'type' => 'string', 'enum' => array_merge( STATUSES, array( 'trash', 'any' ) ), 'description' => 'Only these: publish (public), future (scheduled), draft, pending, private, trash. Without it: all but the trash.' ),
				'category' => array( 'type' => 'integer', 'minimum' => 1, 'description' => 'Only posts of the category with this id.' ),
			) + paging(),
			array(),
			list_of( POST_FIELDS ),
			fn( array $input ) => query_posts_for( $input, array( 'post_type' => $input['type'] ?? 'post' ) + ( isset( $input['category'] ) ? array( 'cat' => $input['category'] ) : array() ) ),
			array( 'readonly' => true, 'idempotent' => true )
		);

		register(
			'read-post',
			'Reads one post or page with its content, a long one in parts. Read all of it before changing its content, and keep the comments in it (<!-- wp:… -->): they are blocks of its editor.',
			array(
				'id'   => $id,
				'from' => array( 'type' => 'integer', 'minimum' => 0, 'description' => 'Where to read on in a long content: the "next" of the answer before.' ),
			),
			array( 'id' ),
			POST_FIELDS + array(
				'content'    => TEXT,
				'next'       => NUMBER_OR_NULL,
				'slug'       => TEXT,
				'author'     => TEXT,
				'categories' => array( 'type' => 'array', 'items' => INTEGER ),
				'tags'       => array( 'type' => 'array', 'items' => TEXT ),
				'image'      => INTEGER,
			),
			function ( array $input ) {
				$post = find_post( $input['id'], 'read_post' );
				if ( is_wp_error( $post ) ) {
					return $post;
				}
				$from = $input['from'] ?? 0;
				$end  = $from + LONGEST_TEXT;
				return post_summary( $post ) + array(
					'content'    => mb_substr( $post->post_content, $from, LONGEST_TEXT ),
					'next'       => mb_strlen( $post->post_content ) > $end ? $end : null,
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
			'Creates a post or page. Without a status it stays a draft, which visitors do not see. To schedule it give status future and a date.',
			array( 'type' => $type ) + content_arguments(),
			array( 'title', 'content' ),
			POST_FIELDS,
			function ( array $input ) {
				$type = $input['type'] ?? 'post';
				if ( ! current_user_can( get_post_type_object( $type )->cap->create_posts ) ) {
					return problem( "Not allowed: the site's user for the assistant may not create a $type." );
				}
				return save_post( $input, array( 'post_type' => $type, 'post_status' => 'draft' ) );
			}
		);

		register(
			'update-post',
			'Changes a post or page: only what is given, the rest stays. Also publishes it (status publish), schedules it, or takes it out of the trash (any status).',
			array( 'id' => $id ) + content_arguments(),
			array( 'id' ),
			POST_FIELDS,
			function ( array $input ) {
				$post = find_post( $input['id'], 'edit_post' );
				if ( is_wp_error( $post ) ) {
					return $post;
				}
				if ( 1 === count( $input ) ) {
					return problem( 'Nothing to change: give at least one of ' . implode( ', ', array_keys( content_arguments() ) ) . '.' );
				}
				if ( 'trash' === $post->post_status && ! isset( $input['status'] ) ) {
					return problem( "Post $post->ID is in the trash. Give a status, like draft, to take it out." );
				}
				return save_post( $input, array( 'ID' => $post->ID, 'post_type' => $post->post_type ), $post );
			},
			array( 'idempotent' => true )
		);

		register(
			'trash-post',
			'Moves a post or page to the trash. It stays there for ' . EMPTY_TRASH_DAYS . ' days and can be taken out with tenant-update-post. Nothing here deletes for good.',
			array( 'id' => $id ),
			array( 'id' ),
			array( 'id' => INTEGER, 'status' => TEXT ),
			function ( array $input ) {
				$post = find_post( $input['id'], 'delete_post' );
				if ( is_wp_error( $post ) ) {
					return $post;
				}
				// Without a trash WordPress would delete at once.
				if ( 'trash' !== $post->post_status && ( ! EMPTY_TRASH_DAYS || ! wp_trash_post( $post->ID ) ) ) {
					return problem( "Post $post->ID could not be moved to the trash." );
				}
				return array( 'id' => $post->ID, 'status' => 'trash' );
			},
			array( 'destructive' => true, 'idempotent' => true )
		);
	}
);
