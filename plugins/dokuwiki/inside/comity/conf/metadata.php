<?php
$meta['url']     = array('string', '_pattern' => '/^(https?:\/\/\S+)?$/');
$meta['secret']  = array('password', '_code' => 'plain');
$meta['timeout'] = array('numeric', '_min' => 1, '_max' => 30);
$meta['pause']   = array('numeric', '_min' => 1, '_max' => 3600);
$meta['keep']    = array('numeric', '_min' => 1, '_max' => 100000);
$meta['api_url']        = array('string', '_pattern' => '/^(https?:\/\/\S+)?$/');
$meta['api_token_file'] = array('string', '_pattern' => '/^(\/.+)?$/');
$meta['instance']       = array('string', '_pattern' => '/^\S{0,200}$/');
$meta['page_address']   = array('string', '_pattern' => '/^(https?:\/\/\S*PAGE\S*)?$/');
$meta['api_timeout']    = array('numeric', '_min' => 1, '_max' => 30);
