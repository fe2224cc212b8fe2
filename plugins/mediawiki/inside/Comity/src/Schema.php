<?php

namespace MediaWiki\Extension\Comity;

use MediaWiki\Installer\Hook\LoadExtensionSchemaUpdatesHook;

/** Makes the outbox's table when an administrator runs maintenance/update.php. Services are not there yet at that time. */
class Schema implements LoadExtensionSchemaUpdatesHook {
	public function onLoadExtensionSchemaUpdates( $updater ) {
		$type = $updater->getDB()->getType();
		$updater->addExtensionTable( 'comity_outbox', dirname( __DIR__ ) . "/sql/$type.sql" );
	}
}
