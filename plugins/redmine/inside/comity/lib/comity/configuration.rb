require 'uri'

module Comity
  # The plugin's settings, checked where they are used. Secrets are files beside Redmine's own configuration, not settings: whoever reads the
  # database, a dump of it or the settings' page does not have them.
  module Configuration
    DEFAULTS = {
      'url' => '', 'projects' => '', 'private_issues' => '0', 'wiki' => '1', 'timeout' => '3', 'pause' => '10', 'keep' => '10000',
      'door' => '', 'instance' => '', 'address' => ''
    }.freeze
    LARGEST_FILE = 4096

    module_function

    def setting(name)
      (Setting.plugin_comity || {})[name].to_s.strip
    end

    # Where events go; nil: nowhere.
    def url
      safe(setting('url'))
    end

    # The key that signs; nil: nothing is kept or sent.
    def key
      text = file('comity.secret')
      return nil unless text&.start_with?('whsec_')

      key = text.delete_prefix('whsec_').unpack1('m0')
      key.bytesize >= 16 ? key : nil
    rescue ArgumentError
      nil
    end

    def delivers?
      !url.nil? && !key.nil?
    end

    # Comity's own HTTP address; nil: there are no pages.
    def door
      safe(setting('door'))
    end

    def token
      file('comity.token')
    end

    def pages?
      !door.nil? && !token.nil? && !instance.nil?
    end

    # What the source of comity-connect calls this Redmine. No colon: those are between the parts of an account.
    def instance
      name = setting('instance')
      name = Setting.host_name.to_s[%r{\A[^/:]+}].to_s if name.empty?
      name.match?(/\A[A-Za-z0-9.-]{1,200}\z/) ? name : nil
    end

    # Where the source says that this Redmine is; its facts' addresses begin so.
    def address
      given = setting('address').chomp('/')
      given.empty? ? "https://#{instance}" : given
    end

    def timeout
      number('timeout', 1, 30)
    end

    def pause
      number('pause', 1, 3600)
    end

    def keep
      number('keep', 1, 1_000_000)
    end

    def private_issues?
      setting('private_issues') == '1'
    end

    def wiki?
      setting('wiki') == '1'
    end

    # Nothing named: all of them.
    def project?(project)
      names = setting('projects').split(/[\s,]+/).reject(&:empty?)
      names.empty? || (project && project.self_and_ancestors.pluck(:identifier).any? { |name| names.include?(name) }) || false
    end

    # https, or http on this machine: names of people do not cross a network in the clear.
    def safe(text)
      uri = URI.parse(text)
      local = %w[127.0.0.1 localhost [::1]].include?(uri.host)
      uri.host && !uri.userinfo && (uri.scheme == 'https' || (uri.scheme == 'http' && local)) ? uri : nil
    rescue URI::InvalidURIError
      nil
    end

    def number(name, least, most)
      value = setting(name).to_i
      (value.zero? ? DEFAULTS[name].to_i : value).clamp(least, most)
    end

    def folder
      ENV.fetch('COMITY_FOLDER') { Rails.root.join('config').to_s }
    end

    # A file that others can read holds no secret.
    def file(name)
      path = File.join(folder, name)
      stat = File.stat(path)
      return nil if (stat.mode & 0o007) != 0 || stat.size > LARGEST_FILE

      text = File.read(path).strip
      text.match?(/\A[!-~]+\z/) ? text : nil
    rescue SystemCallError
      nil
    end
  end
end
