// Keeps the registry of reasons, the words and the parameters equal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <set>

#include "service/domain/deeds/messages.h"
#include "service/domain/deeds/reasons.h"
#include "service/domain/deeds/render.h"

namespace comity::domain {
namespace {

std::set<std::string> AllReasonNames() {
  std::set<std::string> names;
#define COMITY_ADD_NAME(enumerator, name, number) names.insert(name);
  COMITY_REASONS(COMITY_ADD_NAME)
#undef COMITY_ADD_NAME
  names.erase("");
  return names;
}

std::vector<std::string> TextsOf(const Message& message) {
  std::vector<std::string> texts = message.remedies;
  texts.push_back(message.text);
  if (!message.different.empty()) texts.push_back(message.different);
  return texts;
}

std::string FileOf(const std::string& name) { return COMITY_SOURCE_DIR "/service/domain/deeds/messages/" + name; }

TEST(ReasonsLint, EveryCodeHasOneMessageAndNoMessageIsExtra) {
  std::set<std::string> keys;
  for (const auto& [key, message] : ReasonMessages()) keys.insert(key);
  EXPECT_EQ(keys, AllReasonNames());
}

TEST(ReasonsLint, NumbersAndNamesAreUniqueAndFoundBack) {
  std::set<int> numbers;
#define COMITY_CHECK(enumerator, name, number)          \
  EXPECT_TRUE(numbers.insert(number).second) << number; \
  EXPECT_EQ(ReasonFromName(name).value_or(ReasonCode::kNone), ReasonCode::k##enumerator);
  COMITY_REASONS(COMITY_CHECK)
#undef COMITY_CHECK
  EXPECT_EQ(numbers.size(), AllReasonNames().size() + 1);
}

TEST(ReasonsLint, EveryParameterOfAMessageIsKnown) {
  for (const auto& [key, message] : ReasonMessages()) {
    for (const std::string& text : TextsOf(message)) {
      for (const std::vector<std::string>& names : BracesOf(text)) {
        for (size_t i = 0; i < names.size(); ++i) {
          const bool may_be_words = names.size() > 1 && i + 1 == names.size();
          EXPECT_TRUE(may_be_words || IsKnownParameter(names[i])) << key << ": {" << names[i] << "}";
        }
      }
    }
  }
}

TEST(ReasonsLint, EveryKnownParameterIsUsedAndNamedOnce) {
  std::set<std::string> used;
  for (const auto& [key, message] : ReasonMessages()) {
    for (const std::string& text : TextsOf(message)) {
      for (const std::vector<std::string>& names : BracesOf(text)) used.insert(names.begin(), names.end());
    }
  }
  std::set<std::string_view> seen;
  for (const auto& [name, sort] : KnownParameters()) {
    EXPECT_TRUE(used.contains(std::string(name))) << name;
    EXPECT_TRUE(seen.insert(name).second) << name;
  }
}

TEST(ReasonsLint, BracketsPairAndTextsEndAsSentences) {
  for (const auto& [key, message] : ReasonMessages()) {
    for (const std::string& text : TextsOf(message)) {
      for (const auto& [open, close] : {std::pair('[', ']'), std::pair('{', '}')}) {
        EXPECT_EQ(std::count(text.begin(), text.end(), open), std::count(text.begin(), text.end(), close)) << key << ": " << text;
      }
    }
    EXPECT_TRUE(message.text.ends_with('.')) << key;
    EXPECT_TRUE(message.different.empty() || message.different.ends_with('.')) << key;
  }
}

// Refusals and what waits (see the ranges of reasons.h).
TEST(ReasonsLint, EveryRefusalSaysWhatWouldHaveHadToBeDifferent) {
  for (const std::string& name : AllReasonNames()) {
    const int number = static_cast<int>(*ReasonFromName(name));
    const bool refusal = (number >= 20 && number < 40) || (number >= 60 && number < 120);
    EXPECT_TRUE(!refusal || !ReasonMessages().at(name).different.empty()) << name;
  }
}

TEST(ReasonsLint, WhatIsParkedSaysWhatToDo) {
  for (const std::string& name : AllReasonNames()) {
    const int number = static_cast<int>(*ReasonFromName(name));
    const bool parked = number >= 60 && number < 80;
    EXPECT_TRUE(!parked || !ReasonMessages().at(name).remedies.empty()) << name;
  }
}

TEST(ReasonsLint, WordsReadWellWithEveryParameterAndWithNone) {
  Naming naming;
  naming.person = naming.team = naming.account = naming.subject = [](std::string_view) { return "X"; };
  for (const std::string& name : AllReasonNames()) {
    Reason full{*ReasonFromName(name), {}};
    for (const auto& [parameter, sort] : KnownParameters()) full.parameters.emplace_back(parameter, "7");
    for (const Reason& reason : {full, Reason{full.code, {}}}) {
      const Explained explained = Render({reason}, naming);
      EXPECT_EQ(explained.text.find_first_of("{}[]|"), std::string::npos) << explained.text;
      EXPECT_EQ(explained.text.find("  "), std::string::npos) << explained.text;
      EXPECT_EQ(explained.text.find("…"), std::string::npos) << explained.text;
      for (const std::string& remedy : explained.remedies) EXPECT_EQ(remedy.find("…"), std::string::npos) << remedy;
    }
  }
}

// The files are YAML, so that editors and other languages can read them; our small reader understands the same in them.
TEST(ReasonsLint, MessageFilesAreYamlAndReadTheSame) {
  const std::pair<std::string, const Messages*> files[] = {{"en.yaml", &ReasonMessages()}, {"policy.en.yaml", &PolicyMessages()}};
  for (const auto& [file, messages] : files) {
    const YAML::Node root = YAML::LoadFile(FileOf(file));
    ASSERT_EQ(root.size(), messages->size());
    for (const auto& entry : root) {
      const Message& message = messages->at(entry.first.as<std::string>());
      EXPECT_EQ(entry.second["text"].as<std::string>(), message.text);
      EXPECT_EQ(entry.second["different"].as<std::string>(""), message.different);
      EXPECT_EQ(entry.second["remedies"].as<std::vector<std::string>>(std::vector<std::string>{}), message.remedies);
    }
  }
}

TEST(ParseMessages, RefusesWhatIsNotAMessageAndNamesTheLine) {
  const auto fault = [](std::string_view text) { return std::string(ParseMessages(text).status().message()); };
  EXPECT_THAT(fault("A:\n  text: \"x\"\nA:\n  text: \"y\"\n"), testing::HasSubstr("line 3"));
  EXPECT_THAT(fault("A:\nB:\n  text: \"y\"\n"), testing::HasSubstr("no text"));
  EXPECT_THAT(fault("  text: \"x\"\n"), testing::HasSubstr("line 1"));
  EXPECT_THAT(fault("A:\n  text: unquoted\n"), testing::HasSubstr("line 2"));
  EXPECT_THAT(fault("A:\n  text: \"x\"\n  text: \"y\"\n"), testing::HasSubstr("line 3"));
  EXPECT_THAT(fault("A:\n  txt: \"x\"\n"), testing::HasSubstr("line 2"));
  EXPECT_THAT(fault("A\n"), testing::HasSubstr("KEY:"));
}

}  // namespace
}  // namespace comity::domain
