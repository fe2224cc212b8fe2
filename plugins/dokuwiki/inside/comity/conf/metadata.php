<?php
$meta['url']     = array('string', '_pattern' => '/^(https?:\/\/\S+)?$/');
$meta['secret']  = array('password', '_code' => 'plain');
$meta['timeout'] = array('numeric', '_min' => 1, '_max' => 30);
$meta['pause']   = array('numeric', '_min' => 1, '_max' => 3600);
$meta['keep']    = array('numeric', '_min' => 1, '_max' => 100000);
