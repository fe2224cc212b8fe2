module Comity
  # Delivers what waits in the outbox, from one thread of each process, in its order. A process delivers what it noted itself, and after a
  # while what others left; should two deliver the same, its id says so, and Comity takes it once.
  #
  # The thread hardly writes to the database: on SQLite somebody's save would fail if it had read before a write and saves after it. What was
  # delivered is deleted along with the next note, or when nothing has happened for some seconds.
  module Courier
    LOOK = 60  # seconds until a row is taken for left behind
    IDLE = 3   # seconds without anything to do
    MOST = 1000  # numbers in memory; what is more, is found in the table
    LONGEST_PAUSE = 3600  # seconds
    REFUSED = [400, 413, 422].freeze  # for good

    @lock = Mutex.new
    @woken = ConditionVariable.new
    @waiting = []
    @delivered = []

    module_function

    # This was noted, by a thread that may write: so it tidies up.
    def add(id)
      done = @lock.synchronize do
        begin_thread
        @waiting << id if @waiting.size < MOST
        @woken.signal
        take_delivered
      end
      forget(done)
    end

    # A server that was started anew, or a worker that was forked, goes on where another stopped.
    def ensure_running
      @lock.synchronize { begin_thread }
    end

    def begin_thread
      return if @process == Process.pid && @thread&.alive?

      @waiting = [] unless @process == Process.pid  # a fork's parent delivers its own
      @process = Process.pid
      @swept = nil
      @thread = Thread.new { run }
    end

    def run
      failures = 0
      loop do
        id = @lock.synchronize { @waiting.first }
        if id.nil?
          rest
          failures = 0
        elsif deliver(id)
          failures = 0
          @lock.synchronize { @waiting.delete(id) }
        else
          failures += 1
          pause(failures)
        end
      rescue StandardError => e
        # What nobody foresaw is a failure like others: it may be of this event, and come again each time.
        Rails.logger.error("comity: events could not be delivered: #{e.class}")
        failures += 1
        pause(failures)
      ensure
        # Reading a setting takes a connection and keeps it; this thread lives as long as its process.
        ActiveRecord::Base.connection_pool.release_connection
      end
    end

    # Not woken by new ones: they wait behind it, and the other side is given time.
    def pause(failures)
      seconds = [seconds_after_failure * 2**[failures - 1, 12].min, LONGEST_PAUSE].min
      Rails.logger.warn("comity: a delivery failed; it is tried again in #{seconds} s")
      ActiveRecord::Base.connection_pool.release_connection
      sleep(seconds)
    end

    # Settings are in the database, which may be what failed.
    def seconds_after_failure
      Configuration.pause
    rescue StandardError
      Configuration::DEFAULTS['pause'].to_i
    end

    # Nothing of its own to do: it looks for what others left, and at last deletes.
    def rest
      now = Process.clock_gettime(Process::CLOCK_MONOTONIC)
      if @swept.nil? || now - @swept >= LOOK
        left = connected { left_behind }
        @swept = now
        return @lock.synchronize { @waiting.concat(left - @waiting - @delivered) } if left.any?
      end
      done = @lock.synchronize do
        @woken.wait(@lock, IDLE) if @waiting.empty?
        @waiting.empty? ? take_delivered : []
      end
      connected { forget(done) }
    end

    # At first everything: the process that noted it is probably gone.
    def left_behind
      old = @swept.nil? ? ComityDelivery.all : ComityDelivery.where('created_seconds < ?', Time.now.to_i - LOOK)
      old.order(:id).limit(MOST).pluck(:id)
    end

    def take_delivered
      done = @delivered
      @delivered = []
      done
    end

    def forget(ids)
      ComityDelivery.where(id: ids).delete_all if ids.any?
    end

    # True if it need not be tried again.
    def deliver(id)
      return false unless Configuration.delivers?

      row = connected { ComityDelivery.find_by(id: id) }
      return true unless row

      status = Post.deliver(row.uid, row.body)
      return false unless (200..299).cover?(status) || REFUSED.include?(status)

      Rails.logger.error("comity: an event was refused (#{status}) and dropped") if REFUSED.include?(status)
      @lock.synchronize { @delivered << id }
      true
    end

    # A connection of the pool for this alone, and for no longer: requests need them.
    def connected(&block)
      ActiveRecord::Base.connection_pool.with_connection(&block)
    end
  end
end
