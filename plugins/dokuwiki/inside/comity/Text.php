<?php
namespace dokuwiki\plugin\comity;

/** Members of an answer that came from outside: of the type that is wanted, or nothing; never more than is shown. Not escaped. */
class Text
{
    public static function of($from, $name, $most = 2000)
    {
        $text = is_array($from) && is_string($from[$name] ?? null) ? $from[$name] : '';
        return mb_strcut($text, 0, $most, 'UTF-8');
    }

    /** What the door says to people about a call that it refused: a sentence, and for each field what would be right. Empty: nothing. */
    public static function refusal($answer)
    {
        $faults = [];
        foreach (self::items($answer, 'details', 10) as $detail) {
            foreach (self::items($detail, 'fieldViolations', 10) as $fault) $faults[] = self::of($fault, 'field', 100) . ' ' . self::of($fault, 'description', 300);
        }
        $text = self::of($answer, 'message', 1000);
        return $text === '' || !$faults ? $text : $text . ': ' . implode('; ', $faults);
    }

    public static function number($from, $name)
    {
        return is_array($from) && is_numeric($from[$name] ?? null) ? (int) $from[$name] : 0;
    }

    public static function isTrue($from, $name)
    {
        return is_array($from) && ($from[$name] ?? null) === true;
    }

    public static function items($from, $name, $most)
    {
        return is_array($from) && is_array($from[$name] ?? null) ? array_slice(array_values($from[$name]), 0, $most) : [];
    }

    /** `ana` of `people/ana`. */
    public static function bare($name)
    {
        $slash = strpos($name, '/');
        return $slash === false ? $name : substr($name, $slash + 1);
    }
}
