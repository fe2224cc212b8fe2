<?php

namespace MediaWiki\Extension\Comity;

use Config;
use Psr\Log\LoggerInterface;
use ReadOnlyMode;
use Wikimedia\Rdbms\ILBFactory;

/**
 * The changes that wait to be delivered: a table of the wiki's own database.
 *
 * Not the job queue: it gives a job up after three tries, cannot wait between them in its usual form, keeps no order and has no bound.
 */
class Outbox {
	private const TABLE = 'comity_outbox';
	private const LOCK = 'comity-outbox';
	private const LONGEST_PAUSE = 3600;

	private Config $config;
	private ILBFactory $databases;
	private ReadOnlyMode $readOnly;
	private LoggerInterface $logger;
	private bool $isUnsafeSaid = false;

	public function __construct( Config $config, ILBFactory $databases, ReadOnlyMode $readOnly, LoggerInterface $logger ) {
		$this->config = $config;
		$this->databases = $databases;
		$this->readOnly = $readOnly;
		$this->logger = $logger;
	}

	public function logger(): LoggerInterface {
		return $this->logger;
	}

	/** Whether there is somewhere to deliver to, and it is safe: names of people and pages do not cross a network in the clear. */
	public function isConfigured(): bool {
		$address = (string)$this->config->get( 'ComityUrl' );
		if ( $address === '' || (string)$this->config->get( 'ComitySecret' ) === '' ) {
			return false;
		}
		if ( Address::isSafe( $address ) ) {
			return true;
		}
		if ( !$this->isUnsafeSaid ) {
			$this->isUnsafeSaid = true;
			$this->logger->error( '$wgComityUrl must be https, or http on this machine; nothing is kept or sent' );
		}
		return false;
	}

	/** Keeps one change, and drops the oldest where too many wait. Its random key is the delivery's id, the same each time it is tried. */
	public function keep( array $payload ): void {
		$database = $this->databases->getMainLB()->getConnection( DB_PRIMARY );
		$database->insert( self::TABLE, [ 'co_key' => bin2hex( random_bytes( 16 ) ), 'co_body' => self::json( $payload ) ], __METHOD__ );
		// Numbers grow and the oldest leave first: their difference is how many wait, without counting them.
		$last = (int)$database->insertId() - max( 1, (int)$this->config->get( 'ComityKeep' ) );
		$oldest = $database->selectField( self::TABLE, 'MIN(co_id)', [], __METHOD__ );
		if ( $oldest === false || $oldest === null || (int)$oldest > $last ) {
			return;
		}
		$database->delete( self::TABLE, [ 'co_id <= ' . $last ], __METHOD__ );
		$this->logger->error( 'too many changes wait; the oldest were dropped, polling brings them: {count}',
			[ 'count' => $database->affectedRows() ] );
	}

	public static function json( array $payload ): string {
		return json_encode( $payload, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR );
	}

	/** Whether the oldest waits for no pause. Asks a replica: a delivery that comes a little later is none too late. */
	public function isDue(): bool {
		$row = $this->first( DB_REPLICA );
		return $row !== null && self::isDueNow( $row );
	}

	/** The oldest that may be tried now: `id`, `key`, `payload`, `tries`; null if none. */
	public function next(): ?array {
		$row = $this->first( DB_PRIMARY );
		$this->commit();
		if ( $row === null || !self::isDueNow( $row ) ) {
			return null;
		}
		return [ 'id' => (int)$row->co_id, 'key' => (string)$row->co_key, 'tries' => (int)$row->co_tries,
			'payload' => json_decode( (string)$row->co_body, true ) ?: [] ];
	}

	public function remove( int $id ): void {
		$this->databases->getMainLB()->getConnection( DB_PRIMARY )->delete( self::TABLE, [ 'co_id' => $id ], __METHOD__ );
		$this->commit();
	}

	/** Returns for how many seconds nothing is tried now. */
	public function postpone( int $id, int $tries ): int {
		$pause = min( self::LONGEST_PAUSE, max( 1, (int)$this->config->get( 'ComityPause' ) ) * ( 2 ** min( $tries, 20 ) ) );
		$this->databases->getMainLB()->getConnection( DB_PRIMARY )->update( self::TABLE,
			[ 'co_tries' => $tries + 1, 'co_next' => time() + $pause ], [ 'co_id' => $id ], __METHOD__ );
		$this->commit();
		return $pause;
	}

	/**
	 * One process delivers at a time; the others leave it to that one. None while the database takes no writes: what was delivered could not
	 * be crossed out, and would be delivered with every page view.
	 */
	public function lock(): bool {
		return !$this->readOnly->isReadOnly() && $this->databases->getMainLB()->getConnection( DB_PRIMARY )->lock( self::LOCK, __METHOD__, 0 );
	}

	public function unlock(): void {
		$this->databases->getMainLB()->getConnection( DB_PRIMARY )->unlock( self::LOCK, __METHOD__ );
	}

	/** @return \stdClass|null */
	private function first( int $where ) {
		return $this->databases->getMainLB()->getConnection( $where )->selectRow( self::TABLE,
			[ 'co_id', 'co_key', 'co_body', 'co_tries', 'co_next' ], [], __METHOD__, [ 'ORDER BY' => 'co_id', 'LIMIT' => 1 ] ) ?: null;
	}

	/** A clock that was set back must not stop deliveries for longer than a pause may be. */
	private static function isDueNow( \stdClass $row ): bool {
		return (int)$row->co_next <= time() || (int)$row->co_next > time() + self::LONGEST_PAUSE;
	}

	/** No transaction stays open while another machine is waited for: on SQLite it would stop every save. */
	private function commit(): void {
		$this->databases->commitPrimaryChanges( __METHOD__ );
	}
}
