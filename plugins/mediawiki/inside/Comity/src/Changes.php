<?php

namespace MediaWiki\Extension\Comity;

use Config;
use MediaWiki\Page\WikiPageFactory;
use MediaWiki\Revision\RevisionRecord;
use MediaWiki\Revision\RevisionStore;
use MediaWiki\Storage\EditResult;
use MediaWiki\User\UserFactory;
use MediaWiki\User\UserIdentity;
use NamespaceInfo;
use RecentChange;
use Title;
use TitleFactory;

/**
 * What is told of a change: who, which page, when, how; no text and no summary.
 *
 * Its names and values are those of a row of the API's list of recent changes, so that a change told here and found there is the same one.
 */
class Changes {
	private const UNDONE = 100;  // edits that one revert takes back; more are not told
	private const CATEGORIES = 50;

	private Config $config;
	private RevisionStore $revisions;
	private WikiPageFactory $pages;
	private UserFactory $users;
	private TitleFactory $titles;
	private NamespaceInfo $namespaces;

	public function __construct(
		Config $config, RevisionStore $revisions, WikiPageFactory $pages, UserFactory $users, TitleFactory $titles,
		NamespaceInfo $namespaces
	) {
		$this->config = $config;
		$this->revisions = $revisions;
		$this->pages = $pages;
		$this->users = $users;
		$this->titles = $titles;
		$this->namespaces = $namespaces;
	}

	public function ofEdit( Title $title, int $page, UserIdentity $user, int $flags, RevisionRecord $revision, EditResult $result ): array {
		// By what was done, not by its tag: a wiki may have switched that off.
		$tag = [ EditResult::REVERT_UNDO => 'mw-undo', EditResult::REVERT_ROLLBACK => 'mw-rollback',
			EditResult::REVERT_MANUAL => 'mw-manual-revert' ][$result->getRevertMethod() ?? 0] ?? null;
		$change = [
			'type' => $result->isNew() ? 'new' : 'edit', 'ns' => $title->getNamespace(), 'title' => $this->nameOf( $title ),
			'pageid' => $page, 'revid' => $revision->getId(), 'old_revid' => (int)$revision->getParentId(),
		] + $this->person( $user ) + [
			'bot' => (bool)( $flags & EDIT_FORCE_BOT ), 'minor' => $revision->isMinor(),
			'timestamp' => wfTimestamp( TS_ISO_8601, $revision->getTimestamp() ), 'tags' => $tag === null ? [] : [ $tag ],
		];
		return $this->payload( $change, $this->isConfidential( $title ) ) + [ 'undone' => $this->undone( $page, $result ) ];
	}

	/** Null for what is not told. */
	public function ofLogEntry( RecentChange $entry ): ?array {
		$type = $entry->getAttribute( 'rc_log_type' );
		$action = $entry->getAttribute( 'rc_log_action' );
		$told = $type === 'move' || ( $type === 'delete' && in_array( $action, [ 'delete', 'restore' ], true ) );
		if ( (int)$entry->getAttribute( 'rc_type' ) !== RC_LOG || !$told || (int)$entry->getAttribute( 'rc_deleted' ) !== 0 ) {
			return null;
		}
		$title = $this->titles->makeTitle( (int)$entry->getAttribute( 'rc_namespace' ), (string)$entry->getAttribute( 'rc_title' ) );
		$confidential = $this->isConfidential( $title );
		$change = [
			'type' => 'log', 'ns' => $title->getNamespace(), 'title' => $this->nameOf( $title ),
			'pageid' => (int)$entry->getAttribute( 'rc_cur_id' ),
		] + $this->person( $entry->getPerformerIdentity() ) + [
			'bot' => (bool)$entry->getAttribute( 'rc_bot' ), 'minor' => false,
			'timestamp' => wfTimestamp( TS_ISO_8601, $entry->getAttribute( 'rc_timestamp' ) ), 'tags' => [],
			'logid' => (int)$entry->getAttribute( 'rc_logid' ), 'logtype' => $type, 'logaction' => $action,
		];
		if ( $type === 'move' ) {
			$target = $this->titles->newFromText( (string)( $entry->parseParams()['4::target'] ?? '' ) );
			if ( $target === null ) {
				return null;
			}
			$confidential = $confidential || $this->isConfidential( $target );
			$change['logparams'] = [ 'target_ns' => $target->getNamespace(), 'target_title' => $this->nameOf( $target, $confidential ) ];
			$change['title'] = $this->nameOf( $title, $confidential );
		}
		return $this->payload( $change, $confidential );
	}

	/** With what is known of the page by now, as polling asks it: who created it, its categories. */
	public function complete( array $payload ): array {
		$change = $payload['change'] ?? [];
		if ( ( $change['logtype'] ?? '' ) === 'delete' ) {
			return $payload;
		}
		$page = $this->pages->newFromID( (int)( $change['pageid'] ?? 0 ) );
		if ( $page === null ) {
			return $payload;
		}
		$first = $this->revisions->getFirstRevision( $page->getTitle() );
		$creator = $first === null ? null : $first->getUser( RevisionRecord::FOR_PUBLIC );
		$payload['page'] = [ 'first' => $creator === null ? [ 'userhidden' => true ] : $this->person( $creator ), 'categories' => [] ];
		if ( !( $payload['confidential'] ?? false ) ) {
			$payload['page']['categories'] = $this->categories( $page );
		}
		return $payload;
	}

	private function payload( array $change, bool $confidential ): array {
		return [ 'event' => 'page.changed', 'change' => $change ] + ( $confidential ? [ 'confidential' => true ] : [] );
	}

	/** A namespace's talk goes with it: its pages have the same titles. */
	private function isConfidential( Title $title ): bool {
		$confidential = array_map( 'intval', (array)$this->config->get( 'ComityConfidentialNamespaces' ) );
		$number = $title->getNamespace();
		return in_array( $number, $confidential, true ) || in_array( $this->namespaces->getSubject( $number ), $confidential, true );
	}

	/** Of a confidential page its namespace alone, which decides whose page it is. */
	private function nameOf( Title $title, ?bool $confidential = null ): string {
		if ( !( $confidential ?? $this->isConfidential( $title ) ) ) {
			return $title->getPrefixedText();
		}
		return $title->getNamespace() === NS_MAIN ? '' : str_replace( '_', ' ', (string)$title->getNsText() ) . ':';
	}

	/** Addresses of machines do not leave the wiki. */
	private function person( UserIdentity $user ): array {
		if ( !$user->isRegistered() ) {
			return [ 'userid' => 0, 'anon' => true ];
		}
		$account = $this->users->newFromUserIdentity( $user );
		$told = [ 'user' => $user->getName(), 'userid' => $user->getId() ];
		// Temporary accounts are of MediaWiki 1.41 and later.
		if ( is_callable( [ $account, 'isTemp' ] ) && $account->isTemp() ) {
			$told['temp'] = true;
		}
		if ( $account->isSystemUser() ) {
			$told['system'] = true;
		}
		return $told;
	}

	private function undone( int $page, EditResult $result ): array {
		$oldest = $result->getOldestRevertedRevisionId();
		$newest = $result->getNewestRevertedRevisionId();
		if ( !$result->isRevert() || !$oldest || !$newest ) {
			return [];
		}
		if ( $oldest === $newest ) {
			return [ $newest ];
		}
		$first = $this->revisions->getRevisionById( $oldest );
		$last = $this->revisions->getRevisionById( $newest );
		if ( $first === null || $last === null ) {
			return [];
		}
		$all = $this->revisions->getRevisionIdsBetween( $page, $first, $last, self::UNDONE, RevisionStore::INCLUDE_BOTH,
			RevisionStore::ORDER_NEWEST_TO_OLDEST );
		return array_slice( array_map( 'intval', $all ), 0, self::UNDONE );
	}

	private function categories( \WikiPage $page ): array {
		$hidden = [];
		foreach ( $page->getHiddenCategories() as $category ) {
			$hidden[$category->getDBkey()] = true;
		}
		$shown = [];
		foreach ( $page->getCategories() as $category ) {
			if ( !isset( $hidden[$category->getDBkey()] ) ) {
				$shown[$category->getDBkey()] = $category->getPrefixedText();
			}
		}
		ksort( $shown, SORT_STRING );
		return array_slice( array_values( $shown ), 0, self::CATEGORIES );
	}
}
