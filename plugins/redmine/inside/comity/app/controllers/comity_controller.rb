# "Help between teams": what Comity holds about an issue, for whoever sees the issue, and as far as Comity shows it to them.
class ComityController < ApplicationController
  before_action :pages_are_on, :require_login, :find_issue
  after_action { response.headers['Cache-Control'] = 'no-store' }

  LONGEST_MESSAGE = 500  # a flash travels in a cookie
  PERCENT = /\A\d{1,3}([.,]\d{1,4})?\z/.freeze
  METHODS = { 'confirm' => 'ConfirmDeed', 'correct' => 'CorrectDeed', 'accept' => 'AcceptDeed', 'decline' => 'DeclineDeed' }.freeze

  def show
    @held = Comity::Answers.held(door, "#{Comity::Configuration.address}/issues/#{@issue.id}")
  rescue Comity::Door::Refused => e
    # Not found, not linked and not allowed are one answer: nothing of this is theirs to see.
    @refused = [403, 404].include?(e.status) ? l(:comity_nothing) : e.message
  rescue Comity::Door::Away
    @refused = l(:comity_away)
    render :show, status: :service_unavailable
  end

  def act
    request = { name: "deeds/#{params[:deed]}", requestId: text(:request_id, 100) }
    request[:etag] = text(:etag, 200) if %w[confirm correct].include?(params[:act])
    request.merge!(shares: shares, because: text(:because, 500)) if params[:act] == 'correct'
    door.call("DeedService/#{METHODS.fetch(params[:act])}", request)
    flash[:notice] = l(:"comity_done_#{params[:act]}")
    redirect_to comity_issue_path(@issue)
  rescue Comity::Door::Refused => e
    sent_back(e.message)
  rescue Comity::Door::Away
    sent_back(l(:comity_away))
  rescue ArgumentError
    sent_back(l(:comity_shares_wrong))
  end

  # With a fault, what was typed comes back under the same request id: sent again, it counts once.
  def thank
    @draft = Comity::Thanks::Draft.new(behaviour: text(:behaviour, 100), saw: lines(:saw), request_id: text(:request_id, 100))
    door.call('RecognitionService/CreateRecognition', @draft.request(params[:deed]))
    flash[:notice] = l(:comity_done_thank)
    redirect_to comity_issue_path(@issue)
  rescue Comity::Door::Refused => e
    return sent_back(e.message) if [403, 404].include?(e.status)  # not theirs to thank for

    thank_again(e.status == 409 ? l(:comity_thanked_before) : e.message, :unprocessable_entity)
  rescue Comity::Door::Away
    thank_again(l(:comity_thank_unsure), :service_unavailable)
  end

  private

  def pages_are_on
    render_404 unless Comity::Configuration.pages?
  end

  def door
    @door ||= Comity::Door.new(User.current)
  end

  def sent_back(why)
    flash[:error] = ERB::Util.html_escape(why[0, LONGEST_MESSAGE])  # a layout shows it as it is
    redirect_to comity_issue_path(@issue)
  end

  # Too long for a cookie, and for a person to write twice.
  def thank_again(why, status)
    @why = why[0, LONGEST_MESSAGE]
    @behaviours = status == :service_unavailable ? [] : behaviours
    render :thank, status: status
  end

  def behaviours
    Comity::Thanks.behaviours(door)
  rescue Comity::Door::Away
    []
  end

  # A text of the form with its line breaks, which browsers send as CRLF.
  def lines(name)
    params[name].to_s.scrub.gsub(/\r\n?/, "\n").strip
  end

  # A text of the form, on one line.
  def text(name, most)
    params[name].to_s.scrub.gsub(/[[:cntrl:]]+/, ' ').strip[0, most]
  end

  # Percentages as parts per million; rows without a person are left out. Whether they fit together, Comity says.
  def shares
    given = params[:shares]
    rows = given.is_a?(ActionController::Parameters) ? given.keys.first(Comity::Answers::MOST_SHARES).map { |key| given[key] } : []
    rows.filter_map do |row|
      raise ArgumentError unless row.is_a?(ActionController::Parameters)

      person = row[:person].to_s.scrub.strip[0, 100]
      next if person.empty?

      { person: person.start_with?('people/') ? person : "people/#{person}", sharePpm: ppm(row[:percent].to_s.scrub.strip) }
    end
  end

  # Checked before it is made a number: Rational takes `1e999999` and quotients too.
  def ppm(percent)
    raise ArgumentError unless percent.match?(PERCENT)

    ppm = (Rational(percent.tr(',', '.')) * 10_000).to_i
    raise ArgumentError unless ppm.between?(1, 1_000_000)

    ppm
  end
end
