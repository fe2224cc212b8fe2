# The outbox: what Comity has not yet taken.
class CreateComityDeliveries < ActiveRecord::Migration[5.2]
  def change
    create_table :comity_deliveries do |t|
      t.string :uid, limit: 36, null: false     # the delivery's id: the same each time it is tried
      t.text :body, null: false
      t.bigint :created_seconds, null: false  # of the Unix epoch
    end
  end
end
