<?php
/**
 * Tells Comity who saved which page: one small file for each save, delivered later, so that nobody's save waits for another machine.
 */
use dokuwiki\ChangeLog\PageChangeLog;
use dokuwiki\HTTP\DokuHTTPClient;
use dokuwiki\Logger;

class action_plugin_comity_saves extends DokuWiki_Action_Plugin
{
    const UNDONE = 100;        // edits that one restoring takes back; more are not told
    const AT_ONCE = 50;        // deliveries in one run
    const LONGEST_RUN = 10;    // seconds
    const LONGEST_PAUSE = 3600;

    private $after = false;    // a delivery waits for the end of this request

    public function register(Doku_Event_Handler $controller)
    {
        $controller->register_hook('COMMON_WIKIPAGE_SAVE', 'AFTER', $this, 'saved');
        // Before: the last of the tasks would have its turn only when no other has anything to do.
        $controller->register_hook('INDEXER_TASKS_RUN', 'BEFORE', $this, 'tasks');
    }

    /** Never throws, and never takes longer than writing a small file: the page is being saved. */
    public function saved(Doku_Event $event)
    {
        try {
            if (!$this->configured()) return;
            $this->keep($this->told($event->data));
            if ($this->after || !function_exists('fastcgi_finish_request')) return;
            $this->after = true;
            register_shutdown_function(function () {
                fastcgi_finish_request();
                $this->deliver();
            });
        } catch (\Throwable $e) {
            Logger::error('comity: a save could not be noted', $e->getMessage());
        }
    }

    public function tasks(Doku_Event $event)
    {
        if ($this->configured()) $this->deliver();
    }

    private function configured()
    {
        return $this->getConf('url') !== '' && $this->getConf('secret') !== '';
    }

    private static function person($login)
    {
        return $login ? ['login' => (string) $login] : null;
    }

    /** What is sent of a save: who, which page, when, how; no text, no summary. */
    private function told(array $save)
    {
        global $INPUT;
        $by = $INPUT->server->str('REMOTE_USER');
        // The page's metadata is written after this event: on a first save it has no creator yet.
        $creator = $save['changeType'] === DOKU_CHANGE_TYPE_CREATE ? $by : p_get_metadata($save['id'], 'user', METADATA_DONT_RENDER);
        $payload = [
            'event' => 'page.saved', 'page' => $save['id'], 'change' => $save['changeType'], 'revision' => (int) $save['newRevision'],
            'by' => self::person($by), 'creator' => self::person($creator),
        ];
        if ($save['changeType'] === DOKU_CHANGE_TYPE_REVERT) {
            $payload['undone'] = $this->undone($save['id'], (int) $save['revertFrom'], (int) $save['newRevision']);
        }
        return json_encode($payload, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR);
    }

    /** The edits since the version that is restored. */
    private function undone($page, $restored, $now)
    {
        $log = new PageChangeLog($page);
        $undone = [];
        foreach ($log->getRevisions(-1, self::UNDONE) as $revision) {
            if ($revision <= $restored) break;
            $info = $log->getRevisionInfo($revision);
            if ($revision < $now && is_array($info) && $info['type'] !== DOKU_CHANGE_TYPE_DELETE) $undone[] = (int) $revision;
        }
        return array_values(array_unique($undone));
    }

    private function outbox()
    {
        global $conf;
        $folder = $conf['metadir'] . '/_comity';  // no page's metadata: names of pages do not begin with `_`
        if (!is_dir($folder)) io_mkdir_p($folder);
        return $folder;
    }

    /** The events that wait, oldest first. */
    private function waiting($folder)
    {
        $files = glob($folder . '/*.json') ?: [];
        sort($files, SORT_STRING);
        return $files;
    }

    /** Whole or not at all. */
    private function put($file, $content)
    {
        $new = $file . '.' . bin2hex(random_bytes(4)) . '.new';
        if (file_put_contents($new, $content) !== strlen($content) || !rename($new, $file)) {
            @unlink($new);
            throw new \RuntimeException('cannot write ' . $file);
        }
    }

    private function keep($body)
    {
        $folder = $this->outbox();
        $waiting = $this->waiting($folder);
        while (count($waiting) >= max(1, (int) $this->getConf('keep'))) {
            @unlink(array_shift($waiting));
            Logger::error('comity: too many events wait; the oldest was dropped, polling brings it');
        }
        // The name gives the order, and the delivery its id: the same each time it is tried.
        $this->put(sprintf('%s/%017d-%s.json', $folder, (int) (microtime(true) * 1e6), bin2hex(random_bytes(8))), $body);
    }

    /** Delivers what waits, unless another request does, or a pause is not over. */
    private function deliver()
    {
        try {
            $folder = $this->outbox();
            $waiting = $this->waiting($folder);
            if (!$waiting) return;
            $lock = fopen($folder . '/lock', 'c');
            if (!$lock || !flock($lock, LOCK_EX | LOCK_NB)) return;
            $this->deliverAll($folder, $waiting);
            flock($lock, LOCK_UN);
            fclose($lock);
        } catch (\Throwable $e) {
            Logger::error('comity: events could not be delivered', $e->getMessage());
        }
    }

    private function deliverAll($folder, array $waiting)
    {
        $state = json_decode((string) @file_get_contents($folder . '/pause'), true) ?: [];
        if (($state['until'] ?? 0) > time() && $state['until'] <= time() + self::LONGEST_PAUSE) return;
        $end = microtime(true) + self::LONGEST_RUN;
        foreach (array_slice($waiting, 0, self::AT_ONCE) as $file) {
            if (microtime(true) > $end) return;
            $body = @file_get_contents($file);
            if ($body === false) continue;  // delivered by another request meanwhile
            $status = $this->post('msg_' . basename($file, '.json'), $body);
            if ($status >= 200 && $status < 300) {
                unlink($file);
            } elseif (in_array($status, [400, 413, 422], true)) {
                unlink($file);
                Logger::error('comity: an event was refused and dropped', 'status ' . $status);
            } else {
                $failures = min(20, (int) ($state['failures'] ?? 0)) + 1;
                $pause = min(self::LONGEST_PAUSE, max(1, (int) $this->getConf('pause')) * (2 ** ($failures - 1)));
                $this->put($folder . '/pause', json_encode(['failures' => $failures, 'until' => time() + $pause]));
                Logger::error('comity: a delivery failed; it is tried again', 'status ' . $status . ', in ' . $pause . ' s');
                return;
            }
            if ($state) @unlink($folder . '/pause');
            $state = [];
        }
    }

    /** The status of the answer; 0 or less if there was none. */
    private function post($id, $body)
    {
        $secret = trim((string) $this->getConf('secret'));
        $key = base64_decode(strncmp($secret, 'whsec_', 6) === 0 ? substr($secret, 6) : $secret, true);
        if ($key === false || strlen($key) < 16) throw new \RuntimeException('the secret is not whsec_ and base64');
        $now = (string) time();
        $client = new DokuHTTPClient();
        $client->debug = false;  // which `?httpdebug=1` may have switched on
        $client->timeout = max(1, (int) $this->getConf('timeout'));
        $client->max_redirect = 0;
        $client->keep_alive = false;  // an answer without a body would be waited for until the timeout
        $client->agent = 'Comity plugin of DokuWiki';
        $client->headers['Content-Type'] = 'application/json';
        $client->headers['webhook-id'] = $id;
        $client->headers['webhook-timestamp'] = $now;
        $client->headers['webhook-signature'] = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$now.$body", $key, true));
        $client->sendRequest($this->getConf('url'), $body, 'POST');
        return (int) $client->status;
    }
}
