<?php
/**
 * Moves stored links to a new address. PHP's serialised values carry lengths, so they are taken apart, changed and put
 * together again; a plain text replacement would break them.
 */

/** Replaces in strings, arrays and plain objects, however deep. */
function tenant_replace_deep( $value, string $from, string $to ) {
	if ( is_string( $value ) ) {
		// A string may itself be a serialised value.
		if ( is_serialized( $value ) ) {
			$inner = @unserialize( $value, array( 'allowed_classes' => array( 'stdClass' ) ) );
			if ( false !== $inner && ! tenant_has_foreign_object( $inner ) ) {
				return serialize( tenant_replace_deep( $inner, $from, $to ) );
			}
			return $value;
		}
		// JSON (blocks, page builders) escapes slashes. What follows must not make it another address.
		foreach ( array( array( $from, $to ), array( str_replace( '/', '\/', $from ), str_replace( '/', '\/', $to ) ) ) as list( $old, $new ) ) {
			$value = preg_replace( '~' . preg_quote( $old, '~' ) . '(?!\w|-|:\d|\.\w)~', addcslashes( $new, '\\$' ), $value );
		}
		return $value;
	}
	if ( is_array( $value ) ) {
		return array_map( fn( $item ) => tenant_replace_deep( $item, $from, $to ), $value );
	}
	if ( $value instanceof stdClass ) {
		foreach ( get_object_vars( $value ) as $name => $item ) {
			$value->$name = tenant_replace_deep( $item, $from, $to );
		}
	}
	return $value;
}

/** Whether there is an object of a class in it: those are left alone, waking them up would run their code. */
function tenant_has_foreign_object( $value ): bool {
	if ( is_object( $value ) && ! $value instanceof stdClass ) {
		return true;
	}
	if ( is_array( $value ) || is_object( $value ) ) {
		foreach ( (array) $value as $item ) {
			if ( tenant_has_foreign_object( $item ) ) {
				return true;
			}
		}
	}
	return false;
}

/** Returns the number of rows that changed. A post's guid stays: feed readers know posts by it. */
function tenant_replace_urls( string $from, string $to ): int {
	global $wpdb;
	$changed = 0;
	$columns = array(
		array( $wpdb->posts, 'ID', 'post_content' ),
		array( $wpdb->posts, 'ID', 'post_excerpt' ),
		array( $wpdb->postmeta, 'meta_id', 'meta_value' ),
		array( $wpdb->options, 'option_id', 'option_value' ),
		array( $wpdb->comments, 'comment_ID', 'comment_content' ),
		array( $wpdb->termmeta, 'meta_id', 'meta_value' ),
		array( $wpdb->usermeta, 'umeta_id', 'meta_value' ),
	);
	$host = preg_replace( '~^https?://~', '', $from );
	foreach ( $columns as list( $table, $key, $column ) ) {
		$last = 0;
		do {
			// In pages, so that a large site does not need large memory.
			$rows = $wpdb->get_results(
				$wpdb->prepare(
					"SELECT `$key` AS id, `$column` AS value FROM `$table` WHERE `$key` > %d AND `$column` LIKE %s ORDER BY `$key` LIMIT 200",
					$last,
					'%' . $wpdb->esc_like( $host ) . '%'
				)
			);
			foreach ( $rows as $row ) {
				$last  = (int) $row->id;
				$value = tenant_replace_deep( $row->value, $from, $to );
				if ( $value !== $row->value ) {
					$changed += (int) $wpdb->update( $table, array( $column => $value ), array( $key => $row->id ) );
				}
			}
		} while ( count( $rows ) > 0 );
	}
	wp_cache_flush();
	return $changed;
}
