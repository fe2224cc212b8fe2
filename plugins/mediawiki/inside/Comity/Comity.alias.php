<?php
$specialPageAliases = [];
$specialPageAliases['en'] = [ 'Comity' => [ 'Comity' ] ];
$specialPageAliases['de'] = [ 'Comity' => [ 'Comity' ] ];
