<?php

use MediaWiki\Extension\Comity\Changes;
use MediaWiki\Extension\Comity\Door;
use MediaWiki\Extension\Comity\Outbox;
use MediaWiki\Logger\LoggerFactory;
use MediaWiki\MediaWikiServices;

return [
	'Comity.Changes' => static function ( MediaWikiServices $services ): Changes {
		return new Changes(
			$services->getMainConfig(),
			$services->getRevisionStore(),
			$services->getWikiPageFactory(),
			$services->getUserFactory(),
			$services->getTitleFactory(),
			$services->getNamespaceInfo()
		);
	},
	'Comity.Outbox' => static function ( MediaWikiServices $services ): Outbox {
		return new Outbox( $services->getMainConfig(), $services->getDBLoadBalancerFactory(), $services->getReadOnlyMode(),
			LoggerFactory::getInstance( 'comity' ) );
	},
	'Comity.Door' => static function ( MediaWikiServices $services ): Door {
		return new Door( $services->getMainConfig(), $services->getHttpRequestFactory(), LoggerFactory::getInstance( 'comity' ) );
	},
];
