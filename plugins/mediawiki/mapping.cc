#include "plugins/mediawiki/mapping.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plugins/sdk/fact_builder.h"
#include "plugins/sdk/walk.h"

namespace comity::mediawiki {
namespace {

using sdk::FactBuilder;
using sdk::Json;

constexpr int64_t kUserNamespace = 2, kMessageNamespace = 8;
constexpr size_t kMaxTags = 50, kMaxPathPlaces = 10;

// Accounts of the software itself, reserved in every wiki.
constexpr std::string_view kSystemAccounts[] = {"MediaWiki default",   "Conversion script",  "Maintenance script",
                                                "ScriptImporter",      "Delete page script", "Move page script",
                                                "Command line script", "Unknown user",       "Template namespace initialisation script"};

// Nobody for addresses of machines, temporary accounts, hidden names and the software itself.
std::optional<v1::Account> AccountOf(Json change) {
  const std::optional<int64_t> id = change.At("/userid").Integer();
  const std::string_view name = change.At("/user").Text();
  for (const std::string_view mark : {"/anon", "/temp", "/userhidden", "/system"}) {
    if (change.At(mark).IsTrue()) return std::nullopt;
  }
  if (!id || *id <= 0) return std::nullopt;
  if (name.starts_with("~2")) return std::nullopt;  // how temporary accounts are named, where the list does not mark them
  if (std::find(std::begin(kSystemAccounts), std::end(kSystemAccounts), name) != std::end(kSystemAccounts)) return std::nullopt;
  v1::Account account;
  account.set_id(std::to_string(*id));
  account.set_login(std::string(name));
  // The mark is the edit's, not the account's: administrators may set it on a rollback of theirs. The edit itself is automation.
  account.set_kind(change.At("/bot").IsTrue() ? v1::ACCOUNT_KIND_UNSPECIFIED : v1::ACCOUNT_KIND_HUMAN);
  return account;
}

bool HasTag(Json change, std::string_view wanted) {
  const std::vector<Json> tags = change.At("/tags").Items(kMaxTags);
  return std::any_of(tags.begin(), tags.end(), [&](Json tag) { return tag.Text() == wanted; });
}

// As MediaWiki writes it: spaces are underlines; colons and slashes stay.
std::string AddressOf(std::string_view title, const sdk::Source& source, const Reading& reading) {
  std::string encoded;
  for (const char c : title)
    encoded += c == ' ' ? "_" : c == ':' || c == '/' ? std::string(1, c) : sdk::UrlEncoded(std::string_view(&c, 1));
  std::string address =
      reading.page_address.empty() ? absl::StrCat("https://", source.instance, "/wiki/", std::string(kPlaceOfPage)) : reading.page_address;
  if (const size_t place = address.find(kPlaceOfPage); place != std::string::npos) address.replace(place, kPlaceOfPage.size(), encoded);
  return address;
}

class Mapper {
 public:
  Mapper(Json change, const Context& context, const sdk::Source& source, const Reading& reading)
      : change_(change), context_(context), source_(source), reading_(reading) {
    // A namespace's talk, the odd number after it, goes with it: its pages have the same titles.
    const auto of_namespace = [&](std::string_view path) {
      const int64_t number = change.At(path).Integer().value_or(-1);
      return reading.confidential.contains(number) || (number > 0 && number % 2 == 1 && reading.confidential.contains(number - 1));
    };
    confidential_ = context.confidential || of_namespace("/ns") || (IsMove() && of_namespace("/logparams/target_ns"));
  }

  absl::Status Edited() {
    const std::string revision = change_.At("/revid").IdText();
    if (revision.empty() || revision == "0") return Missing("/revid");
    const bool rolled_back = HasTag(change_, "mw-rollback"), restored = HasTag(change_, "mw-manual-revert");
    FactBuilder edited = On(v1::FACT_KIND_PAGE_EDITED).Revision(revision);
    edited.fact().set_minor(change_.At("/minor").IsTrue());
    edited.fact().set_revert(rolled_back || restored || HasTag(change_, "mw-undo"));
    edited.fact().set_automation(change_.At("/bot").IsTrue());
    COMITY_RETURN_IF_ERROR(Add(edited));
    if (!edited.fact().revert()) return absl::OkStatus();
    // Two of them take back the edit before, whatever else; an undo may be of any edit, and the list does not say which.
    std::vector<std::string> undone;
    const auto add = [&](std::string id) {
      const bool known = id == revision || std::find(undone.begin(), undone.end(), id) != undone.end();
      if (sdk::IsDigits(id) && id != "0" && !known) undone.push_back(std::move(id));
    };
    if (rolled_back || restored) add(change_.At("/old_revid").IdText());
    for (const Json id : context_.undone.Items(kMaxUndone)) add(id.IdText());
    for (const std::string& id : undone) {
      // By the edit's revision alone, so that no other edit of the page is taken for it; a number, which names nothing.
      COMITY_RETURN_IF_ERROR(Add(On(v1::FACT_KIND_REVERTED).Revision(revision)));
      parsed_.facts.back().set_object_id(id);
    }
    return absl::OkStatus();
  }
  // The page keeps its id; what changes is its title, and with it who may own it. Edits before stay with the title they were made under.
  absl::Status Moved() {
    FactBuilder moved = On(v1::FACT_KIND_MOVED).Revision(LogEntry());
    return Add(moved.Link(v1::LINK_KIND_MOVED_TO, v1::SUBJECT_KIND_PAGE, PageId(), Title()));
  }
  absl::Status Deleted() { return Add(On(v1::FACT_KIND_DELETED).Revision(LogEntry())); }
  absl::Status Ignored(std::string_view why) {
    parsed_.ignored = std::string(why);
    return absl::OkStatus();
  }
  sdk::Parsed Take() { return std::move(parsed_); }

 private:
  static absl::Status Missing(std::string_view path) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFactInvalid, absl::StrCat("the change lacks ", std::string(path)),
                 {{std::string(path), "is missing"}});
  }
  absl::Status Add(const FactBuilder& builder) {
    COMITY_ASSIGN_OR_RETURN(v1::Fact fact, builder.Build());
    parsed_.facts.push_back(std::move(fact));
    return absl::OkStatus();
  }
  bool IsMove() const { return change_.At("/logtype").Text() == "move"; }
  std::string_view Title() const { return change_.At(IsMove() ? "/logparams/target_title" : "/title").Text(); }
  std::string LogEntry() const {
    const std::string id = change_.At("/logid").IdText();
    return id.empty() ? "" : "log:" + id;
  }
  std::string PageId() const {
    std::string id = change_.At("/pageid").IdText();
    return id == "0" || !sdk::IsDigits(id) ? "" : id;
  }

  FactBuilder On(v1::FactKind kind) const {
    const std::string title(Title());
    FactBuilder builder(source_, kind, reading_.assurance);
    builder.Subject(v1::SUBJECT_KIND_PAGE, PageId(), "/pageid")
        .Key(title)
        .Title(title)
        .Uri(AddressOf(title, source_, reading_))
        .OccurTime(change_.At("/timestamp"), "/timestamp")
        .Actor(AccountOf(change_))
        .Author(AccountOf(context_.page.At("/first")))
        .Confidential(confidential_);
    // Subpages first, then categories, then the namespace; of a confidential page the namespace alone, since the others are names.
    const auto prefix = [](std::string_view text) { return text.substr(0, text.find(':')); };
    if (!confidential_) {
      size_t slash = title.rfind('/');
      for (size_t i = 0; i < kMaxPathPlaces && slash != std::string::npos && slash > 0; ++i, slash = title.rfind('/', slash - 1)) {
        builder.Place("path", std::string_view(title).substr(0, slash));
      }
      for (const Json category : context_.page.At("/categories").Items(kMaxCategories)) {
        const std::string_view name = category.Text();
        if (builder.fact().places_size() < 18) builder.Place("label", name.substr(std::min(name.size(), prefix(name).size() + 1)));
      }
    }
    const Json number = change_.At(IsMove() ? "/logparams/target_ns" : "/ns");
    return builder.Place("namespace", number.Integer().value_or(0) == 0 ? std::string_view("Main") : prefix(title));
  }

  const Json change_;
  const Context& context_;
  const sdk::Source& source_;
  const Reading& reading_;
  bool confidential_ = false;
  sdk::Parsed parsed_;
};

}  // namespace

bool IsWanted(int64_t name_space, const std::set<int64_t>& namespaces) {
  if (!namespaces.empty()) return namespaces.contains(name_space);
  return name_space >= 0 && name_space % 2 == 0 && name_space != kUserNamespace && name_space != kMessageNamespace;
}

absl::StatusOr<sdk::Parsed> MapChange(Json change, const Context& context, const sdk::Source& source, const Reading& reading) {
  const std::string_view type = change.At("/type").Text(), log = change.At("/logtype").Text(), action = change.At("/logaction").Text();
  Mapper mapper(change, context, source, reading);
  if (!IsWanted(change.At("/ns").Integer().value_or(-1), reading.namespaces)) {
    COMITY_RETURN_IF_ERROR(mapper.Ignored("namespace not read"));
  } else if (type == "edit" || type == "new") {
    COMITY_RETURN_IF_ERROR(mapper.Edited());
  } else if (type == "log" && log == "move") {
    COMITY_RETURN_IF_ERROR(mapper.Moved());
  } else if (type == "log" && log == "delete" && action == "delete") {
    COMITY_RETURN_IF_ERROR(mapper.Deleted());
  } else {
    COMITY_RETURN_IF_ERROR(mapper.Ignored("change not used"));
  }
  return mapper.Take();
}

absl::StatusOr<sdk::Parsed> MapDelivery(Json payload, const sdk::Source& source, const Reading& reading) {
  if (payload.At("/event").Text() != kChanged) {
    sdk::Parsed parsed;
    parsed.ignored = "event not used";
    return parsed;
  }
  const Json change = payload.At("/change");
  if (!change.is_object()) {
    return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kFactInvalid, "the payload lacks /change",
                 {{"/change", "must be a change as the list of recent changes has it"}});
  }
  const Context context{payload.At("/page"), payload.At("/undone"), payload.At("/confidential").IsTrue()};
  return MapChange(change, context, source, reading);
}

}  // namespace comity::mediawiki
