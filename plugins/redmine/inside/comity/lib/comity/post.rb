require 'base64'
require 'net/http'
require 'openssl'

module Comity
  # One signed delivery, as Standard Webhooks (https://www.standardwebhooks.com) say.
  module Post
    FAILURES = [SystemCallError, IOError, SocketError, Timeout::Error, OpenSSL::SSL::SSLError, Net::ProtocolError,
                Net::HTTPBadResponse].freeze

    module_function

    # The answer's status; 0 if there was none. The answer's body is not read.
    def deliver(uid, body)
      uri = Configuration.url
      request = Net::HTTP::Post.new(uri)
      request.body = body
      sign(request, "msg_#{uid}", Time.now.to_i.to_s)
      seconds = Configuration.timeout
      Net::HTTP.start(uri.hostname, uri.port, use_ssl: uri.scheme == 'https', open_timeout: seconds, ssl_timeout: seconds,
                                              read_timeout: seconds, write_timeout: seconds, max_retries: 0) do |http|
        http.request(request) { |response| return response.code.to_i }
      end
    rescue *FAILURES
      0
    end

    def sign(request, id, timestamp)
      signature = Base64.strict_encode64(OpenSSL::HMAC.digest('SHA256', Configuration.key, "#{id}.#{timestamp}.#{request.body}"))
      request['Content-Type'] = 'application/json'
      request['User-Agent'] = 'Comity plugin of Redmine'
      request['webhook-id'] = id
      request['webhook-timestamp'] = timestamp
      request['webhook-signature'] = "v1,#{signature}"
    end
  end
end
