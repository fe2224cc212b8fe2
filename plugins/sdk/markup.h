// Texts that somebody wrote, as they may be shown: never markup, a mention, a reference, a command or a template of the suite they are put
// into. What only one suite needs is in its folder (dokuwiki/markup.h, mediawiki/markup.h).
#ifndef COMITY_PLUGINS_SDK_MARKUP_H_
#define COMITY_PLUGINS_SDK_MARKUP_H_

#include <string>
#include <string_view>

namespace comity::sdk {

// A line whose `@all`, `#12`, `!12`, `~label`, `:name:`, `https://` … nobody takes up: an unseen character (U+2060) stands after the mark.
std::string Inert(std::string_view line);
// Lines as paragraphs of Markdown (GitHub, GitLab, Gitea, Forgejo): inert, and no command (`/close`) of GitLab.
std::string MarkdownText(std::string_view lines);
// The same that Textile and Markdown read alike, since Redmine's API does not say which it is set to.
std::string TextileText(std::string_view lines);
// A checked address (IsWebAddress) as it may stand in a link of every markup: whatever means something anywhere is percent-encoded.
std::string LinkAddress(std::string_view address);

}  // namespace comity::sdk

#endif  // COMITY_PLUGINS_SDK_MARKUP_H_
