require 'time'

module Comity
  # What a page shows of Comity's answers: texts and lists of the expected kind within bounds, whatever came.
  module Answers
    MOST_DEEDS = 10
    MOST_EVENTS = 50
    MOST_STEPS = 30
    MOST_SHARES = 50
    LONGEST_TEXT = 2000

    Deed = Struct.new(:id, :kind, :state, :etag, :text, :steps, :remedies, :helpers, :pending, :waits, :because, :asker, :thanks,
                      keyword_init: true) do
      # Whether the viewer may say it: Comity tells that by the remedies of the explanation.
      def offers?(verb)
        remedies.any? { |one| one.start_with?("comity deeds #{verb} ") }
      end

      def offers_thanks?
        remedies.any? { |one| one.start_with?("comity thank deeds/#{id} ") }
      end

      # When to say it, in words.
      def hint(verb)
        remedies.find { |one| one.start_with?("comity deeds #{verb} ") }.to_s[/  # (.*)\z/m, 1]
      end

      # What happened; the other steps say why. The text is all of them in a row.
      def sentence
        steps.empty? ? text : steps.first.text
      end

      # Who may have a part in a correction: what somebody declined is theirs no more.
      def standing_helpers
        helpers.reject(&:declined)
      end

      # Lines of the form that puts it right: room for two more people.
      def rows
        (standing_helpers.size + 2).clamp(6, MOST_SHARES)
      end
    end
    Helper = Struct.new(:person, :percent, :declined, keyword_init: true)
    Step = Struct.new(:text, :evidence, keyword_init: true)
    Event = Struct.new(:time, :text, :reason, keyword_init: true)
    Held = Struct.new(:summary, :deeds, :events, :behaviours, keyword_init: true) do
      # Of a behaviour that thanks name; its id, if it is none of those known.
      def title_of(behaviour)
        behaviours.find { |one| one.name == behaviour }&.title || behaviour.delete_prefix('behaviours/')
      end
    end

    module_function

    # Everything about one subject that the door's person may see.
    def held(door, subject)
      found = door.call('EventService/ExplainSubject', subject: subject)
      names = list(found, 'deeds', MOST_DEEDS).map { |one| text(one, 'deed') }.grep(%r{\Adeeds/\d{8}-[0-9a-z]{1,64}\z})
      deeds = names.map do |name|
        deed(door.call('DeedService/ExplainDeed', name: name), name).tap { |one| one.thanks = Thanks.given(door, name) }
      end
      named = deeds.any? { |one| one.offers_thanks? || one.thanks.any? { |thanks| thanks.behaviour.present? } }
      Held.new(summary: text(found, 'summary'), deeds: deeds, behaviours: named ? Thanks.behaviours(door) : [],
               events: list(found, 'events', MOST_EVENTS).map { |one| event(one) })
    end

    def deed(answer, name)
      deed = hash(answer, 'deed')
      why = hash(answer, 'explanation')
      Deed.new(id: name.delete_prefix('deeds/'), kind: text(deed, 'kind'), state: text(deed, 'state'), etag: text(deed, 'etag'),
               text: text(why, 'text'), because: text(deed, 'because'), waits: deed['awaitsConfirmation'] == true,
               asker: text(deed, 'asker'),
               pending: list(deed, 'pendingPeople', MOST_STEPS).grep(String),
               remedies: list(why, 'remedies', MOST_STEPS).grep(String).map { |one| cut(one) },
               steps: list(why, 'steps', MOST_STEPS).map { |one| step(one) },
               helpers: list(deed, 'helpers', MOST_SHARES).map { |one| helper(one) })
    end

    # A sentence, and for each field what would be right.
    def refusal(answer)
      faults = list(answer, 'details', MOST_STEPS).flat_map { |one| list(one, 'fieldViolations', MOST_STEPS) }
      said = faults.first(MOST_STEPS).map { |one| "#{text(one, 'field')} #{text(one, 'description')}" }
      [text(answer, 'message'), said.join('; ')].reject(&:empty?).join(': ')
    end

    def step(step)
      Step.new(text: text(step, 'text'), evidence: list(step, 'evidence', MOST_STEPS).grep(String).map { |one| cut(one) })
    end

    def helper(helper)
      share = helper.is_a?(Hash) ? helper['sharePpm'].to_s.to_i.clamp(0, 1_000_000) : 0
      Helper.new(person: text(helper, 'person'), percent: percent(share), declined: helper.is_a?(Hash) && helper['declined'] == true)
    end

    def event(event)
      Event.new(time: instant(text(hash(event, 'fact'), 'occurTime')), text: text(hash(event, 'explanation'), 'text'), reason: text(event, 'reason'))
    end

    # Nil for what is no instant.
    def instant(text)
      Time.iso8601(text)
    rescue ArgumentError
      nil
    end

    # 333333 parts per million as `33.3333`.
    def percent(ppm)
      whole, part = ppm.divmod(10_000)
      part.zero? ? whole.to_s : format('%d.%04d', whole, part).sub(/0+\z/, '')
    end

    def hash(value, key)
      inner = value.is_a?(Hash) ? value[key] : nil
      inner.is_a?(Hash) ? inner : {}
    end

    def list(value, key, most)
      inner = value.is_a?(Hash) ? value[key] : nil
      inner.is_a?(Array) ? inner.first(most) : []
    end

    def text(value, key)
      inner = value.is_a?(Hash) ? value[key] : nil
      inner.is_a?(String) ? cut(inner) : ''
    end

    def cut(text)
      text[0, LONGEST_TEXT]
    end
  end
end
