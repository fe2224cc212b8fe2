module Comity
  # What is sent of a change: who, what, when. No description, no note, no text of a page, no name of a person; of a private issue no title.
  module Told
    # Of a relation, one end tells: the issue that waits, or is the double.
    NAMES = { 'attr' => %w[status_id assigned_to_id], 'relation' => %w[duplicates blocked] }.freeze
    MOST_DETAILS = 200
    MOST_UNDONE = 100
    # The last line of what Comity publishes: its own words are nobody's note.
    SEAL = /\APublished by Comity as \S+ \([0-9a-f]{32}\)\z/.freeze

    module_function

    def opened(issue)
      event('issue.created', issue.created_on, issue: issue(issue)) if wanted?(issue)
    end

    def deleted(issue)
      event('issue.deleted', Time.now, issue: issue(issue)) if wanted?(issue)
    end

    # Nil where it tells nothing: of a private note there is nothing else, since Redmine keeps its changes in a journal of their own.
    def journal(journal)
      issue = journal.journalized
      return unless issue.is_a?(Issue) && wanted?(issue)

      details = journal.details.select { |one| NAMES[one.property]&.include?(one.prop_key) }
      noted = journal.notes.present? && !journal.private_notes? && !sealed?(journal.notes)
      return unless noted || details.any?

      event('issue.updated', journal.created_on,
            issue: issue(issue),
            journal: { id: journal.id, created_on: time(journal.created_on), user: person(journal.user), has_notes: noted,
                       private_notes: false, details: details.first(MOST_DETAILS).map { |one| detail(one) } },
            statuses: statuses(issue, details),
            duplicates: issue.relations_from.where(relation_type: IssueRelation::TYPE_DUPLICATES).limit(MOST_UNDONE).pluck(:issue_to_id))
    end

    def sealed?(notes)
      notes.rstrip.lines.last.to_s.match?(SEAL)
    end

    def version(version)
      page = version.page
      return unless page && Configuration.wiki? && Configuration.project?(page.project)

      event('wiki_page.version', version.updated_on,
            page: page(page),
            version: { number: version.version, updated_on: time(version.updated_on), author: person(version.author),
                       undone: undone(version) })
    end

    def removed(page)
      event('wiki_page.removed', Time.now, page: page(page)) if Configuration.wiki? && Configuration.project?(page.project)
    end

    def wanted?(issue)
      (!issue.is_private? || Configuration.private_issues?) && Configuration.project?(issue.project)
    end

    def event(type, at, data)
      { type: type, timestamp: time(at), data: data }.to_json
    end

    def issue(issue)
      { id: issue.id, project: project(issue.project), tracker: named(issue.tracker), status: status(issue.status),
        priority: named(issue.priority), author: person(issue.author), assigned_to: person(issue.assigned_to),
        category: named(issue.category), subject: issue.is_private? ? nil : issue.subject, is_private: issue.is_private?,
        created_on: time(issue.created_on), updated_on: time(issue.updated_on) }
    end

    def page(page)
      first = WikiContentVersion.where(page_id: page.id).order(:version).limit(1).pluck(:author_id).first
      { id: page.id, title: page.title, project: project(page.project), author: person(Principal.find_by(id: first)) }
    end

    def project(project)
      project && { id: project.id, identifier: project.identifier, name: project.name }
    end

    def named(thing)
      thing && { id: thing.id, name: thing.name }
    end

    def status(status)
      status && { id: status.id, name: status.name, is_closed: status.is_closed? }
    end

    # By number. Mail of unknown senders and commits of unknown committers are nobody's.
    def person(principal)
      principal.nil? || principal.is_a?(AnonymousUser) ? nil : { id: principal.id }
    end

    def detail(detail)
      { property: detail.property, prop_key: detail.prop_key, old_value: detail.old_value, value: detail.value }
    end

    # Those that the journal names: whether it began or ended anything cannot be told from their ids.
    def statuses(issue, details)
      ids = details.select { |one| one.prop_key == 'status_id' }.flat_map { |one| [one.old_value, one.value] }
      IssueStatus.where(id: (ids + [issue.status_id]).compact).order(:id).map { |one| status(one) }
    end

    # The versions since the one whose text this one has again; Redmine does not say that an old one was restored.
    def undone(version)
      same = WikiContentVersion.where(page_id: version.page_id, compression: version.compression, data: version.data)
                               .where('version < ?', version.version).maximum(:version)
      same ? ((same + 1)...version.version).to_a.last(MOST_UNDONE) : []
    end

    def time(time)
      time&.utc&.iso8601
    end
  end
end
