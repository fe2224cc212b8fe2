<?php

namespace MediaWiki\Extension\Comity;

use Html;
use SpecialPage;
use Title;

/**
 * What Comity holds about a page, as far as the viewer may see it: what counted, why, and how to put it right. Plain HTML and forms.
 */
class SpecialComity extends SpecialPage {
	private const MOST_DEEDS = 10;
	private const MOST_STEPS = 20;
	private const LONGEST_SECONDS = 6;

	private Door $door;
	private ?Title $about = null;

	public function __construct( Door $door ) {
		parent::__construct( 'Comity' );
		$this->door = $door;
	}

	public function isListed() {
		return $this->door->isConfigured();
	}

	public function doesWrites() {
		return true;
	}

	protected function getGroupName() {
		return 'pagetools';
	}

	public function execute( $subPage ) {
		$this->setHeaders();
		$out = $this->getOutput();
		$out->setRobotPolicy( 'noindex,nofollow' );
		$out->disableClientCache();
		if ( !$this->door->isConfigured() ) {
			$out->addHTML( $this->paragraph( 'comity-off' ) );
			return;
		}
		$this->requireNamedUser();
		$title = Title::newFromText( (string)$subPage );
		// Who may not read a page learns nothing of it here, not even whether it is there.
		if ( $title === null || !$title->exists() || !$this->getAuthority()->authorizeRead( 'read', $title ) ) {
			$out->addHTML( $this->paragraph( 'comity-no-page' ) );
			return;
		}
		$this->about = $title;
		$out->setPageTitle( $this->msg( 'comity-title', $title->getPrefixedText() )->text() );
		$out->addBacklinkSubtitle( $title );
		$request = $this->getRequest();
		if ( $request->wasPosted() ) {
			$fault = $this->act();
			if ( $fault === null ) {
				$out->redirect( $this->address( [ 'done' => '1' ] ) );
				return;
			}
			$out->addHTML( Html::element( 'div', [ 'class' => 'errorbox mw-message-box mw-message-box-error', 'role' => 'alert' ], $fault ) );
		} elseif ( $request->getCheck( 'done' ) ) {
			$out->addHTML( Html::element( 'div', [ 'class' => 'successbox mw-message-box mw-message-box-success', 'role' => 'status' ],
				$this->msg( 'comity-done' )->text() ) );
		}
		$this->show( $title );
	}

	/** What a form asks for. Returns what is wrong, in plain text; null if it was done. */
	private function act(): ?string {
		$request = $this->getRequest();
		if ( !$this->getContext()->getCsrfTokenSet()->matchTokenField() ) {
			return $this->msg( 'sessionfailure' )->text();
		}
		$deed = $request->getText( 'deed' );
		if ( !preg_match( '/^deeds\/[0-9]{8}-[0-9a-z]{1,64}$/', $deed ) ) {
			return $this->msg( 'comity-fault-form' )->text();
		}
		$question = [ 'name' => $deed ];
		$id = $request->getText( 'once' );
		if ( preg_match( '/^[0-9a-f]{32}$/', $id ) ) {
			$question['requestId'] = $id;
		}
		switch ( $request->getText( 'verb' ) ) {
			case 'confirm':
				$method = 'ConfirmDeed';
				break;
			case 'accept':
				$method = 'AcceptDeed';
				break;
			case 'decline':
				$method = 'DeclineDeed';
				break;
			case 'correct':
				$method = 'CorrectDeed';
				$shares = Shares::parse( $request->getText( 'shares' ) );
				$because = trim( $request->getText( 'because' ) );
				if ( $shares === null ) {
					return $this->msg( 'comity-fault-shares' )->text();
				}
				if ( $because === '' || mb_strlen( $because ) > 500 ) {
					return $this->msg( 'comity-fault-because' )->text();
				}
				$question += [ 'shares' => $shares, 'because' => $because ];
				break;
			default:
				return $this->msg( 'comity-fault-form' )->text();
		}
		// What was shown is what is answered: somebody else may have put it right meanwhile.
		$etag = $request->getText( 'etag' );
		if ( $etag !== '' && strlen( $etag ) <= 200 && in_array( $method, [ 'ConfirmDeed', 'CorrectDeed' ], true ) ) {
			$question['etag'] = $etag;
		}
		$result = $this->door->call( "DeedService/$method", $question, $this->getUser() );
		if ( $result['status'] === 200 ) {
			return null;
		}
		if ( $result['message'] !== '' ) {
			return $result['message'];
		}
		// After a timeout, or from a proxy in between, it may have been done.
		$isKnown = !$result['isSent'] || ( $result['status'] >= 400 && $result['status'] < 500 );
		return $this->msg( $isKnown ? 'comity-away' : 'comity-unknown' )->text();
	}

	private function show( Title $title ): void {
		$out = $this->getOutput();
		$end = microtime( true ) + self::LONGEST_SECONDS;
		$asked = $this->door->call( 'EventService/ExplainSubject', [ 'subject' => $this->door->addressOf( $title ) ], $this->getUser() );
		if ( $asked['status'] !== 200 ) {
			// Not found, not linked and not allowed are one answer: nothing of this is the viewer's to see.
			$nothing = in_array( $asked['status'], [ 403, 404 ], true );
			$out->addHTML( $this->paragraph( $nothing ? 'comity-nothing' : 'comity-away' ) );
			return;
		}
		$deeds = Text::items( $asked['answer'], 'deeds', self::MOST_DEEDS + 1 );
		if ( !$deeds ) {
			$summary = Text::of( $asked['answer'], 'summary' );
			$out->addHTML( $summary === '' ? $this->paragraph( 'comity-nothing' ) : Html::element( 'p', [], $summary ) );
			return;
		}
		foreach ( array_slice( $deeds, 0, self::MOST_DEEDS ) as $deed ) {
			$name = Text::of( $deed, 'deed', 100 );
			$explained = microtime( true ) < $end ? $this->door->call( 'DeedService/ExplainDeed', [ 'name' => $name ], $this->getUser() ) : null;
			$whole = $explained !== null && $explained['status'] === 200 ? $explained['answer'] : [];
			$out->addHTML( $this->deed( $name, $whole['explanation'] ?? $deed['explanation'] ?? [], $whole['deed'] ?? null ) );
		}
		if ( count( $deeds ) > self::MOST_DEEDS ) {
			$out->addHTML( $this->paragraph( 'comity-more' ) );
		}
	}

	/**
	 * @param string $name
	 * @param mixed $explanation
	 * @param mixed $deed as it stands; null: not known, so nothing can be said to it
	 */
	private function deed( string $name, $explanation, $deed ): string {
		// The first step says what happened, the others why; the text is all of them in a row.
		$all = Text::items( $explanation, 'steps', self::MOST_STEPS );
		$sentence = $all ? Text::of( $all[0], 'text' ) : Text::of( $explanation, 'text' );
		$html = Html::element( 'p', [ 'class' => 'comity-sentence' ], $sentence );
		$steps = '';
		foreach ( $all as $step ) {
			$evidence = array_filter( Text::items( $step, 'evidence', 10 ), 'is_string' );
			$steps .= Html::rawElement( 'li', [], htmlspecialchars( Text::of( $step, 'text' ) ) .
				( $evidence ? ' ' . Html::element( 'small', [], '(' . mb_strcut( implode( ', ', $evidence ), 0, 500 ) . ')' ) : '' ) );
		}
		if ( $steps !== '' ) {
			$html .= Html::rawElement( 'details', [],
				Html::element( 'summary', [], $this->msg( 'comity-why' )->text() ) . Html::rawElement( 'ul', [], $steps ) );
		}
		if ( is_array( $deed ) && Text::of( $deed, 'state' ) !== 'STATE_REVERSED' ) {
			$html .= $this->buttons( $name, $explanation, $deed );
		}
		return Html::rawElement( 'div', [ 'class' => 'comity-deed', 'id' => 'comity-' . Text::bare( $name ) ], $html );
	}

	/**
	 * What the viewer may say to it: Comity tells that by the remedies of the explanation.
	 * @param string $name
	 * @param mixed $explanation
	 * @param array $deed
	 */
	private function buttons( string $name, $explanation, array $deed ): string {
		$offered = [];
		foreach ( Text::items( $explanation, 'remedies', 10 ) as $remedy ) {
			if ( is_string( $remedy ) && preg_match( '/^comity deeds (confirm|accept|decline|correct) [^#]*(?:# (.*))?$/Ds', $remedy, $found ) ) {
				$offered[$found[1]] = mb_strcut( $found[2] ?? '', 0, 200, 'UTF-8' );
			}
		}
		$html = '';
		foreach ( [ 'confirm', 'accept', 'decline' ] as $verb ) {
			if ( isset( $offered[$verb] ) ) {
				$html .= $this->form( $name, $deed, $verb, '', $offered[$verb] );
			}
		}
		if ( !isset( $offered['correct'] ) ) {
			return $html;
		}
		$now = [];
		foreach ( Text::items( $deed, 'helpers', 50 ) as $helper ) {
			$person = Text::bare( Text::of( $helper, 'person', 100 ) );
			// What somebody declined is theirs no more.
			if ( $person !== '' && !Text::isTrue( $helper, 'declined' ) ) {
				$now[] = $person . ' ' . round( Text::number( $helper, 'sharePpm' ) / 10000, 4 );
			}
		}
		$id = 'comity-' . Text::bare( $name );
		$shares = Html::element( 'label', [ 'for' => "$id-shares" ], $this->msg( 'comity-shares' )->text() ) .
			Html::element( 'textarea', [ 'name' => 'shares', 'id' => "$id-shares", 'rows' => 3, 'cols' => 40, 'required' => true ], implode( "\n", $now ) );
		$because = Html::element( 'label', [ 'for' => "$id-because" ], $this->msg( 'comity-because' )->text() ) .
			'<br>' . Html::element( 'input', [ 'name' => 'because', 'id' => "$id-because", 'maxlength' => 500, 'size' => 60, 'required' => true ] );
		$fields = Html::rawElement( 'p', [], $shares ) . Html::rawElement( 'p', [], $because );
		return $html . Html::rawElement( 'details', [],
			Html::element( 'summary', [], $this->msg( 'comity-put-right' )->text() ) . $this->form( $name, $deed, 'correct', $fields ) );
	}

	private function form( string $name, array $deed, string $verb, string $fields, string $when = '' ): string {
		// Messages: comity-confirm, comity-accept, comity-decline, comity-correct
		$button = Html::element( 'button', [ 'type' => 'submit', 'name' => 'verb', 'value' => $verb ], $this->msg( "comity-$verb" )->text() );
		return Html::rawElement( 'form', [ 'method' => 'post', 'action' => $this->address() ],
			Html::hidden( 'wpEditToken', $this->getContext()->getCsrfTokenSet()->getToken()->toString() ) . Html::hidden( 'deed', $name ) .
			Html::hidden( 'etag', Text::of( $deed, 'etag', 200 ) ) . Html::hidden( 'once', bin2hex( random_bytes( 16 ) ) ) . $fields . $button .
			( $when === '' ? '' : ' ' . Html::element( 'small', [], $when ) ) );
	}

	private function address( array $query = [] ): string {
		return $this->getPageTitle( $this->about->getPrefixedDBkey() )->getLocalURL( $query );
	}

	private function paragraph( string $message ): string {
		return Html::element( 'p', [], $this->msg( $message )->text() );
	}
}
