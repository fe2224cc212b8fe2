<?php

namespace MediaWiki\Extension\Comity;

use DeferredUpdates;
use MediaWiki\MediaWikiServices;
use MediaWiki\Storage\Hook\PageSaveCompleteHook;

/**
 * Notes every change in the outbox, and has it delivered after the answer has gone out. Nothing here throws, and nobody waits for another
 * machine.
 *
 * Edits by PageSaveComplete, which knows what a revert undid. Moves, deletions and restorations by the row of recent changes that each of them
 * writes: it has the number of the log entry, by which polling knows the same change, and which PageMoveComplete and PageDeleteComplete lack.
 */
class Observer implements PageSaveCompleteHook {
	private Outbox $outbox;
	private Changes $changes;

	public function __construct( Outbox $outbox, Changes $changes ) {
		$this->outbox = $outbox;
		$this->changes = $changes;
	}

	public function onPageSaveComplete( $wikiPage, $user, $summary, $flags, $revisionRecord, $editResult ) {
		// What recent changes do not show (redirects that a move leaves, pages of files) is no edit of somebody's.
		if ( $editResult->isNullEdit() || ( $flags & EDIT_SUPPRESS_RC ) ) {
			return;
		}
		$title = $wikiPage->getTitle();
		$page = $wikiPage->getId();
		$this->note( function () use ( $title, $page, $user, $flags, $revisionRecord, $editResult ) {
			return $this->changes->ofEdit( $title, $page, $user, $flags, $revisionRecord, $editResult );
		} );
	}

	public function onRecentChange_save( $recentChange ) {
		if ( (int)$recentChange->getAttribute( 'rc_type' ) !== RC_LOG ) {
			return;
		}
		$this->note( function () use ( $recentChange ) {
			return $this->changes->ofLogEntry( $recentChange );
		} );
	}

	/** Whoever looks at a page brings what still waits, after the page is there: MediaWiki tells the browser its length beforehand. */
	public function onBeforePageDisplay( $out, $skin ): void {
		if ( !$this->outbox->isConfigured() || $out->getRequest()->wasPosted() ) {
			return;
		}
		DeferredUpdates::addCallableUpdate( function () {
			try {
				if ( $this->outbox->isDue() ) {
					self::deliverLater();
				}
			} catch ( \Throwable $e ) {
				$this->outbox->logger()->error( 'the outbox cannot be read; run maintenance/update.php: {exception}', [ 'exception' => $e ] );
			}
		} );
	}

	/**
	 * In a transaction of its own, behind the save's: where the table is missing, the save stands.
	 * @param callable $told gives the payload, or null
	 */
	private function note( callable $told ): void {
		if ( !$this->outbox->isConfigured() ) {
			return;
		}
		DeferredUpdates::addCallableUpdate( function () use ( $told ) {
			$payload = $told();
			if ( $payload === null ) {
				return;
			}
			$this->outbox->keep( $payload );
			if ( self::isAnswerSentEarly() ) {
				self::deliverLater();
			}
		}, DeferredUpdates::PRESEND );
	}

	/**
	 * Whether this request's answer has gone out whole before its last updates are run. Where PHP cannot end an answer early (mod_php, its own
	 * server), who saves by the API would wait for the end of the delivery: the next page view brings it then.
	 */
	private static function isAnswerSentEarly(): bool {
		return PHP_SAPI === 'cli' || function_exists( 'fastcgi_finish_request' ) || function_exists( 'litespeed_finish_request' );
	}

	private static function deliverLater(): void {
		$services = MediaWikiServices::getInstance();
		DeferredUpdates::addUpdate( new Delivery( $services->getMainConfig(), $services->getHttpRequestFactory(),
			$services->get( 'Comity.Outbox' ), $services->get( 'Comity.Changes' ) ), DeferredUpdates::POSTSEND );
	}
}
