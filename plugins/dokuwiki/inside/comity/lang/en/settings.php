<?php
$lang['url']     = 'Where to: https://YOUR-HOST/in/SOURCE-ID of comity-connect';
$lang['secret']  = 'The text of the source\'s secret file (whsec_…)';
$lang['timeout'] = 'Seconds for one delivery';
$lang['pause']   = 'Seconds to wait after a failure; they double with each more, up to an hour';
$lang['keep']    = 'How many events wait at most while Comity cannot be reached';
