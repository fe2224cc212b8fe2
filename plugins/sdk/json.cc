#include "plugins/sdk/json.h"

#include <simdjson.h>

#include <bit>
#include <limits>
#include <type_traits>
#include <utility>

#include "service/base/error.h"

namespace comity::sdk {
namespace {

using Element = simdjson::dom::element;
static_assert(std::is_trivially_copyable_v<Element>);

absl::Status Invalid(std::string_view message) { return Error(absl::StatusCode::kInvalidArgument, ErrorReason::kJsonInvalid, message); }

template <typename Handle>
Element ElementOf(const Handle& handle) {
  static_assert(sizeof(Handle) == sizeof(Element));
  return std::bit_cast<Element>(handle);
}

// The element's value as `T` if it is one.
template <typename T, typename Handle>
std::optional<T> Get(const std::optional<Handle>& handle) {
  T value;
  if (!handle || ElementOf(*handle).template get<T>().get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

}  // namespace

bool Json::exists() const { return handle_ && !ElementOf(*handle_).is_null(); }
bool Json::is_array() const { return handle_ && ElementOf(*handle_).is_array(); }
bool Json::is_object() const { return handle_ && ElementOf(*handle_).is_object(); }

Json Json::At(std::string_view pointer) const {
  if (pointer.empty()) return *this;
  Element found;
  if (!handle_ || (!is_object() && !is_array()) || ElementOf(*handle_).at_pointer(pointer).get(found) != simdjson::SUCCESS) return Json();
  return Json(std::bit_cast<Handle>(found));
}

std::string_view Json::Text() const { return Get<std::string_view>(handle_).value_or(std::string_view()); }

std::optional<int64_t> Json::Integer() const {
  return Get<int64_t>(handle_);  // nothing for doubles and for numbers that do not fit
}

std::optional<bool> Json::Boolean() const { return Get<bool>(handle_); }

std::string Json::IdText() const {
  if (!handle_) return "";
  const Element element = ElementOf(*handle_);
  if (element.is_string()) return std::string(Text());
  const std::optional<uint64_t> number = Get<uint64_t>(handle_);  // nothing for doubles and negative numbers
  return number ? std::to_string(*number) : "";
}

std::vector<Json> Json::Items(size_t limit) const {
  std::vector<Json> items;
  const std::optional<simdjson::dom::array> array = Get<simdjson::dom::array>(handle_);
  if (!array) return items;
  for (const Element item : *array) {
    if (items.size() >= limit) break;
    items.push_back(Json(std::bit_cast<Handle>(item)));
  }
  return items;
}

std::vector<std::pair<std::string_view, Json>> Json::Members(size_t limit) const {
  std::vector<std::pair<std::string_view, Json>> members;
  const std::optional<simdjson::dom::object> object = Get<simdjson::dom::object>(handle_);
  if (!object) return members;
  for (const auto& [name, value] : *object) {
    if (members.size() >= limit) break;
    members.emplace_back(name, Json(std::bit_cast<Handle>(value)));
  }
  return members;
}

std::string Json::ToText() const { return handle_ ? simdjson::minify(ElementOf(*handle_)) : ""; }

struct JsonDocument::Impl {
  simdjson::dom::parser parser{kMaxJsonBytes};
};

JsonDocument::JsonDocument(std::unique_ptr<Impl> impl, Json root) : impl_(std::move(impl)), root_(root) {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

absl::StatusOr<JsonDocument> JsonDocument::Parse(std::string_view text) {
  if (text.empty()) return Invalid("the body is empty; send a JSON document");
  if (text.size() > kMaxJsonBytes) return Invalid("the JSON is larger than 26 MiB; send less at a time");
  auto impl = std::make_unique<Impl>();
  if (impl->parser.allocate(text.size(), kMaxJsonDepth) != simdjson::SUCCESS) {
    return absl::ResourceExhaustedError("not enough memory to read the JSON; try again");
  }
  Element root;
  switch (impl->parser.parse(text.data(), text.size()).get(root)) {
    case simdjson::SUCCESS:
      break;
    case simdjson::DEPTH_ERROR:
      return Invalid("the JSON is nested deeper than 64 levels");
    case simdjson::UTF8_ERROR:
      return Invalid("the JSON is not valid UTF-8");
    case simdjson::MEMALLOC:
      return absl::ResourceExhaustedError("not enough memory to read the JSON; try again");
    default:
      return Invalid("the body is not valid JSON; it may have been cut short or changed on its way");
  }
  const Json view(std::bit_cast<Json::Handle>(root));
  return JsonDocument(std::move(impl), view);
}

}  // namespace comity::sdk
