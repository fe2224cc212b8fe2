<?php
namespace dokuwiki\plugin\comity;

use dokuwiki\Menu\Item\AbstractItem;

/** Beside a page, for those who are logged in: what Comity made of it. */
class MenuItem extends AbstractItem
{
    protected $svg = __DIR__ . '/images/comity.svg';
    protected $type = 'comity';

    public function __construct($label)
    {
        $this->label = $label;
        parent::__construct();
    }
}
