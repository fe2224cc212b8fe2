<?php

namespace MediaWiki\Extension\Comity;

use Html;
use IContextSource;
use XmlSelect;

/** The thanks for the deeds of one page: those that the viewer may see, and the fields for their own. */
class Thanks {
	public const LONGEST = 1000;  // characters of what somebody saw
	private const MOST = 10;  // for one deed
	private const MOST_BEHAVIOURS = 100;

	/** @var callable */
	private $ask;
	private IContextSource $context;
	private ?array $behaviours = null;

	/**
	 * @param callable $ask a method and a question; gives the answer, [] if there is none
	 * @param IContextSource $context whose page it is
	 */
	public function __construct( callable $ask, IContextSource $context ) {
		$this->ask = $ask;
		$this->context = $context;
	}

	/** For this deed, newest first, as HTML; empty for none. */
	public function given( string $deed ): string {
		$answer = ( $this->ask )( 'RecognitionService/ListRecognitions', [ 'deed' => $deed, 'pageSize' => self::MOST + 1 ] );
		$all = Text::items( $answer, 'recognitions', self::MOST + 1 );
		$html = '';
		foreach ( array_slice( $all, 0, self::MOST ) as $thanks ) {
			if ( Text::of( $thanks, 'saw' ) !== '' ) {
				$html .= Html::rawElement( 'li', [], $this->one( $thanks ) );
			}
		}
		if ( $html === '' ) {
			return '';
		}
		$id = 'comity-' . Text::bare( $deed ) . '-thanks';
		return Html::element( 'p', [ 'id' => $id ], $this->context->msg( 'comity-thanks' )->text() ) .
			Html::rawElement( 'ul', [ 'aria-labelledby' => $id ], $html ) .
			( count( $all ) > self::MOST ? Html::element( 'p', [], $this->context->msg( 'comity-more' )->text() ) : '' );
	}

	/** @param mixed $thanks */
	private function one( $thanks ): string {
		$time = strtotime( Text::of( $thanks, 'createTime', 40 ) );
		$about = [
			Text::bare( Text::of( $thanks, 'author', 100 ) ), $this->titleOf( Text::of( $thanks, 'behaviour', 100 ) ),
			$time === false ? '' : $this->context->getLanguage()->userDate( wfTimestamp( TS_MW, $time ), $this->context->getUser() ),
		];
		$html = htmlspecialchars( implode( ' · ', array_filter( $about, 'strlen' ) ) ) . self::quote( Text::of( $thanks, 'saw', 4 * self::LONGEST ) );
		$because = Text::of( $thanks, 'state' ) === 'STATE_TAKEN_DOWN' ? Text::of( $thanks, 'because' ) : '';
		return $because === '' ? $html : $html . htmlspecialchars( $this->context->msg( 'comity-taken-down' )->plaintextParams( $because )->text() );
	}

	/** Words that somebody wrote, as HTML. */
	public static function quote( string $words ): string {
		return Html::rawElement( 'blockquote', [ 'class' => 'comity-words', 'dir' => 'auto' ], nl2br( htmlspecialchars( $words ) ) );
	}

	/** @param string[] $written what stands in them: behaviour, saw */
	public function fields( string $deed, array $written ): string {
		$id = 'comity-' . Text::bare( $deed );
		$select = new XmlSelect( 'behaviour', "$id-behaviour", $written['behaviour'] ?? '' );
		$select->addOption( $this->context->msg( 'comity-none' )->text(), '' );
		$offered = $this->offered();
		foreach ( $offered as $name => $title ) {
			$select->addOption( $title, $name );
		}
		$words = [ 'id' => "$id-saw", 'rows' => 4, 'cols' => 40, 'maxlength' => self::LONGEST, 'required' => true, 'aria-describedby' => "$id-saw-hint" ];
		return ( $offered ? Html::rawElement( 'p', [], $this->label( 'comity-behaviour', "$id-behaviour" ) . '<br>' . $select->getHTML() ) : '' ) .
			Html::rawElement( 'p', [], $this->label( 'comity-saw', "$id-saw" ) . Html::textarea( 'saw', $written['saw'] ?? '', $words ) .
				Html::element( 'small', [ 'id' => "$id-saw-hint" ], $this->context->msg( 'comity-saw-hint' )->text() ) );
	}

	private function label( string $message, string $field ): string {
		return Html::element( 'label', [ 'for' => $field ], $this->context->msg( $message )->text() );
	}

	/** Titles of the behaviours that are in force, in order, each at its name. */
	private function offered(): array {
		$titles = [];
		foreach ( $this->behaviours() as $name => $behaviour ) {
			if ( !Text::isTrue( $behaviour, 'expired' ) ) {
				$titles[$name] = $this->titleOf( $name );
			}
		}
		asort( $titles, SORT_NATURAL | SORT_FLAG_CASE );
		return $titles;
	}

	/** Of a behaviour that Comity does not tell, its id. */
	private function titleOf( string $name ): string {
		$title = $name === '' ? '' : Text::of( $this->behaviours()[$name] ?? null, 'title', 400 );
		return $title === '' ? Text::bare( $name ) : $title;
	}

	/** Asked for once, and only on a page that needs them. */
	private function behaviours(): array {
		if ( $this->behaviours !== null ) {
			return $this->behaviours;
		}
		$this->behaviours = [];
		$answer = ( $this->ask )( 'RecognitionService/ListBehaviours', [ 'pageSize' => self::MOST_BEHAVIOURS ] );
		foreach ( Text::items( $answer, 'behaviours', self::MOST_BEHAVIOURS ) as $behaviour ) {
			$name = Text::of( $behaviour, 'name', 100 );
			if ( $name !== '' ) {
				$this->behaviours[$name] = $behaviour;
			}
		}
		return $this->behaviours;
	}
}
