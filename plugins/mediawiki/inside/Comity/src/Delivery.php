<?php

namespace MediaWiki\Extension\Comity;

use Config;
use DeferrableUpdate;
use MediaWiki\Http\HttpRequestFactory;
use TransactionRoundAwareUpdate;

/** Delivers what waits, oldest first, after the answer has gone out. Never throws. */
class Delivery implements DeferrableUpdate, TransactionRoundAwareUpdate {
	private const AT_ONCE = 50;
	private const LONGEST_RUN_SECONDS = 10;

	private Config $config;
	private HttpRequestFactory $http;
	private Outbox $outbox;
	private Changes $changes;

	public function __construct( Config $config, HttpRequestFactory $http, Outbox $outbox, Changes $changes ) {
		$this->config = $config;
		$this->http = $http;
		$this->outbox = $outbox;
		$this->changes = $changes;
	}

	public function getTransactionRoundRequirement() {
		return self::TRX_ROUND_ABSENT;
	}

	public function doUpdate() {
		try {
			if ( !$this->outbox->isConfigured() || !$this->outbox->lock() ) {
				return;
			}
			try {
				$this->deliver();
			} finally {
				$this->outbox->unlock();
			}
		} catch ( \Throwable $e ) {
			$this->outbox->logger()->error( 'changes could not be delivered: {exception}', [ 'exception' => $e ] );
		}
	}

	private function deliver(): void {
		$end = microtime( true ) + self::LONGEST_RUN_SECONDS;
		for ( $i = 0; $i < self::AT_ONCE && microtime( true ) < $end; ++$i ) {
			$next = $this->outbox->next();
			if ( $next === null ) {
				return;
			}
			$status = $this->tryPost( $next );
			if ( $status >= 200 && $status < 300 ) {
				$this->outbox->remove( $next['id'] );
			} elseif ( in_array( $status, [ 400, 413, 422 ], true ) ) {
				$this->outbox->remove( $next['id'] );
				$this->outbox->logger()->error( 'a change was refused and dropped, status {status}', [ 'status' => $status ] );
			} else {
				$pause = $this->outbox->postpone( $next['id'], $next['tries'] );
				$this->outbox->logger()->warning( 'a delivery failed, status {status}; it is tried again in {pause} s',
					[ 'status' => $status, 'pause' => $pause ] );
				return;
			}
		}
	}

	/**
	 * One that cannot be sent, for whatever reason, is one that failed: it gets its pause and its line in the log, and is not tried with every
	 * page view.
	 */
	private function tryPost( array $next ): int {
		try {
			return $this->post( 'msg_' . $next['key'], Outbox::json( $this->completed( $next['payload'] ) ) );
		} catch ( \Throwable $e ) {
			$this->outbox->logger()->error( 'a change could not be sent: {exception}', [ 'exception' => $e ] );
			return 0;
		}
	}

	/** A page of which nothing can be learned any more, such as one with a damaged revision: what was noted is told all the same. */
	private function completed( array $payload ): array {
		try {
			return $this->changes->complete( $payload );
		} catch ( \Throwable $e ) {
			$this->outbox->logger()->warning( 'a change is sent without what is known of its page: {exception}', [ 'exception' => $e ] );
			return $payload;
		}
	}

	/** The status of the answer; 0 if there was none. */
	private function post( string $id, string $body ): int {
		$secret = trim( (string)$this->config->get( 'ComitySecret' ) );
		$key = base64_decode( strncmp( $secret, 'whsec_', 6 ) === 0 ? substr( $secret, 6 ) : $secret, true );
		if ( $key === false || strlen( $key ) < 16 ) {
			throw new \RuntimeException( '$wgComitySecret is not whsec_ and base64 of at least 16 bytes' );
		}
		$now = (string)time();
		$timeout = max( 1, (int)$this->config->get( 'ComityTimeout' ) );
		$address = (string)$this->config->get( 'ComityUrl' );
		$request = $this->http->create( $address,
			[ 'method' => 'POST', 'postData' => $body, 'timeout' => $timeout, 'connectTimeout' => $timeout, 'followRedirects' => false,
				'noProxy' => Address::isThisMachine( $address ) ],
			__METHOD__ );
		$request->setHeader( 'Content-Type', 'application/json' );
		$request->setHeader( 'webhook-id', $id );
		$request->setHeader( 'webhook-timestamp', $now );
		$request->setHeader( 'webhook-signature', 'v1,' . base64_encode( hash_hmac( 'sha256', "$id.$now.$body", $key, true ) ) );
		$request->execute();
		return (int)$request->getStatus();
	}
}
