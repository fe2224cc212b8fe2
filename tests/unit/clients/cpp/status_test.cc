#include "clients/cpp/status.h"

#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "service/base/error.h"

namespace comity::client {
namespace {

google::rpc::Status Refusal(const std::string& domain) {
  google::rpc::Status status;
  status.set_code(3);
  status.set_message("the shares do not fit");
  google::rpc::ErrorInfo info;
  info.set_domain(domain);
  info.set_reason("SHARES_INVALID");
  (*info.mutable_metadata())["sum"] = "900000";
  status.add_details()->PackFrom(info);
  google::rpc::BadRequest bad_request;
  auto& violation = *bad_request.add_field_violations();
  violation.set_field("shares[1].share_ppm");
  violation.set_description("must be at least 1");
  status.add_details()->PackFrom(bad_request);
  return status;
}

TEST(ErrorsFromTheService, KeepTheirReasonFieldsAndMetadata) {
  const absl::Status status = FromProto(Refusal("comity"));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "the shares do not fit");
  const ErrorDetails details = DetailsOf(status);
  EXPECT_EQ(details.reason, "SHARES_INVALID");
  ASSERT_EQ(details.faults.size(), 1u);
  EXPECT_EQ(details.faults[0].field, "shares[1].share_ppm");
  ASSERT_EQ(details.metadata.size(), 1u);
  EXPECT_EQ(details.metadata[0].second, "900000");
}

TEST(ErrorsFromTheService, KeepWhenToComeAgain) {
  google::rpc::Status status = Refusal("comity");
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(1);
  retry.mutable_retry_delay()->set_nanos(500'000'000);
  status.add_details()->PackFrom(retry);
  const auto metadata = DetailsOf(FromProto(status)).metadata;
  EXPECT_EQ(metadata.back(), (std::pair<std::string, std::string>(kRetryAfterMs, "1500")));
}

TEST(ErrorsFromTheService, KeepAReasonThatThisClientDoesNotKnowYet) {
  google::rpc::Status status = Refusal("comity");
  google::rpc::ErrorInfo info;
  info.set_domain("comity");
  info.set_reason("INVENTED_NEXT_YEAR");
  status.mutable_details(0)->PackFrom(info);
  EXPECT_EQ(DetailsOf(FromProto(status)).reason, "INVENTED_NEXT_YEAR");
}

TEST(ErrorsFromTheService, DoNotTakeAForeignReasonForTheirs) { EXPECT_EQ(DetailsOf(FromProto(Refusal("googleapis.com"))).reason, ""); }

TEST(ErrorsFromTheService, SurviveCodesAndDetailsThatNobodyKnows) {
  google::rpc::Status status;
  EXPECT_TRUE(FromProto(status).ok());
  status.set_code(4711);
  status.add_details()->set_type_url("type.example/none");
  status.mutable_details(0)->set_value("\xff\xff");
  EXPECT_EQ(FromProto(status).code(), absl::StatusCode::kUnknown);
}

}  // namespace
}  // namespace comity::client
