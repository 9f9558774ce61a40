<?php
/**
 * How a post or page is written: what may be given, what is wrong with it, and what is stored.
 *
 * Part of the plugin Tenant MCP. License: GPL-2.0-or-later.
 */

namespace Tenant\Mcp;

defined( 'ABSPATH' ) || exit;

const DATE_EXAMPLE = '2026-11-23T10:00:00';

/** A minute: what WordPress takes for the future. */
const SOONEST = MINUTE_IN_SECONDS;

/** How much of a long text has to be there after a change that shortens it on purpose. */
const LARGE_PART = 0.9;

/** The arguments that creating and updating share. */
function content_arguments(): array {
	return array(
		'title'      => array( 'type' => 'string', 'minLength' => 1, 'maxLength' => 300, 'description' => 'Title, as plain text.' ),
		'content'    => array( 'type' => 'string', 'minLength' => 1, 'description' => 'The whole body as HTML: p, h2, h3, ul, ol, li, a, strong, em, blockquote, img, table. No scripts, no forms; they are removed. Comments like <!-- wp:gallery --> of a text that was there before are blocks of its editor: keep them as they are.' ),
		'excerpt'    => array( 'type' => 'string', 'maxLength' => 1000, 'description' => 'Short summary, as plain text.' ),
		'status'     => array( 'type' => 'string', 'enum' => STATUSES, 'description' => 'draft keeps it back, publish shows it to everybody, future publishes it at the date, pending waits for a review, private is for editors.' ),
		'slug'       => array( 'type' => 'string', 'minLength' => 1, 'maxLength' => 200, 'description' => 'Last part of the address, like our-new-shop.' ),
		'date'       => array( 'type' => 'string', 'minLength' => 1, 'maxLength' => 40, 'description' => 'Date and time in the time zone of the site, like ' . DATE_EXAMPLE . '. tenant-site-info tells what time it is there.' ),
		'categories' => array( 'type' => 'array', 'maxItems' => 20, 'items' => INTEGER, 'description' => 'Ids of all categories it is to have (posts only); tenant-list-terms shows them.' ),
		'tags'       => array( 'type' => 'array', 'maxItems' => 30, 'items' => array( 'type' => 'string', 'minLength' => 1, 'maxLength' => 100 ), 'description' => 'Names of all tags it is to have (posts only); new ones are made.' ),
		'image'      => array( 'type' => 'integer', 'minimum' => 0, 'description' => 'Id of the image to show with it (tenant-upload-media, tenant-list-media); 0 takes it away.' ),
	);
}

/** A date in the site's time zone, or null when it is not one: PHP would make the 2nd of March of the 30th of February. */
function date_of( string $text ): ?\DateTimeImmutable {
	if ( ! preg_match( '~^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?$~', $text ) ) {
		return null;
	}
	$date  = date_create_immutable( $text, wp_timezone() );
	$wrong = date_get_last_errors();
	return false === $date || ( $wrong && $wrong['warning_count'] + $wrong['error_count'] > 0 ) ? null : $date->setTimezone( wp_timezone() );
}

/** What is wrong with the arguments, or null. They fit their schema already. */
function refuse( array $input, string $type, ?\WP_Post $before ): ?\WP_Error {
	$status = $input['status'] ?? '';
	if ( in_array( $status, array( 'publish', 'private', 'future' ), true ) && ! current_user_can( get_post_type_object( $type )->cap->publish_posts ) ) {
		return problem( 'Not allowed to publish. Use status draft, or pending to ask a person to publish it.' );
	}
	$date = isset( $input['date'] ) ? date_of( $input['date'] ) : null;
	if ( isset( $input['date'] ) && ! $date ) {
		return problem( "The date {$input['date']} is not understood. Write it like " . DATE_EXAMPLE . '.' );
	}
	if ( 'future' === $status ) {
		$when = $date ?? ( $before ? date_of( $before->post_date ) : null );
		if ( ! $when || $when->getTimestamp() < time() + SOONEST ) {
			return problem( 'Status future needs a date that is at least a minute from now. On the site it is now ' . current_datetime()->format( 'Y-m-d\TH:i:s' ) . '.' );
		}
	}
	if ( 'post' !== $type && ( isset( $input['categories'] ) || isset( $input['tags'] ) ) ) {
		return problem( 'Pages have neither categories nor tags. Leave them out.' );
	}
	foreach ( $input['categories'] ?? array() as $category ) {
		if ( ! term_exists( $category, 'category' ) ) {
			$known = get_terms( array( 'taxonomy' => 'category', 'hide_empty' => false, 'number' => PAGE_SIZE, 'fields' => 'id=>name' ) );
			$names = array_map( fn( $id, $name ) => "$id (" . plain( $name ) . ')', array_keys( $known ), $known );
			return problem( "There is no category with id $category. There are: " . implode( ', ', $names ) . '.' );
		}
	}
	if ( ! empty( $input['image'] ) && ! wp_attachment_is_image( $input['image'] ) ) {
		return problem( "There is no image with id {$input['image']}. tenant-list-media with kind image shows which there are." );
	}
	return null;
}

/** Writes a post, for creating and for updating (`$before`). What would be refused is refused before anything is written. */
function save_post( array $input, array $fields, ?\WP_Post $before = null ) {
	$wrong = refuse( $input, $fields['post_type'], $before );
	if ( $wrong ) {
		return $wrong;
	}
	if ( isset( $input['title'] ) ) {
		$fields['post_title'] = wp_strip_all_tags( $input['title'] );
	}
	foreach ( array( 'content' => 'post_content', 'excerpt' => 'post_excerpt', 'status' => 'post_status', 'slug' => 'post_name', 'tags' => 'tags_input' ) as $from => $to ) {
		if ( isset( $input[ $from ] ) ) {
			$fields[ $to ] = $input[ $from ];
		}
	}
	// Written with the post, because plugins look at it as soon as it is published. WordPress would take empty ones for not given.
	foreach ( array( 'categories' => 'post_category', 'image' => '_thumbnail_id' ) as $from => $to ) {
		if ( ! empty( $input[ $from ] ) ) {
			$fields[ $to ] = $input[ $from ];
		}
	}
	if ( isset( $input['date'] ) ) {
		$date = date_of( $input['date'] );

		$fields['post_date']     = $date->format( 'Y-m-d H:i:s' );
		$fields['post_date_gmt'] = $date->setTimezone( new \DateTimeZone( 'UTC' ) )->format( 'Y-m-d H:i:s' );
		// Without this WordPress keeps a draft's date open.
		$fields['edit_date'] = true;
	}
	if ( $before && 'trash' === $before->post_status ) {
		// Puts back its address and its comments, which the trash has set aside.
		wp_untrash_post( $before->ID );
	}
	if ( $before ) {
		// WordPress only keeps what it stores, so the text that people wrote before revisions were kept would be lost.
		wp_save_post_revision( $before->ID );
	}
	$id = $before ? wp_update_post( wp_slash( $fields ), true ) : wp_insert_post( wp_slash( $fields ), true );
	if ( is_wp_error( $id ) ) {
		return $id;
	}
	if ( array() === ( $input['categories'] ?? null ) ) {
		wp_set_post_categories( $id, array() );
	}
	if ( isset( $input['image'] ) ) {
		// Also for a theme that has no place for images, with which WordPress has left it out.
		$input['image'] > 0 ? set_post_thumbnail( $id, $input['image'] ) : delete_post_thumbnail( $id );
	}
	$post = get_post( $id );
	return post_summary( $post ) + notes( $input, $post, $before );
}

/** What the model should know about what came of its text, and of the one that was there before. */
function notes( array $input, \WP_Post $post, ?\WP_Post $before ): array {
	$notes = $before ? losses( $before->post_content, $post->post_content ) : array();
	$tags  = fn( string $html ): int => preg_match_all( '~<\s*[a-z]~i', $html );
	if ( isset( $input['content'] ) && $tags( $post->post_content ) < $tags( $input['content'] ) ) {
		$notes[] = 'Some HTML was removed: this site does not allow it.';
	}
	if ( 'publish' === ( $input['status'] ?? '' ) && 'future' === $post->post_status ) {
		$notes[] = "Its date is in the future, so it is scheduled and will be published at $post->post_date.";
	}
	return $notes ? array( 'note' => implode( ' ', $notes ) ) : array();
}

/** What is gone from a text, where it looks like an accident: a model that did not know of it, or had not read all of it. */
function losses( string $before, string $after ): array {
	$losses = array();
	$gone   = substr_count( $before, '<!-- wp:' ) - substr_count( $after, '<!-- wp:' );
	if ( $gone > 0 ) {
		$losses[] = "$gone of the blocks that the editor had marked with comments like <!-- wp:gallery --> are gone.";
	}
	if ( mb_strlen( $before ) > LONGEST_TEXT && mb_strlen( $after ) < LARGE_PART * mb_strlen( $before ) ) {
		$losses[] = sprintf( 'The text had %d characters and now has %d; tenant-read-post gives a long one in parts.', mb_strlen( $before ), mb_strlen( $after ) );
	}
	if ( $losses ) {
		$losses[] = "If that was not meant, tell the person: the text before is kept as a revision, which can be restored in WordPress's editor.";
	}
	return $losses;
}
