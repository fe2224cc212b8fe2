#include "plugins/sdk/form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comity::sdk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Form, DecodesWhatBrowsersAndChatsEncode) {
  const auto form = Form::Parse("text=thank+%3C%40U1%7Cana%3E+for%20it&empty=&flag&&caf%C3%A9=%E2%98%95&url=https://acme.example/x");
  ASSERT_TRUE(form.ok()) << form.status().ToString();
  EXPECT_EQ(form->Text("text"), "thank <@U1|ana> for it");
  EXPECT_EQ(form->Text("empty"), "");
  EXPECT_EQ(form->Text("flag"), "");
  EXPECT_EQ(form->Text("café"), "☕");
  EXPECT_EQ(form->Text("url"), "https://acme.example/x");
  EXPECT_EQ(form->Text("missing"), "");
}

TEST(Form, DoesNotChooseBetweenTwoFieldsOfOneName) {
  const auto form = Form::Parse("user_id=U1&user_id=U2&team_id=T1");
  ASSERT_TRUE(form.ok());
  EXPECT_EQ(form->Text("user_id"), "");
  EXPECT_THAT(form->All("user_id"), ElementsAre("U1", "U2"));
  EXPECT_THAT(form->All("nobody"), IsEmpty());
}

TEST(Form, RefusesWhatIsNoForm) {
  std::string many;
  for (size_t i = 0; i <= kMaxFormFields; ++i) many += "a=1&";
  for (const std::string& body : {std::string("{\"json\": true}"), std::string("a=%"), std::string("a=%4"), std::string("a=%zz"),
                                  std::string("a=%00"), std::string("a=%ff"), std::string("a=\xc3\xa9"), std::string("a=b c"),
                                  std::string("a=1\n"), many, "a=" + std::string(kMaxFormBytes, 'x')}) {
    const auto form = Form::Parse(body);
    EXPECT_EQ(form.status().code(), absl::StatusCode::kInvalidArgument) << body.substr(0, 40);
  }
  EXPECT_TRUE(Form::Parse("").ok());
}

}  // namespace
}  // namespace comity::sdk
