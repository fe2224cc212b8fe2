// A page in MediaWiki's markup.
#ifndef COMITY_PLUGINS_MEDIAWIKI_MARKUP_H_
#define COMITY_PLUGINS_MEDIAWIKI_MARKUP_H_

#include <string>
#include <string_view>

#include "plugins/sdk/artifact.h"
#include "plugins/sdk/seal.h"

namespace comity::mediawiki {

inline constexpr sdk::Seal kPageSeal{"<!-- ", " -->"};

// A line of text that the wiki shows as it is: no link, template, signature, magic word.
std::string Escaped(std::string_view line);
std::string PageText(const sdk::Artifact& artifact);
// `Project:Comity/Decisions/use-one-exporter`.
std::string PageTitle(std::string_view below, const sdk::Artifact& artifact);

}  // namespace comity::mediawiki

#endif  // COMITY_PLUGINS_MEDIAWIKI_MARKUP_H_
