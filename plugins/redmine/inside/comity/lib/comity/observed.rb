module Comity
  # Callbacks of models, so that whatever changes an issue is seen: browser, API, bulk edit, mail, commits, duplicates closed along.
  #
  # After the commit and not within: a failed INSERT would take somebody's change with it (on PostgreSQL nothing works in a transaction after
  # one). If the process dies between the two, the event is lost here, and polling brings it.
  module Observed
    # Whatever goes wrong, the change has been saved, and nobody hears of it but the log.
    def self.note
      return unless Configuration.delivers?

      body = yield
      return unless body

      Courier.add(ComityDelivery.keep!(body))
    rescue StandardError => e
      Rails.logger.error("comity: a change could not be noted: #{e.class}; are the plugin's migrations done?")
    end

    module Issues
      def self.included(base)
        base.after_create_commit { Observed.note { Told.opened(self) } }
        base.after_destroy_commit { Observed.note { Told.deleted(self) } }
      end
    end

    module Journals
      def self.included(base)
        base.after_create_commit { Observed.note { Told.journal(self) } }
      end
    end

    module Pages
      def self.included(base)
        base.after_destroy_commit { Observed.note { Told.removed(self) } }
      end
    end

    module Versions
      def self.included(base)
        base.after_create_commit { Observed.note { Told.version(self) } }
      end
    end
  end
end
