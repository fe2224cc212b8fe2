<?php
namespace dokuwiki\plugin\comity;

/** A field of a form with its label. */
class Field
{
    /** @param string $tag what the field begins with, HTML in which %s stands for its id; $rest: what comes behind that tag, HTML too */
    public static function html($id, $label, $tag, $rest = '')
    {
        return '<label for="' . hsc($id) . '">' . hsc($label) . '</label><br />' . str_replace('%s', hsc($id), $tag) . $rest . '<br />';
    }
}
