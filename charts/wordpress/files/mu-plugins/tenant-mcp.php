<?php
/**
 * Plugin Name: Tenant MCP
 * Description: Lets the tenant's Open WebUI read and write this site: content abilities, served over MCP on a listener of its own.
 * Version: 0.1.0
 * Requires at least: 6.9
 * Requires PHP: 8.1
 * License: GPL-2.0-or-later
 * License URI: https://www.gnu.org/licenses/gpl-2.0.html
 *
 * This program is free software; you can redistribute it and/or modify it under the terms of the GNU General Public
 * License as published by the Free Software Foundation; either version 2 of the License, or (at your option) any later
 * version. It is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied
 * warranty of MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU General Public License (file LICENSE of
 * the chart) for more details.
 */

namespace Tenant\Mcp;

defined( 'ABSPATH' ) || exit;

const VERSION = '0.1.0';

foreach ( array( 'auth', 'abilities', 'content', 'writing', 'media', 'terms', 'comments', 'site' ) as $part ) {
	require __DIR__ . "/tenant-mcp/$part.php";
}

// One endpoint, two ways to serve it: ours, or the official adapter's.
require __DIR__ . ( 'adapter' === getenv( 'TENANT_MCP_SERVER' ) ? '/tenant-mcp/adapter.php' : '/tenant-mcp/transport.php' );
