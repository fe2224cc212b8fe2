<?php
$conf['url']     = '';
$conf['secret']  = '';
$conf['timeout'] = 3;
$conf['pause']   = 10;
$conf['keep']    = 10000;
$conf['api_url']        = '';
$conf['api_token_file'] = '';
$conf['instance']       = '';
$conf['page_address']   = '';
$conf['api_timeout']    = 3;
