<?php
$lang['url']     = 'Where to: https://YOUR-HOST/in/SOURCE-ID of comity-connect';
$lang['secret']  = 'The text of the source\'s secret file (whsec_…)';
$lang['timeout'] = 'Seconds for one delivery';
$lang['pause']   = 'Seconds to wait after a failure; they double with each more, up to an hour';
$lang['keep']    = 'How many events wait at most while Comity cannot be reached';
$lang['api_url']        = 'For the page "Why in Comity?": where Comity\'s HTTP door is (https, or this machine); empty: no such page';
$lang['api_token_file'] = 'For the same: a file, readable by the web server alone, with a token of role suite for this wiki\'s source';
$lang['instance']       = 'The name under which Comity knows this wiki; empty: the host of the wiki\'s baseurl';
$lang['page_address']   = 'Addresses of pages as in the source\'s config.page_address; empty: https://INSTANCE/doku.php?id=PAGE';
$lang['api_timeout']    = 'Seconds for one question to Comity';
