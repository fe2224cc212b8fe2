# Tells Comity what happens to issues and wiki pages, and shows on an issue's page what Comity made of it.
require 'redmine'

Redmine::Plugin.register :comity do
  name 'Comity'
  author 'Comity'
  description 'Help between teams: tells Comity who solved what for whom, never what was written, and shows why'
  version '0.1.0'
  requires_redmine version_or_higher: '5.0'
  settings partial: 'settings/comity', default: Comity::Configuration::DEFAULTS
end

Issue.include Comity::Observed::Issues unless Issue.include?(Comity::Observed::Issues)
Journal.include Comity::Observed::Journals unless Journal.include?(Comity::Observed::Journals)
WikiPage.include Comity::Observed::Pages unless WikiPage.include?(Comity::Observed::Pages)
WikiContentVersion.include Comity::Observed::Versions unless WikiContentVersion.include?(Comity::Observed::Versions)
Comity::Hooks  # loaded: a listener is known from then on

# Redmine logs what forms send: what people wrote on Comity's page, and who had which part, is left out.
unlogged = /\A(?:because|saw|shares)\z/
filters = Rails.application.config.filter_parameters
filters << unlogged unless filters.include?(unlogged)
