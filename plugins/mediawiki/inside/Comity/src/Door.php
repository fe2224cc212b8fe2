<?php

namespace MediaWiki\Extension\Comity;

use Config;
use MediaWiki\Http\HttpRequestFactory;
use MediaWiki\User\UserIdentity;
use Psr\Log\LoggerInterface;
use Title;

/**
 * Comity's HTTP door, asked as the person to whom an account of this wiki is linked. The wiki vouches for who that is; what they may see and
 * do is decided behind the door.
 */
class Door {
	private const MAX_ANSWER_BYTES = 1024 * 1024;
	private const MAX_TOKEN_BYTES = 4096;

	private Config $config;
	private HttpRequestFactory $http;
	private LoggerInterface $logger;

	public function __construct( Config $config, HttpRequestFactory $http, LoggerInterface $logger ) {
		$this->config = $config;
		$this->http = $http;
		$this->logger = $logger;
	}

	public function isConfigured(): bool {
		return (string)$this->config->get( 'ComityApiUrl' ) !== '' && (string)$this->config->get( 'ComityApiTokenFile' ) !== '';
	}

	/** The name under which Comity knows this wiki. */
	private function instance(): string {
		$name = (string)$this->config->get( 'ComityInstance' );
		return $name !== '' ? $name : (string)parse_url( (string)$this->config->get( 'Server' ), PHP_URL_HOST );
	}

	/** A page's address exactly as the connector writes it: that is how its subject is found. */
	public function addressOf( Title $title ): string {
		$page = str_replace( [ '%2F', '%3A' ], [ '/', ':' ], rawurlencode( str_replace( ' ', '_', $title->getPrefixedText() ) ) );
		$address = (string)$this->config->get( 'ComityPageAddress' );
		$address = $address !== '' ? $address : 'https://' . $this->instance() . '/wiki/PAGE';
		$place = strpos( $address, 'PAGE' );
		return $place === false ? $address : substr_replace( $address, $page, $place, 4 );
	}

	/**
	 * One call, `DeedService/GetDeed` say, as this user.
	 * @return array{status:int,answer:array,message:string,isSent:bool} status 0: no answer; where it was sent, it may have been done all the
	 * same. `message`: the door's own words, for people; plain text.
	 */
	public function call( string $method, array $question, UserIdentity $user ): array {
		$failed = [ 'status' => 0, 'answer' => [], 'message' => '', 'isSent' => false ];
		$base = rtrim( (string)$this->config->get( 'ComityApiUrl' ), '/' );
		if ( !Address::isSafe( $base ) ) {
			$this->logger->error( '$wgComityApiUrl must be https, or http on this machine: the token goes there' );
			return $failed;
		}
		$file = (string)$this->config->get( 'ComityApiTokenFile' );
		$token = is_readable( $file ) ? trim( (string)file_get_contents( $file, false, null, 0, self::MAX_TOKEN_BYTES ) ) : '';
		if ( $token === '' || preg_match( '/[^\x21-\x7e]/', $token ) ) {
			$this->logger->error( 'the file of $wgComityApiTokenFile cannot be read, or holds no token' );
			return $failed;
		}
		$timeout = max( 1, (int)$this->config->get( 'ComityApiTimeout' ) );
		$request = $this->http->create( "$base/comity.v1.$method", [
			'method' => 'POST', 'postData' => json_encode( (object)$question, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE ),
			'timeout' => $timeout, 'connectTimeout' => $timeout, 'followRedirects' => false,
			'noProxy' => Address::isThisMachine( $base ),
		], __METHOD__ );
		$request->setHeader( 'Content-Type', 'application/json' );
		$request->setHeader( 'Authorization', 'Bearer ' . $token );
		$request->setHeader( 'Comity-Account', 'mediawiki:' . $this->instance() . ':' . $user->getId() );
		$request->execute();
		$body = (string)$request->getContent();
		$answer = strlen( $body ) > self::MAX_ANSWER_BYTES ? null : json_decode( $body, true, 32 );
		$status = (int)$request->getStatus();
		if ( !is_array( $answer ) ) {
			$this->logger->warning( 'the door answers {method} with status {status} and nothing readable', [ 'method' => $method, 'status' => $status ] );
			return [ 'isSent' => true ] + $failed;
		}
		if ( $status === 401 ) {
			$this->logger->error( 'the door does not know the token of $wgComityApiTokenFile' );
		}
		return [ 'status' => $status, 'answer' => $answer, 'message' => Text::refusal( $answer ), 'isSent' => true ];
	}
}
