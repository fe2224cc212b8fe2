<?php
namespace dokuwiki\plugin\comity;

use dokuwiki\HTTP\DokuHTTPClient;
use dokuwiki\Logger;

/**
 * Comity's HTTP door, asked as the person to whom an account of this wiki is linked. The wiki vouches for who that is; what they may see and
 * do is decided behind the door.
 */
class Door
{
    const MAX_ANSWER_BYTES = 1048576;
    const MAX_TOKEN_BYTES = 4096;
    const THIS_MACHINE = ['127.0.0.1', 'localhost', '[::1]'];

    private $settings;

    /** @param array $settings api_url, api_token_file, instance, page_address, api_timeout */
    public function __construct(array $settings)
    {
        $this->settings = $settings;
    }

    public function isConfigured()
    {
        return $this->settings['api_url'] !== '' && $this->settings['api_token_file'] !== '' && $this->instance() !== '';
    }

    /** The name under which Comity knows this wiki. Never from the request, whose sender would choose whose accounts they are. */
    private function instance()
    {
        global $conf;
        return $this->settings['instance'] !== '' ? $this->settings['instance'] : (string) parse_url((string) $conf['baseurl'], PHP_URL_HOST);
    }

    /** A page's address exactly as the connector writes it: that is how its subject is found. */
    public function addressOf($page)
    {
        $encoded = str_replace('%3A', ':', rawurlencode($page));
        $address = $this->settings['page_address'] !== '' ? $this->settings['page_address'] : 'https://' . $this->instance() . '/doku.php?id=PAGE';
        $place = strpos($address, 'PAGE');
        return $place === false ? $address : substr_replace($address, $encoded, $place, 4);
    }

    /** Tokens and names of people may go to it: https, or this machine. */
    private static function isSafe($address)
    {
        $parts = parse_url($address);
        if (!is_array($parts) || ($parts['host'] ?? '') === '' || isset($parts['user']) || isset($parts['query']) || isset($parts['fragment'])) return false;
        $scheme = strtolower($parts['scheme'] ?? '');
        return $scheme === 'https' || ($scheme === 'http' && self::isThisMachine($address));
    }

    private static function isThisMachine($address)
    {
        return in_array(strtolower((string) parse_url($address, PHP_URL_HOST)), self::THIS_MACHINE, true);
    }

    /**
     * One call, `DeedService/GetDeed` say, as this login.
     * @return array status (0: no answer; where it was sent, it may have been done all the same), answer, message (the door's own words, for
     * people; plain text), sent
     */
    public function call($method, array $question, $login)
    {
        $failed = ['status' => 0, 'answer' => [], 'message' => '', 'sent' => false];
        $base = rtrim($this->settings['api_url'], '/');
        if (!self::isSafe($base)) {
            Logger::error('comity: api_url must be https, or http on this machine: the token goes there');
            return $failed;
        }
        $file = $this->settings['api_token_file'];
        $token = is_readable($file) ? trim((string) file_get_contents($file, false, null, 0, self::MAX_TOKEN_BYTES)) : '';
        if ($token === '' || preg_match('/[^\x21-\x7e]/', $token)) {
            Logger::error('comity: the file of api_token_file cannot be read, or holds no token');
            return $failed;
        }
        // What a header cannot hold as it is, is no login of a page's editor either.
        if ($login === '' || preg_match('/[^\x21-\x7e]/', $login)) return ['status' => 404] + $failed;
        $client = new DokuHTTPClient();
        $client->debug = false;  // which `?httpdebug=1` may have switched on: it prints the token into the page
        if (self::isThisMachine($base)) $client->proxy_host = $client->proxy_user = '';  // not through another machine, in the clear
        $client->timeout = max(1, (int) $this->settings['api_timeout']);
        $client->max_redirect = 0;
        $client->max_bodysize = self::MAX_ANSWER_BYTES;
        $client->keep_alive = false;
        $client->agent = 'Comity plugin of DokuWiki';
        $client->headers['Content-Type'] = 'application/json';
        $client->headers['Authorization'] = 'Bearer ' . $token;
        $client->headers['Comity-Account'] = 'dokuwiki:' . $this->instance() . ':' . $login;
        $client->sendRequest("$base/comity.v1.$method", json_encode((object) $question, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE), 'POST');
        $status = (int) $client->status;
        $answer = json_decode((string) $client->resp_body, true, 32);
        if ($status <= 0 || !is_array($answer)) {
            Logger::error('comity: the door gives no readable answer', $method . ', status ' . $status);
            return ['sent' => true] + $failed;
        }
        if ($status === 401) Logger::error('comity: the door does not know the token of api_token_file');
        return ['status' => $status, 'answer' => $answer, 'message' => Text::refusal($answer), 'sent' => true];
    }
}
