<?php

namespace MediaWiki\Extension\Comity\Maintenance;

use Maintenance;
use MediaWiki\Extension\Comity\Delivery;
use MediaWiki\MediaWikiServices;

require_once getenv( 'MW_INSTALL_PATH' ) !== false ? getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php'
	: __DIR__ . '/../../../maintenance/Maintenance.php';

/** Delivers what waits: for cron, in wikis that nobody looks at for hours. */
class Deliver extends Maintenance {
	public function __construct() {
		parent::__construct();
		$this->addDescription( 'Delivers the changes that wait for Comity' );
		$this->requireExtension( 'Comity' );
	}

	public function execute() {
		$services = MediaWikiServices::getInstance();
		( new Delivery( $services->getMainConfig(), $services->getHttpRequestFactory(), $services->get( 'Comity.Outbox' ),
			$services->get( 'Comity.Changes' ) ) )->doUpdate();
	}
}

$maintClass = Deliver::class;
require_once RUN_MAINTENANCE_IF_MAIN;
