<?php

namespace MediaWiki\Extension\Comity;

/** Members of an answer that came from outside: of the type that is wanted, or nothing; never more than is shown. Not escaped. */
class Text {
	/** @param mixed $from */
	public static function of( $from, string $name, int $most = 2000 ): string {
		$text = is_array( $from ) && is_string( $from[$name] ?? null ) ? $from[$name] : '';
		return mb_strcut( $text, 0, $most, 'UTF-8' );
	}

	/**
	 * What the door says to people about a call that it refused: a sentence, and for each field what would be right. Empty: nothing.
	 * @param mixed $answer
	 */
	public static function refusal( $answer ): string {
		$text = self::of( $answer, 'message', 1000 );
		$between = ': ';
		foreach ( self::items( $answer, 'details', 10 ) as $detail ) {
			foreach ( self::items( $detail, 'fieldViolations', 10 ) as $fault ) {
				$text .= $between . self::of( $fault, 'field', 100 ) . ' ' . self::of( $fault, 'description', 300 );
				$between = '; ';
			}
		}
		return $text;
	}

	/** @param mixed $from */
	public static function number( $from, string $name ): int {
		return is_array( $from ) && is_numeric( $from[$name] ?? null ) ? (int)$from[$name] : 0;
	}

	/** @param mixed $from */
	public static function isTrue( $from, string $name ): bool {
		return is_array( $from ) && ( $from[$name] ?? null ) === true;
	}

	/** @param mixed $from */
	public static function items( $from, string $name, int $most ): array {
		return is_array( $from ) && is_array( $from[$name] ?? null ) ? array_slice( array_values( $from[$name] ), 0, $most ) : [];
	}

	/** A text that is written in two ways, such as `people/ana`: what is behind the slash. */
	public static function bare( string $name ): string {
		$slash = strpos( $name, '/' );
		return $slash === false ? $name : substr( $name, $slash + 1 );
	}
}
