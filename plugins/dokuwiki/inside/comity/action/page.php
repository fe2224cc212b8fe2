<?php
use dokuwiki\plugin\comity\Door;
use dokuwiki\plugin\comity\Field;
use dokuwiki\plugin\comity\MenuItem;
use dokuwiki\plugin\comity\Shares;
use dokuwiki\plugin\comity\Text;
use dokuwiki\plugin\comity\Thanks;

/**
 * What Comity holds about a page, as far as the viewer may see it: what counted, why, how to put it right, and thanks. Plain HTML and forms,
 * at `?do=comity` of each page.
 */
class action_plugin_comity_page extends DokuWiki_Action_Plugin
{
    const MOST_DEEDS = 10;
    const MOST_STEPS = 20;
    const LONGEST = 6;  // seconds
    const VERBS = [
        'confirm' => 'DeedService/ConfirmDeed', 'accept' => 'DeedService/AcceptDeed', 'decline' => 'DeedService/DeclineDeed',
        'correct' => 'DeedService/CorrectDeed', 'thank' => 'RecognitionService/CreateRecognition',
    ];

    private $fault = '';
    private $written = [];  // of a form that thanks, until it stands in one again: deed, behaviour, saw, once
    private $thanks;

    public function register(Doku_Event_Handler $controller)
    {
        $controller->register_hook('MENU_ITEMS_ASSEMBLY', 'AFTER', $this, 'link');
        $controller->register_hook('ACTION_ACT_PREPROCESS', 'BEFORE', $this, 'prepare');
        $controller->register_hook('TPL_ACT_UNKNOWN', 'BEFORE', $this, 'show');
    }

    private function door()
    {
        $settings = [];
        foreach (['api_url', 'api_token_file', 'instance', 'page_address', 'api_timeout'] as $name) $settings[$name] = trim((string) $this->getConf($name));
        return new Door($settings);
    }

    private function login()
    {
        global $INPUT;
        return $INPUT->server->str('REMOTE_USER');
    }

    public function link(Doku_Event $event)
    {
        global $INFO;
        if ($event->data['view'] !== 'page' || empty($INFO['exists']) || $this->login() === '' || !$this->door()->isConfigured()) return;
        try {
            $event->data['items'][] = new MenuItem($this->getLang('link'));
        } catch (\RuntimeException $e) {
            // The administrator has disabled it (disableactions).
        }
    }

    /** Says that `comity` is an action of ours, and does what a form asks for. */
    public function prepare(Doku_Event $event)
    {
        global $ID, $INPUT;
        if ($event->data !== 'comity' || !actionOK('comity')) return;
        $event->preventDefault();
        $event->stopPropagation();
        if ($INPUT->server->str('REQUEST_METHOD') !== 'POST') return;
        if ($INPUT->post->str('verb') === 'thank') {
            foreach (['deed', 'behaviour', 'saw', 'once'] as $name) $this->written[$name] = trim(cleanText($INPUT->post->str($name)));
        }
        if (!$this->mayShow()) return;
        $this->fault = $this->act();
        if ($this->fault === '') send_redirect(wl($ID, ['do' => 'comity', 'done' => 1], true, '&'));
    }

    /** Who may not read a page learns nothing of it here, not even whether it is there. */
    private function mayShow()
    {
        global $ID;
        return $this->door()->isConfigured() && $this->login() !== '' && page_exists($ID) && auth_quickaclcheck($ID) >= AUTH_READ;
    }

    /** What is wrong with what a form asks for, in plain text; empty if it was done. */
    private function act()
    {
        global $INPUT;
        if (!checkSecurityToken()) return $this->getLang('fault_session');
        $deed = $INPUT->post->str('deed');
        $verb = $INPUT->post->str('verb');
        if (!preg_match('/^deeds\/[0-9]{8}-[0-9a-z]{1,64}$/', $deed) || !isset(self::VERBS[$verb])) return $this->getLang('fault_form');
        $question = [$verb === 'thank' ? 'deed' : 'name' => $deed];
        $once = $INPUT->post->str('once');
        if (preg_match('/^[0-9a-f]{32}$/', $once)) $question['requestId'] = $once;
        if ($verb === 'correct') {
            $shares = Shares::parse($INPUT->post->str('shares'));
            $because = trim($INPUT->post->str('because'));
            if ($shares === null) return $this->getLang('fault_shares');
            if ($because === '' || mb_strlen($because) > 500) return $this->getLang('fault_because');
            $question += ['shares' => $shares, 'because' => $because];
        }
        if ($verb === 'thank') {
            $said = array_intersect_key($this->written, ['behaviour' => true, 'saw' => true]);
            if ($said['saw'] === '' || mb_strlen($said['saw']) > Thanks::LONGEST) return $this->getLang('fault_saw');
            if (!preg_match('/^(behaviours\/[a-z][a-z0-9-]{0,59})?$/D', $said['behaviour'])) return $this->getLang('fault_form');
            $question += $said;
        }
        // What was shown is what is answered: somebody else may have put it right meanwhile.
        $etag = $INPUT->post->str('etag');
        if ($etag !== '' && strlen($etag) <= 200 && in_array($verb, ['confirm', 'correct'], true)) $question['etag'] = $etag;
        $result = $this->door()->call(self::VERBS[$verb], $question, $this->login());
        if ($result['status'] === 200) return '';
        if ($result['message'] !== '') return $result['message'];
        // After a timeout, or from a proxy in between, it may have been done.
        $known = !$result['sent'] || ($result['status'] >= 400 && $result['status'] < 500);
        return $this->getLang($known ? 'away' : 'unknown');
    }

    public function show(Doku_Event $event)
    {
        global $ID;
        if ($event->data !== 'comity') return;
        $event->preventDefault();
        $event->stopPropagation();
        $html = '<h1>' . hsc(sprintf($this->getLang('title'), $ID)) . '</h1>';
        if (!$this->mayShow()) {
            echo $html . $this->paragraph($this->door()->isConfigured() ? 'no_page' : 'off') . $this->kept();
            return;
        }
        if ($this->fault !== '') $html .= '<div class="error" role="alert">' . hsc($this->fault) . '</div>';
        $deeds = $this->deeds($ID);
        echo $html . $this->done() . $this->kept() . $deeds;
    }

    private function done()
    {
        global $INPUT;
        return $this->fault === '' && $INPUT->has('done') ? '<div class="success" role="status">' . hsc($this->getLang('done')) . '</div>' : '';
    }

    /** Words for which there is no form now, as while Comity is away, are not lost. */
    private function kept()
    {
        if (($this->written['saw'] ?? '') === '') return '';
        return $this->paragraph('kept') . Thanks::quote($this->written['saw']);
    }

    private function deeds($page)
    {
        $door = $this->door();
        $end = microtime(true) + self::LONGEST;
        $ask = function ($method, array $question) use ($door, $end) {
            $result = microtime(true) < $end ? $door->call($method, $question, $this->login()) : ['status' => 0];
            return $result['status'] === 200 ? $result['answer'] : [];
        };
        $this->thanks = new Thanks($ask, [$this, 'getLang']);
        $asked = $door->call('EventService/ExplainSubject', ['subject' => $door->addressOf($page)], $this->login());
        // Not found, not linked and not allowed are one answer: nothing of this is the viewer's to see.
        if ($asked['status'] !== 200) return $this->paragraph(in_array($asked['status'], [403, 404], true) ? 'nothing' : 'away');
        $deeds = Text::items($asked['answer'], 'deeds', self::MOST_DEEDS + 1);
        if (!$deeds) {
            $summary = Text::of($asked['answer'], 'summary');
            return $summary === '' ? $this->paragraph('nothing') : '<p>' . hsc($summary) . '</p>';
        }
        $more = count($deeds) > self::MOST_DEEDS;
        $deeds = array_slice($deeds, 0, self::MOST_DEEDS);
        $explained = [];
        // All of them before any thanks: if the door is slow, what happened matters more.
        foreach ($deeds as $deed) $explained[] = $ask('DeedService/ExplainDeed', ['name' => Text::of($deed, 'deed', 100)]);
        $html = '';
        foreach ($deeds as $i => $deed) {
            $explanation = $explained[$i]['explanation'] ?? $deed['explanation'] ?? [];
            $html .= $this->deed(Text::of($deed, 'deed', 100), $explanation, $explained[$i]['deed'] ?? null);
        }
        return $html . ($more ? $this->paragraph('more') : '');
    }

    /** @param mixed $deed as it stands; null: not known, so nothing can be said to it */
    private function deed($name, $explanation, $deed)
    {
        $html = '<p>' . hsc(Text::of($explanation, 'text')) . '</p>';
        $steps = '';
        foreach (Text::items($explanation, 'steps', self::MOST_STEPS) as $step) {
            $evidence = array_filter(Text::items($step, 'evidence', 10), 'is_string');
            $steps .= '<li><div class="li">' . hsc(Text::of($step, 'text')) .
                ($evidence ? ' <small>(' . hsc(mb_strcut(implode(', ', $evidence), 0, 500)) . ')</small>' : '') . '</div></li>';
        }
        if ($steps !== '') $html .= '<details><summary>' . hsc($this->getLang('why')) . '</summary><ul>' . $steps . '</ul></details>';
        if (is_array($deed)) $html .= $this->thanks->given($name);
        if (is_array($deed) && Text::of($deed, 'state') !== 'STATE_REVERSED') $html .= $this->buttons($name, $explanation, $deed);
        return '<div class="plugin_comity" id="comity-' . hsc(Text::bare($name)) . '">' . $html . '</div><hr />';
    }

    /** What the viewer may say to it: Comity tells that by the remedies of the explanation. */
    private function buttons($name, $explanation, array $deed)
    {
        $offered = [];
        foreach (Text::items($explanation, 'remedies', 10) as $remedy) {
            if (is_string($remedy) && preg_match('/^comity (?|deeds (confirm|accept|decline|correct)|(thank)) /', $remedy, $found)) $offered[$found[1]] = true;
        }
        $html = '';
        foreach (['confirm', 'accept', 'decline'] as $verb) {
            if (isset($offered[$verb])) $html .= $this->form($name, $deed, $verb, '');
        }
        if (isset($offered['thank'])) $html .= $this->thanksForm($name, $deed);
        if (!isset($offered['correct'])) return $html;
        $now = [];
        foreach (Text::items($deed, 'helpers', 50) as $helper) {
            $person = Text::bare(Text::of($helper, 'person', 100));
            // What somebody declined is theirs no more.
            if ($person !== '' && !Text::isTrue($helper, 'declined')) $now[] = $person . ' ' . round(Text::number($helper, 'sharePpm') / 10000, 4);
        }
        $id = 'comity-' . Text::bare($name);
        $fields = Field::html("$id-shares", $this->getLang('shares'), '<textarea name="shares" id="%s" class="edit" rows="3" cols="40" required>', "\n" . hsc(implode("\n", $now)) . '</textarea>') .
            Field::html("$id-because", $this->getLang('because'), '<input name="because" id="%s" class="edit" maxlength="500" size="60" required />');
        return $html . '<details><summary>' . hsc($this->getLang('correct')) . '</summary>' . $this->form($name, $deed, 'correct', $fields) . '</details>';
    }

    /** With what was written in vain, under the request id it had: what was done all the same is not done twice. */
    private function thanksForm($name, array $deed)
    {
        $written = ($this->written['deed'] ?? '') === $name ? $this->written : [];
        if ($written) $this->written = [];
        $fields = $this->thanks->fields($name, $written);
        return '<details' . ($written ? ' open="open"' : '') . '><summary>' . hsc($this->getLang('thank')) . '</summary>' .
            $this->form($name, $deed, 'thank', $fields, $written['once'] ?? '') . '</details>';
    }

    private function form($name, array $deed, $verb, $fields, $once = '')
    {
        global $ID;
        if (!preg_match('/^[0-9a-f]{32}$/D', $once)) $once = bin2hex(random_bytes(16));
        $hidden = ['id' => $ID, 'do' => 'comity', 'deed' => $name, 'etag' => Text::of($deed, 'etag', 200), 'once' => $once];
        $html = '<form method="post" action="' . hsc(wl($ID, ['do' => 'comity'], false, '&')) . '">' . formSecurityToken(false);
        foreach ($hidden as $key => $value) $html .= '<input type="hidden" name="' . $key . '" value="' . hsc($value) . '" />';
        return $html . $fields . '<button type="submit" name="verb" value="' . $verb . '">' . hsc($this->getLang($verb)) . '</button></form>';
    }

    private function paragraph($message)
    {
        return '<p>' . hsc($this->getLang($message)) . '</p>';
    }
}
