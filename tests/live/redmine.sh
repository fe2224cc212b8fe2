#!/bin/bash
# A Redmine of Debian's package for tests: `redmine.sh up DIR PORT` makes a private copy in DIR (once), on SQLite, with Comity's plugin and
# people of three teams, and runs it in the foreground on loopback. What it needs is in ../packages-live-more.txt; nothing outside DIR is written.
#
# Each person's password is `LOGIN-secret`, the API key is the login with zeros up to 40 letters; DIR/people has a line `LOGIN ID` for each.
# The plugin finds its secrets in DIR/secrets.
set -euo pipefail
[ "${1:-}" = up ] && [ $# = 3 ] || { echo "usage: $0 up DIR PORT" >&2; exit 2; }
dir=$2 port=$3
here=$(cd "$(dirname "$0")" && pwd)
packaged=/usr/share/redmine
[ -f $packaged/config.ru ] && command -v puma bundle >/dev/null ||
  { echo "redmine, puma or ruby-bundler is not installed; as root: apt-get install --no-install-recommends \$(grep -v '^#' tests/packages-live-more.txt)" >&2
    exit 3; }

# The bundler that Debian's security update of Ruby brings takes Debian's gems for deleted ones; the package's own must come first.
bundler=$(ls -d /usr/share/rubygems-integration/all/gems/bundler-*/lib 2>/dev/null | tail -n 1)
[ -z "$bundler" ] || export RUBYLIB="$bundler${RUBYLIB:+:$RUBYLIB}"
app=$dir/app site=$dir/app/instances/default
export BUNDLE_GEMFILE=$app/Gemfile RAILS_ENV=production REDMINE_LANG=en SCHEMA=/dev/null COMITY_FOLDER=$dir/secrets
unset BUNDLE_PATH BUNDLE_APP_CONFIG GEM_HOME GEM_PATH RUBYOPT || true

if [ ! -f "$dir/ready" ]; then
  rm -rf "$app"
  mkdir -p "$app" "$dir/secrets"
  cp -a $packaged/. "$app/"
  rm -f "$app/instances" "$app/Gemfile.lock" "$app/config/database.yml"
  sed -i "s#'/usr/share/redmine/{config#'$app/{config#" "$app/Gemfile"
  echo "gem 'puma'" >"$app/Gemfile.local"
  mkdir -p "$site"/{config,files,log,tmp/cache,public/plugin_assets} "$app"/{tmp,log,plugins}
  printf 'production:\n  adapter: sqlite3\n  database: %s\n  timeout: 10000\n' "$site/db.sqlite3" >"$site/config/database.yml"
  head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$site/config/secret_key.txt"
  cd "$app"
  bundle install --local --quiet
  # In processes of their own: in that of the migrations roles still have their old columns, and the default data fails without an exit code.
  bundle exec rake db:migrate >"$dir/migrate.log"
  bundle exec rake redmine:load_default_data >>"$dir/migrate.log"
  # As the plugin's README says.
  cp -r "$here/../../plugins/redmine/inside/comity" plugins/comity
  bundle exec rake redmine:plugins:migrate NAME=comity >>"$dir/migrate.log"
  cat >"$dir/seed.rb" <<'RUBY'
# Mail goes by threads of their own, which SQLite lets nobody write beside.
ActiveJob::Base.queue_adapter = :inline
Setting.notified_events = []
Setting.rest_api_enabled = '1'
def user(login, admin: false)
  one = User.find_by_login(login) || User.new(login: login)
  one.attributes = { firstname: login.capitalize, lastname: 'Test', mail: "#{login}@acme.example", admin: admin, language: 'en',
                     status: User::STATUS_ACTIVE, must_change_passwd: false }
  one.password = one.password_confirmation = "#{login}-secret"
  one.save!
  Token.where(user_id: one.id, action: 'api').delete_all
  token = Token.create!(user: one, action: 'api')
  token.update_columns(value: login.ljust(40, '0'))
  one
end
people = [user('admin', admin: true)] + %w[reader ana abe bob bea carla dia robot].map { |login| user(login) }
developer = Role.find_by_name('Developer')
developer.add_permission!(:edit_wiki_pages, :view_wiki_edits, :add_issues, :edit_issues, :set_notes_private, :view_private_notes,
                          :set_issues_private, :manage_issue_relations, :add_issue_notes)
developer.update!(issues_visibility: 'all')
statuses = IssueStatus.all.to_a
Tracker.all.each do |tracker|
  statuses.product(statuses).each do |old, new|
    WorkflowTransition.find_or_create_by!(tracker: tracker, role: developer, old_status: old, new_status: new) unless old == new
  end
end
reader = Role.find_by_name('Reader') || Role.create!(name: 'Reader', permissions: [:view_issues], issues_visibility: 'all')
File.write(ENV.fetch('PEOPLE'), people.map { |one| "#{one.login} #{one.id}\n" }.join + "Developer #{developer.id}\nReader #{reader.id}\n")
RUBY
  PEOPLE="$dir/people" bundle exec rails runner "$dir/seed.rb"
  : >"$dir/ready"
fi
cd "$app"
rm -rf plugins/comity  # of an earlier run
cp -r "$here/../../plugins/redmine/inside/comity" plugins/comity
# One thread: who waits for a lock of SQLite keeps the lock of Ruby, so two requests that write stop each other until both give up.
exec bundle exec puma -e production -t 1:1 -b "tcp://127.0.0.1:$port" config.ru
