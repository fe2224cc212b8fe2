<?php
namespace dokuwiki\plugin\comity;

/** The thanks for the deeds of one page: those that the viewer may see, and the fields for their own. */
class Thanks
{
    const LONGEST = 1000;  // characters of what somebody saw
    const MOST = 10;  // for one deed
    const MOST_BEHAVIOURS = 100;

    private $ask;
    private $say;
    private $behaviours;

    /**
     * @param callable $ask a method and a question; gives the answer, [] if there is none
     * @param callable $say a message's name; gives its text
     */
    public function __construct(callable $ask, callable $say)
    {
        $this->ask = $ask;
        $this->say = $say;
    }

    /** For this deed, newest first, as HTML; empty for none. */
    public function given($deed)
    {
        $answer = ($this->ask)('RecognitionService/ListRecognitions', ['deed' => $deed, 'pageSize' => self::MOST + 1]);
        $all = Text::items($answer, 'recognitions', self::MOST + 1);
        $html = '';
        foreach (array_slice($all, 0, self::MOST) as $thanks) {
            if (Text::of($thanks, 'saw') !== '') $html .= '<li><div class="li">' . $this->one($thanks) . '</div></li>';
        }
        if ($html === '') return '';
        $id = hsc('comity-' . Text::bare($deed) . '-thanks');
        return "<p id=\"$id\">" . $this->say('thanks') . "</p><ul aria-labelledby=\"$id\">$html</ul>" .
            (count($all) > self::MOST ? '<p>' . $this->say('more') . '</p>' : '');
    }

    private function one($thanks)
    {
        $time = strtotime(Text::of($thanks, 'createTime', 40));
        $behaviour = $this->titleOf(Text::of($thanks, 'behaviour', 100));
        $about = [Text::bare(Text::of($thanks, 'author', 100)), $behaviour, $time === false ? '' : dformat($time)];
        $html = hsc(implode(' · ', array_filter($about, 'strlen'))) . self::quote(Text::of($thanks, 'saw', 4 * self::LONGEST));
        $because = Text::of($thanks, 'state') === 'STATE_TAKEN_DOWN' ? Text::of($thanks, 'because') : '';
        return $because === '' ? $html : $html . sprintf($this->say('taken_down'), hsc($because));
    }

    /** Words that somebody wrote, as HTML. */
    public static function quote($words)
    {
        return '<blockquote dir="auto">' . nl2br(hsc($words)) . '</blockquote>';
    }

    /** @param array $written what stands in them: behaviour, saw */
    public function fields($deed, array $written)
    {
        $id = 'comity-' . Text::bare($deed);
        $options = '';
        foreach ($this->offered() as $name => $title) {
            $selected = $name === ($written['behaviour'] ?? '') ? ' selected="selected"' : '';
            $options .= '<option value="' . hsc($name) . "\"$selected>" . hsc($title) . '</option>';
        }
        $html = '';
        if ($options !== '') {
            $options = '<option value="">' . $this->say('none') . "</option>$options</select>";
            $html = Field::html("$id-behaviour", ($this->say)('behaviour'), '<select name="behaviour" id="%s" class="edit">', $options);
        }
        $attributes = 'class="edit" rows="4" cols="40" maxlength="' . self::LONGEST . '" required aria-describedby="%s-hint"';
        $words = "\n" . hsc($written['saw'] ?? '') . '</textarea>';
        return $html . Field::html("$id-saw", ($this->say)('saw'), "<textarea name=\"saw\" id=\"%s\" $attributes>", $words) .
            '<small id="' . hsc("$id-saw-hint") . '">' . $this->say('saw_hint') . '</small><br />';
    }

    /** Titles of the behaviours that are in force, in order, each at its name. */
    private function offered()
    {
        $titles = [];
        foreach ($this->behaviours() as $name => $behaviour) {
            if (!Text::isTrue($behaviour, 'expired')) $titles[$name] = $this->titleOf($name);
        }
        asort($titles, SORT_NATURAL | SORT_FLAG_CASE);
        return $titles;
    }

    /** Of a behaviour that Comity does not tell, its id. */
    private function titleOf($name)
    {
        $title = $name === '' ? '' : Text::of($this->behaviours()[$name] ?? null, 'title', 400);
        return $title === '' ? Text::bare($name) : $title;
    }

    /** Asked for once, and only on a page that needs them. */
    private function behaviours()
    {
        if ($this->behaviours !== null) return $this->behaviours;
        $this->behaviours = [];
        $answer = ($this->ask)('RecognitionService/ListBehaviours', ['pageSize' => self::MOST_BEHAVIOURS]);
        foreach (Text::items($answer, 'behaviours', self::MOST_BEHAVIOURS) as $behaviour) {
            $name = Text::of($behaviour, 'name', 100);
            if ($name !== '') $this->behaviours[$name] = $behaviour;
        }
        return $this->behaviours;
    }

    private function say($message)
    {
        return hsc(($this->say)($message));
    }
}
