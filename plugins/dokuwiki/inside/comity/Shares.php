<?php
namespace dokuwiki\plugin\comity;

/** Whose a deed was, as people write it: `ana 60` and `bob 40`, one in a line; without numbers in equal parts. */
class Shares
{
    const WHOLE = 1000000;  // parts per million
    const MOST = 50;

    /** What CorrectDeed takes; null if it cannot be read. */
    public static function parse($text)
    {
        // A comma within a number is a decimal point, as in `ana 33,3333`; any other ends a line.
        $text = preg_replace('/(?<=\s)(\d{1,3}),(?=\d)/', '$1.', $text);
        $shares = [];
        $given = 0;
        foreach (preg_split('/[\r\n,;]+/', (string) $text, -1, PREG_SPLIT_NO_EMPTY) as $line) {
            $line = trim($line);
            if ($line === '') continue;
            $readable = preg_match('/^(?:people\/)?([A-Za-z0-9][A-Za-z0-9._-]{0,62})(?:\s+(\d{1,3}(?:\.\d{1,4})?)\s*%?)?$/', $line, $found);
            if (!$readable || count($shares) >= self::MOST) return null;
            $given += isset($found[2]) ? 1 : 0;
            $shares[] = ['person' => 'people/' . $found[1], 'sharePpm' => isset($found[2]) ? (int) round((float) $found[2] * 10000) : 0];
        }
        $count = count($shares);
        if ($count === 0 || ($given !== 0 && $given !== $count)) return null;
        for ($i = 0; $given === 0 && $i < $count; $i++) $shares[$i]['sharePpm'] = intdiv(self::WHOLE, $count);
        // Thirds: 33.3333 three times is the whole.
        $missing = self::WHOLE - array_sum(array_column($shares, 'sharePpm'));
        if (abs($missing) <= $count * 100) $shares[0]['sharePpm'] += $missing;
        return $shares;
    }
}
