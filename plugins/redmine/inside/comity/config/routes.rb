# No format in the path: Redmine asks for no authenticity token where one says `.json`.
RedmineApp::Application.routes.draw do
  get 'comity/issues/:id', to: 'comity#show', as: 'comity_issue', format: false, constraints: { id: /\d{1,18}/ }
  post 'comity/issues/:id/:deed/:act', to: 'comity#act', as: 'comity_act', format: false,
       constraints: { id: /\d{1,18}/, deed: /\d{8}-[0-9a-z]{1,64}/, act: /confirm|correct|accept|decline/ }
end
