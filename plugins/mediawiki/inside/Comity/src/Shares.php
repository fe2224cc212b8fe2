<?php

namespace MediaWiki\Extension\Comity;

/** Whose a deed was, as people write it: `ana 60` and `bob 40`, one in a line; without numbers in equal parts. */
class Shares {
	private const WHOLE = 1000000;
	private const MOST = 50;

	/** @return array[]|null for CorrectDeed; null if it cannot be read */
	public static function parse( string $text ): ?array {
		$shares = [];
		$given = 0;
		// A comma within a number is a decimal point, as in `ana 33,3333`; any other ends a line.
		$text = preg_replace( '/(?<=\s)(\d{1,3}),(?=\d)/', '$1.', $text );
		foreach ( preg_split( '/[\r\n,;]+/', $text, -1, PREG_SPLIT_NO_EMPTY ) as $line ) {
			$line = trim( $line );
			if ( $line === '' ) {
				continue;
			}
			if ( !preg_match( '/^(?:people\/)?([A-Za-z0-9][A-Za-z0-9._-]{0,62})(?:\s+(\d{1,3}(?:\.\d{1,4})?)\s*%?)?$/', $line, $found ) ||
				count( $shares ) >= self::MOST ) {
				return null;
			}
			$given += isset( $found[2] ) ? 1 : 0;
			$shares[] = [ 'person' => 'people/' . $found[1], 'sharePpm' => isset( $found[2] ) ? (int)round( (float)$found[2] * 10000 ) : 0 ];
		}
		if ( !$shares || ( $given !== 0 && $given !== count( $shares ) ) ) {
			return null;
		}
		if ( $given === 0 ) {
			foreach ( $shares as &$share ) {
				$share['sharePpm'] = intdiv( self::WHOLE, count( $shares ) );
			}
			unset( $share );
		}
		// Thirds: 33.3333 three times is the whole.
		$missing = self::WHOLE - array_sum( array_column( $shares, 'sharePpm' ) );
		if ( $missing !== 0 && abs( $missing ) <= count( $shares ) * 100 ) {
			$shares[0]['sharePpm'] += $missing;
		}
		return $shares;
	}
}
