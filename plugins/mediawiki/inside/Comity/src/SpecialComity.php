<?php

namespace MediaWiki\Extension\Comity;

use Html;
use SpecialPage;
use Title;

/**
 * What Comity holds about a page, as far as the viewer may see it: what counted, why, how to put it right, and thanks. Plain HTML and forms.
 */
class SpecialComity extends SpecialPage {
	private const MOST_DEEDS = 10;
	private const MOST_STEPS = 20;
	private const LONGEST_SECONDS = 6;
	private const VERBS = [
		'confirm' => 'DeedService/ConfirmDeed', 'accept' => 'DeedService/AcceptDeed', 'decline' => 'DeedService/DeclineDeed',
		'correct' => 'DeedService/CorrectDeed', 'thank' => 'RecognitionService/CreateRecognition',
	];

	private Door $door;
	private ?Title $about = null;
	/** @var string[] of a form that thanks, until it stands in one again: deed, behaviour, saw, once */
	private array $written = [];
	private ?Thanks $thanks = null;

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
		$out->addModuleStyles( 'ext.comity.special' );
		if ( !$this->door->isConfigured() ) {
			$out->addHTML( $this->paragraph( 'comity-off' ) );
			return;
		}
		$request = $this->getRequest();
		if ( $request->wasPosted() && $request->getText( 'verb' ) === 'thank' ) {
			foreach ( [ 'deed', 'behaviour', 'saw', 'once' ] as $name ) {
				$this->written[$name] = trim( $request->getText( $name ) );
			}
		}
		if ( $this->written && !$this->getUser()->isNamed() ) {
			// Their session is over: the way to the login would lose their words.
			$out->addHTML( $this->paragraph( 'exception-nologin-text' ) . $this->kept() );
			return;
		}
		$this->requireNamedUser();
		$title = Title::newFromText( (string)$subPage );
		// Who may not read a page learns nothing of it here, not even whether it is there.
		if ( $title === null || !$title->exists() || !$this->getAuthority()->authorizeRead( 'read', $title ) ) {
			$out->addHTML( $this->paragraph( 'comity-no-page' ) . $this->kept() );
			return;
		}
		$this->about = $title;
		$out->setPageTitle( $this->msg( 'comity-title', $title->getPrefixedText() )->text() );
		$out->addBacklinkSubtitle( $title );
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
		$deeds = $this->deeds( $title );
		$out->addHTML( $this->kept() . $deeds );
	}

	/** What a form asks for. Returns what is wrong, in plain text; null if it was done. */
	private function act(): ?string {
		$request = $this->getRequest();
		if ( !$this->getContext()->getCsrfTokenSet()->matchTokenField() ) {
			return $this->msg( 'sessionfailure' )->text();
		}
		$deed = $request->getText( 'deed' );
		$verb = $request->getText( 'verb' );
		if ( !preg_match( '/^deeds\/[0-9]{8}-[0-9a-z]{1,64}$/', $deed ) || !isset( self::VERBS[$verb] ) ) {
			return $this->msg( 'comity-fault-form' )->text();
		}
		$question = [ $verb === 'thank' ? 'deed' : 'name' => $deed ];
		$id = $request->getText( 'once' );
		if ( preg_match( '/^[0-9a-f]{32}$/', $id ) ) {
			$question['requestId'] = $id;
		}
		if ( $verb === 'correct' ) {
			$shares = Shares::parse( $request->getText( 'shares' ) );
			$because = trim( $request->getText( 'because' ) );
			if ( $shares === null ) {
				return $this->msg( 'comity-fault-shares' )->text();
			}
			if ( $because === '' || mb_strlen( $because ) > 500 ) {
				return $this->msg( 'comity-fault-because' )->text();
			}
			$question += [ 'shares' => $shares, 'because' => $because ];
		}
		if ( $verb === 'thank' ) {
			$said = array_intersect_key( $this->written, [ 'behaviour' => true, 'saw' => true ] );
			if ( $said['saw'] === '' || mb_strlen( $said['saw'] ) > Thanks::LONGEST ) {
				return $this->msg( 'comity-fault-saw' )->text();
			}
			if ( !preg_match( '/^(behaviours\/[a-z][a-z0-9-]{0,59})?$/D', $said['behaviour'] ) ) {
				return $this->msg( 'comity-fault-form' )->text();
			}
			$question += $said;
		}
		// What was shown is what is answered: somebody else may have put it right meanwhile.
		$etag = $request->getText( 'etag' );
		if ( $etag !== '' && strlen( $etag ) <= 200 && in_array( $verb, [ 'confirm', 'correct' ], true ) ) {
			$question['etag'] = $etag;
		}
		$result = $this->door->call( self::VERBS[$verb], $question, $this->getUser() );
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

	/** Words for which there is no form now, as while Comity is away, are not lost. */
	private function kept(): string {
		if ( ( $this->written['saw'] ?? '' ) === '' ) {
			return '';
		}
		return $this->paragraph( 'comity-kept' ) . Thanks::quote( $this->written['saw'] );
	}

	private function deeds( Title $title ): string {
		$end = microtime( true ) + self::LONGEST_SECONDS;
		$ask = function ( string $method, array $question ) use ( $end ): array {
			$result = microtime( true ) < $end ? $this->door->call( $method, $question, $this->getUser() ) : [ 'status' => 0 ];
			return $result['status'] === 200 ? $result['answer'] : [];
		};
		$this->thanks = new Thanks( $ask, $this->getContext() );
		$asked = $this->door->call( 'EventService/ExplainSubject', [ 'subject' => $this->door->addressOf( $title ) ], $this->getUser() );
		if ( $asked['status'] !== 200 ) {
			// Not found, not linked and not allowed are one answer: nothing of this is the viewer's to see.
			return $this->paragraph( in_array( $asked['status'], [ 403, 404 ], true ) ? 'comity-nothing' : 'comity-away' );
		}
		$deeds = Text::items( $asked['answer'], 'deeds', self::MOST_DEEDS + 1 );
		if ( !$deeds ) {
			$summary = Text::of( $asked['answer'], 'summary' );
			return $summary === '' ? $this->paragraph( 'comity-nothing' ) : Html::element( 'p', [], $summary );
		}
		$isMore = count( $deeds ) > self::MOST_DEEDS;
		$deeds = array_slice( $deeds, 0, self::MOST_DEEDS );
		$explained = [];
		// All of them before any thanks: if the door is slow, what happened matters more.
		foreach ( $deeds as $deed ) {
			$explained[] = $ask( 'DeedService/ExplainDeed', [ 'name' => Text::of( $deed, 'deed', 100 ) ] );
		}
		$html = '';
		foreach ( $deeds as $i => $deed ) {
			$explanation = $explained[$i]['explanation'] ?? $deed['explanation'] ?? [];
			$html .= $this->deed( Text::of( $deed, 'deed', 100 ), $explanation, $explained[$i]['deed'] ?? null );
		}
		return $html . ( $isMore ? $this->paragraph( 'comity-more' ) : '' );
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
		if ( is_array( $deed ) ) {
			$html .= $this->thanks->given( $name );
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
			if ( is_string( $remedy ) && preg_match( '/^comity (?|deeds (confirm|accept|decline|correct)|(thank)) [^#]*(?:# (.*))?$/Ds', $remedy, $found ) ) {
				$offered[$found[1]] = mb_strcut( $found[2] ?? '', 0, 200, 'UTF-8' );
			}
		}
		$html = '';
		foreach ( [ 'confirm', 'accept', 'decline' ] as $verb ) {
			if ( isset( $offered[$verb] ) ) {
				$html .= $this->form( $name, $deed, $verb, '', $offered[$verb] );
			}
		}
		if ( isset( $offered['thank'] ) ) {
			$html .= $this->thanksForm( $name, $deed );
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

	/** With what was written in vain, under the request id it had: what was done all the same is not done twice. */
	private function thanksForm( string $name, array $deed ): string {
		$written = ( $this->written['deed'] ?? '' ) === $name ? $this->written : [];
		if ( $written ) {
			$this->written = [];
		}
		return Html::rawElement( 'details', [ 'open' => (bool)$written ], Html::element( 'summary', [], $this->msg( 'comity-thank' )->text() ) .
			$this->form( $name, $deed, 'thank', $this->thanks->fields( $name, $written ), '', $written['once'] ?? '' ) );
	}

	private function form( string $name, array $deed, string $verb, string $fields, string $when = '', string $once = '' ): string {
		if ( !preg_match( '/^[0-9a-f]{32}$/D', $once ) ) {
			$once = bin2hex( random_bytes( 16 ) );
		}
		// Messages: comity-confirm, comity-accept, comity-decline, comity-correct, comity-thank
		$button = Html::element( 'button', [ 'type' => 'submit', 'name' => 'verb', 'value' => $verb ], $this->msg( "comity-$verb" )->text() );
		return Html::rawElement( 'form', [ 'method' => 'post', 'action' => $this->address() ],
			Html::hidden( 'wpEditToken', $this->getContext()->getCsrfTokenSet()->getToken()->toString() ) . Html::hidden( 'deed', $name ) .
			Html::hidden( 'etag', Text::of( $deed, 'etag', 200 ) ) . Html::hidden( 'once', $once ) . $fields . $button .
			( $when === '' ? '' : ' ' . Html::element( 'small', [], $when ) ) );
	}

	private function address( array $query = [] ): string {
		return $this->getPageTitle( $this->about->getPrefixedDBkey() )->getLocalURL( $query );
	}

	private function paragraph( string $message ): string {
		return Html::element( 'p', [], $this->msg( $message )->text() );
	}
}
