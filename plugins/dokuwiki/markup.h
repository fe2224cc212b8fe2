// A page in DokuWiki's markup, and what its names may be.
#ifndef COMITY_PLUGINS_DOKUWIKI_MARKUP_H_
#define COMITY_PLUGINS_DOKUWIKI_MARKUP_H_

#include <string>
#include <string_view>

#include "plugins/sdk/artifact.h"

namespace comity::dokuwiki {

// A line of text that the wiki shows as it is: no link, macro, plugin's syntax, typography.
std::string Escaped(std::string_view line);
// The whole text of an artifact's page, with its seal.
std::string PageText(const sdk::Artifact& artifact);
// `comity:decisions:use-one-exporter` for the folder `Decisions` below `comity`: lower case, no spaces, as DokuWiki itself names it.
std::string PageId(std::string_view below, const sdk::Artifact& artifact);

}  // namespace comity::dokuwiki

#endif  // COMITY_PLUGINS_DOKUWIKI_MARKUP_H_
