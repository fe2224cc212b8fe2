<?php
$conf['url']     = '';
$conf['secret']  = '';
$conf['timeout'] = 3;
$conf['pause']   = 10;
$conf['keep']    = 10000;
