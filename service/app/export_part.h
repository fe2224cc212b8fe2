// A part of what is kept about somebody, while it is written.
#ifndef COMITY_SERVICE_APP_EXPORT_PART_H_
#define COMITY_SERVICE_APP_EXPORT_PART_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "comity/v1/privacy.pb.h"
#include "service/domain/time_text.h"

namespace comity::app {

// What is empty is left out.
class ExportPart {
 public:
  ExportPart(v1::ExportPersonResponse& response, std::string_view heading) : part_(*response.add_parts()) {
    part_.set_heading(std::string(heading));
  }
  ExportPart& Put(std::string_view word, const std::string& text) {
    if (!text.empty()) Field(word).set_string_value(text);
    return *this;
  }
  ExportPart& Put(std::string_view word, std::string_view text) { return Put(word, std::string(text)); }
  ExportPart& Put(std::string_view word, const char* text) { return Put(word, std::string(text)); }
  ExportPart& Put(std::string_view word, absl::Time time) {
    return time == absl::InfinitePast() || time == absl::InfiniteFuture() ? *this : Put(word, domain::TimeText(time));
  }
  ExportPart& Put(std::string_view word, bool yes) {
    Field(word).set_bool_value(yes);
    return *this;
  }
  ExportPart& Put(std::string_view word, double number) {
    Field(word).set_number_value(number);
    return *this;
  }
  ExportPart& Put(std::string_view word, const std::vector<std::string>& texts) {
    if (texts.empty()) return *this;
    for (const std::string& text : texts) Field(word).mutable_list_value()->add_values()->set_string_value(text);
    return *this;
  }

 private:
  google::protobuf::Value& Field(std::string_view word) { return (*part_.mutable_content()->mutable_fields())[std::string(word)]; }
  v1::ExportPersonResponse::Part& part_;
};

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_EXPORT_PART_H_
