<?php

namespace MediaWiki\Extension\Comity;

use SpecialPage;

/** A link beside each page, for whoever is logged in. Asks nobody: a page is shown as fast as ever. */
class ToolboxLink {
	private Door $door;

	public function __construct( Door $door ) {
		$this->door = $door;
	}

	public function onSidebarBeforeOutput( $skin, &$sidebar ): void {
		$title = $skin->getTitle();
		if ( !$this->door->isConfigured() || !$skin->getUser()->isNamed() || $title === null || !$title->canExist() || !$title->exists() ) {
			return;
		}
		$sidebar['TOOLBOX'][] = [
			'id' => 't-comity', 'text' => $skin->msg( 'comity-toolbox' )->text(), 'rel' => 'nofollow',
			'href' => SpecialPage::getTitleFor( 'Comity', $title->getPrefixedDBkey() )->getLocalURL(),
		];
	}
}
