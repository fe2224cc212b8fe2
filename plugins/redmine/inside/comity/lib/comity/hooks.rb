module Comity
  # Where the plugin shows in Redmine's own pages.
  class Hooks < Redmine::Hook::ViewListener
    # A link and nothing more: showing an issue never waits for Comity.
    render_on :view_issues_show_details_bottom, partial: 'comity/issue_link'

    # No output; each page looks whether the courier runs, since a forked server process does not inherit it.
    def view_layouts_base_html_head(_context)
      Courier.ensure_running if Configuration.delivers?
      ''
    end
  end
end
