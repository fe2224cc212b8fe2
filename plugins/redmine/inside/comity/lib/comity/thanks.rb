module Comity
  # Thanks for deeds, as far as Comity shows them to the door's person, and what a form for them needs.
  module Thanks
    MOST = 20  # of one deed, newest first
    MOST_BEHAVIOURS = 100
    LONGEST = 1000  # characters

    Given = Struct.new(:author, :saw, :behaviour, :time, :because, keyword_init: true)
    Behaviour = Struct.new(:name, :title, :expired, keyword_init: true)
    # What somebody typed, under the id of their one request.
    Draft = Struct.new(:behaviour, :saw, :request_id, keyword_init: true) do
      def self.empty
        new(behaviour: '', saw: '', request_id: SecureRandom.uuid)
      end

      # What is too long is sent too long, though not whole: Comity refuses it, and nothing is cut off in silence.
      def request(deed)
        { deed: "deeds/#{deed}", behaviour: behaviour, saw: saw[0, LONGEST + 1], requestId: request_id }
      end
    end

    module_function

    # The page says what was done also where thanks cannot be read.
    def given(door, deed)
      Answers.list(door.call('RecognitionService/ListRecognitions', deed: deed, pageSize: MOST), 'recognitions', MOST).map do |one|
        Given.new(author: Answers.text(one, 'author').delete_prefix('people/'), saw: Answers.text(one, 'saw'),
                  behaviour: Answers.text(one, 'behaviour'), time: Answers.instant(Answers.text(one, 'createTime')),
                  because: Answers.text(one, 'because'))
      end
    rescue Door::Refused
      []
    end

    # Expired ones too: earlier thanks name them.
    def behaviours(door)
      found = Answers.list(door.call('RecognitionService/ListBehaviours', pageSize: MOST_BEHAVIOURS), 'behaviours', MOST_BEHAVIOURS)
      found.map { |one| behaviour(one) }.reject { |one| one.name.empty? || one.title.empty? }
    rescue Door::Refused
      []
    end

    def behaviour(one)
      Behaviour.new(name: Answers.text(one, 'name'), title: Answers.text(one, 'title'), expired: one.is_a?(Hash) && one['expired'] == true)
    end
  end
end
