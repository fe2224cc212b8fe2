// Sources: configured connections to suites.
#include <algorithm>

#include "service/app/admin_app.h"
#include "service/app/convert.h"
#include "service/app/idempotency.h"
#include "service/app/page_token.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"

namespace comity::app {
namespace {

v1::Source ToApi(const store::SourceRow& row) {
  v1::Source source;
  source.set_name(NameOf("sources", row.id));
  source.set_suite(row.suite);
  source.set_instance(row.instance);
  *source.mutable_create_time() = ToTimestamp(row.created);
  if (row.last_event != absl::InfinitePast()) *source.mutable_last_event_time() = ToTimestamp(row.last_event);
  return source;
}

bool IsSourceId(std::string_view text) {
  return !text.empty() && text.size() <= 63 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

absl::Status CheckSource(const v1::CreateSourceRequest& request) {
  std::vector<FieldFault> faults;
  if (!IsSourceId(request.source_id())) faults.push_back({"source_id", "send 1 to 63 of lower-case letters, digits and dashes"});
  if (!domain::IsSuiteName(request.source().suite())) {
    faults.push_back({"source.suite", "send the connector's name, for example `github`: 1 to 32 of lower-case letters, digits and dashes"});
  }
  if (!domain::IsInstanceName(request.source().instance())) {
    faults.push_back({"source.instance", "send the installation, for example `github.com`: 1 to 200 printable characters without `:`"});
  }
  if (faults.empty()) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kSourceInvalid, "the source cannot be registered as it is",
               std::move(faults));
}

absl::Status NotFound(std::string_view id) {
  return Error(absl::StatusCode::kNotFound, ErrorReason::kSourceNotFound, "there is no such source", {}, {{"source", std::string(id)}});
}

}  // namespace

absl::StatusOr<v1::Source> AdminApp::CreateSource(const Caller& caller, const v1::CreateSourceRequest& request) {
  COMITY_RETURN_IF_ERROR(CheckSource(request));
  return WriteOnce<v1::Source>(
      context_, caller, "CreateSource", request, [&](store::Transaction& transaction) -> absl::StatusOr<v1::Source> {
        store::SourceRow row;
        row.id = request.source_id();
        row.suite = request.source().suite();
        row.instance = request.source().instance();
        row.created = context_.clock.Now();
        COMITY_ASSIGN_OR_RETURN(const auto there, transaction.admin().FindSource(row.id));
        if (there.has_value()) {
          return Error(absl::StatusCode::kAlreadyExists, ErrorReason::kSourceExists, "a source of this id is there; choose another id",
                       {{"source_id", "choose one that is not taken"}});
        }
        COMITY_RETURN_IF_ERROR(transaction.admin().CreateSource(row));
        return ToApi(row);
      });
}

absl::StatusOr<v1::Source> AdminApp::GetSource(const Caller& caller, const v1::GetSourceRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const std::string id, IdOf("sources", request.name(), "name"));
  if (!caller.MayIngestFor(id)) return NotFound(id);  // a connector is not told what else there is
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  COMITY_ASSIGN_OR_RETURN(const auto row, transaction->admin().FindSource(id));
  if (!row.has_value()) return NotFound(id);
  return ToApi(*row);
}

absl::StatusOr<v1::ListSourcesResponse> AdminApp::ListSources(const Caller& caller, const v1::ListSourcesRequest& request) {
  COMITY_ASSIGN_OR_RETURN(const int32_t size, PageSize(request.page_size()));
  COMITY_ASSIGN_OR_RETURN(const std::string key, PageTokenKey(context_));
  COMITY_ASSIGN_OR_RETURN(const std::string after, ReadPageToken(key, "ListSources", request.page_token()));
  COMITY_ASSIGN_OR_RETURN(const auto transaction, context_.store.BeginRead());
  // A connector's few sources are found among all, page by page, until one page is full.
  v1::ListSourcesResponse response;
  std::string last = after;
  while (true) {
    COMITY_ASSIGN_OR_RETURN(const auto rows, transaction->admin().ListSources(last, size + 1));
    for (const store::SourceRow& row : rows) {
      if (!caller.MayIngestFor(row.id)) continue;
      if (response.sources_size() == size) {
        response.set_next_page_token(MakePageToken(key, "ListSources", response.sources(size - 1).name().substr(sizeof "sources/" - 1)));
        return response;
      }
      *response.add_sources() = ToApi(row);
    }
    if (rows.size() <= static_cast<size_t>(size)) return response;
    last = rows.back().id;
  }
}

}  // namespace comity::app
