# One event that waits for its delivery.
class ComityDelivery < ActiveRecord::Base
  # Adds one and gives its number; drops the oldest if there are too many: polling brings them.
  def self.keep!(body)
    added = create!(uid: SecureRandom.uuid, body: body, created_seconds: Time.now.to_i).id
    most = Comity::Configuration.keep
    return added if added - (minimum(:id) || added) < most

    dropped = where('id <= ?', added - most).delete_all
    Rails.logger.error("comity: too many events wait; the oldest #{dropped} were dropped, polling brings them")
    added
  end
end
