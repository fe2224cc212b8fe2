require 'json'
require 'net/http'

module Comity
  # Calls of Comity's API as the person that a user's account is linked to. Short, bounded, and nothing of an answer is trusted.
  class Door
    # Comity said no, in words for people.
    class Refused < StandardError
      attr_reader :status

      def initialize(status, message)
        @status = status
        super(message)
      end
    end
    # No answer, or none that can be read.
    class Away < StandardError; end

    LARGEST_ANSWER = 1024 * 1024
    LONGEST = 8  # seconds, of all calls for one page

    def initialize(user)
      @account = "redmine:#{Configuration.instance}:#{user.id}"
      @end = clock + LONGEST
    end

    # `method` as in `DeedService/GetDeed`. Gives the answer's JSON object.
    def call(method, request)
      base = Configuration.door
      post = Net::HTTP::Post.new("#{base.path.chomp('/')}/comity.v1.#{method}")
      post.body = request.to_json
      post['Content-Type'] = 'application/json'
      post['Authorization'] = "Bearer #{Configuration.token}"
      post['Comity-Account'] = @account
      read(*answer(base, post))
    end

    private

    def answer(base, post)
      seconds = [Configuration.timeout, left].min
      Net::HTTP.start(base.hostname, base.port, use_ssl: base.scheme == 'https', open_timeout: seconds, ssl_timeout: seconds,
                                                read_timeout: seconds, write_timeout: seconds, max_retries: 0) do |http|
        text = +''
        http.request(post) do |response|
          response.read_body do |part|
            text << part
            raise Away if text.bytesize > LARGEST_ANSWER || left <= 0.1
          end
          return [response.code.to_i, text]
        end
      end
    rescue *Post::FAILURES
      raise Away
    end

    def read(status, text)
      body = JSON.parse(text.force_encoding(Encoding::UTF_8).scrub, max_nesting: 60)
      raise Away unless body.is_a?(Hash)
      return body if status == 200
      Rails.logger.error('comity: the door does not know the token of comity.token') if status == 401
      raise Away if status >= 500 || status == 401

      raise Refused.new(status, Answers.refusal(body))
    rescue JSON::ParserError
      raise Away
    end

    def left
      remaining = @end - clock
      remaining.positive? ? remaining : raise(Away)
    end

    def clock
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
