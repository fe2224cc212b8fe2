#include "plugins/dokuwiki/mapping.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plugins/sdk/fact_builder.h"
#include "plugins/sdk/walk.h"

namespace comity::dokuwiki {
namespace {

using sdk::FactBuilder;
using sdk::Json;

// Nobody where nobody was logged in. DokuWiki does not say who is a machine; the directory's `bots` does.
std::optional<v1::Account> AccountOf(Json person) {
  const std::string_view login = person.At("/login").Text();
  if (login.empty()) return std::nullopt;
  v1::Account account;
  account.set_id(std::string(login));
  account.set_login(std::string(login));
  return account;
}

absl::Status Missing(std::string_view path, std::string_view why) {
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFactInvalid, absl::StrCat("the payload lacks ", std::string(path)),
               {{std::string(path), std::string(why)}});
}

// As DokuWiki writes it: everything encoded but the colons.
std::string AddressOf(std::string_view page, const sdk::Source& source, const Reading& reading) {
  std::string encoded;
  for (const char c : page) encoded += c == ':' ? std::string(":") : sdk::UrlEncoded(std::string_view(&c, 1));
  std::string address = reading.page_address.empty() ? absl::StrCat("https://", source.instance, "/doku.php?id=", std::string(kPlaceOfPage))
                                                     : reading.page_address;
  if (const size_t place = address.find(kPlaceOfPage); place != std::string::npos) address.replace(place, kPlaceOfPage.size(), encoded);
  return address;
}

// What all facts of one save have alike.
FactBuilder On(v1::FactKind kind, Json payload, const sdk::Source& source, const Reading& reading) {
  const std::string_view page = payload.At("/page").Text();
  FactBuilder builder(source, kind, reading.assurance);
  builder.Subject(v1::SUBJECT_KIND_PAGE, page, "/page")
      .Key(page)
      .Title(page)
      .Uri(AddressOf(page, source, reading))
      .Revision(payload.At("/revision").IdText())
      .OccurTime(payload.At("/revision"), "/revision")
      .Actor(AccountOf(payload.At("/by")))
      .Author(AccountOf(payload.At("/creator")));
  // `a:b:c` lies in `a:b`, which lies in `a`. What lies in none is in the root, which DokuWiki writes as a colon.
  size_t colon = page.rfind(':');
  if (colon == std::string_view::npos) builder.Place("namespace", ":");
  for (; colon != std::string_view::npos && colon > 0; colon = page.rfind(':', colon - 1))
    builder.Place("namespace", page.substr(0, colon));
  return builder;
}

absl::Status Add(const FactBuilder& builder, sdk::Parsed& parsed) {
  COMITY_ASSIGN_OR_RETURN(v1::Fact fact, builder.Build());
  parsed.facts.push_back(std::move(fact));
  return absl::OkStatus();
}

}  // namespace

bool IsWanted(std::string_view page, const std::vector<std::string>& namespaces) {
  return namespaces.empty() || std::any_of(namespaces.begin(), namespaces.end(), [&](const std::string& name) {
           return page.starts_with(name) && page.substr(name.size()).starts_with(':');
         });
}

absl::StatusOr<sdk::Parsed> MapSave(Json payload, const sdk::Source& source, const Reading& reading) {
  sdk::Parsed parsed;
  if (payload.At("/event").Text() != kSaved) {
    parsed.ignored = "event not used";
    return parsed;
  }
  const std::string page(payload.At("/page").Text());
  const std::string_view change = payload.At("/change").Text();
  if (page.empty() || page.size() > kMaxPageBytes) return Missing("/page", "must be the page's name, in 1 to 400 bytes");
  if (!payload.At("/revision").Integer()) return Missing("/revision", "must be the second of the save");
  if (!IsWanted(page, reading.namespaces)) {
    parsed.ignored = "page outside the namespaces that are read";
    return parsed;
  }
  if (change == "D") {
    COMITY_RETURN_IF_ERROR(Add(On(v1::FACT_KIND_DELETED, payload, source, reading), parsed));
    return parsed;
  }
  if (change != "C" && change != "E" && change != "e" && change != "R") {
    parsed.ignored = "change not used";
    return parsed;
  }
  FactBuilder edited = On(v1::FACT_KIND_PAGE_EDITED, payload, source, reading);
  // A revision is a second: two people's saves in one second are two facts.
  if (edited.fact().has_actor()) edited.ObjectId(absl::StrCat(page, "/", edited.fact().actor().id()));
  edited.fact().set_minor(change == "e");
  edited.fact().set_revert(change == "R");
  edited.fact().set_tentative(payload.At("/unsure").IsTrue());
  COMITY_RETURN_IF_ERROR(Add(edited, parsed));
  if (change != "R") return parsed;
  for (const Json undone : payload.At("/undone").Items(kMaxUndone)) {
    const std::string revision = undone.IdText();
    if (revision.empty()) continue;
    // By the edit's revision alone, so that no other edit of the page is taken for it.
    FactBuilder reverted = On(v1::FACT_KIND_REVERTED, payload, source, reading);
    COMITY_RETURN_IF_ERROR(Add(reverted.ObjectId(revision).Revision(absl::StrCat(page, "@", payload.At("/revision").IdText())), parsed));
  }
  return parsed;
}

}  // namespace comity::dokuwiki
