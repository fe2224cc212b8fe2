# No format in the path: Redmine asks for no authenticity token where one says `.json`.
RedmineApp::Application.routes.draw do
  issue = { id: /\d{1,18}/ }
  deed = issue.merge(deed: /\d{8}-[0-9a-z]{1,64}/)
  get 'comity/issues/:id', to: 'comity#show', as: 'comity_issue', format: false, constraints: issue
  post 'comity/issues/:id/:deed/thank', to: 'comity#thank', as: 'comity_thank', format: false, constraints: deed
  post 'comity/issues/:id/:deed/:act', to: 'comity#act', as: 'comity_act', format: false,
       constraints: deed.merge(act: /confirm|correct|accept|decline/)
end
