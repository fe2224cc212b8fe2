<?php

namespace MediaWiki\Extension\Comity;

/** An address of Comity from the wiki's settings: what may go there. */
class Address {
	private const THIS_MACHINE = [ '127.0.0.1', 'localhost', '[::1]' ];

	/** Tokens and names of people may go to it: https, or this machine. */
	public static function isSafe( string $address ): bool {
		$parts = parse_url( $address );
		if ( !is_array( $parts ) || ( $parts['host'] ?? '' ) === '' || isset( $parts['user'] ) || isset( $parts['query'] ) ||
			isset( $parts['fragment'] ) ) {
			return false;
		}
		$scheme = strtolower( $parts['scheme'] ?? '' );
		return $scheme === 'https' || ( $scheme === 'http' && self::isThisMachine( $address ) );
	}

	/** What is for this machine must not go through $wgHTTPProxy, in the clear and to another one. */
	public static function isThisMachine( string $address ): bool {
		return in_array( strtolower( (string)parse_url( $address, PHP_URL_HOST ) ), self::THIS_MACHINE, true );
	}
}
