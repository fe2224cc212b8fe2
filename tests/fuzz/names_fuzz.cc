// Names of resources, accounts, events and deeds, as people and programs write them: a collection, a line feed, a name.
// Link: comity_app
#include "service/app/directory_encode.h"
#include "service/app/names.h"
#include "service/app/resource_name.h"
#include "service/base/error.h"
#include "service/domain/deeds/fact.h"
#include "tests/fuzz/input.h"

using comity::fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view name = comity::fuzz::Text(data, size);
  const std::string_view collection = comity::fuzz::TakeUntil(name, '\n');
  const auto id = comity::app::IdOf(collection, name, "name");
  if (id.ok()) {
    Require(!id->empty() && id->size() <= 400, "an id is bounded");
    for (const char c : *id) Require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "an id has no control characters");
  } else {
    Require(!comity::DetailsOf(id.status()).faults.empty(), "a refusal names the field");
  }
  const auto account = comity::app::ReadAccountName("account", name);
  if (account.ok()) {
    const auto again = comity::app::ReadAccountName("account", account->ToText());
    Require(again.ok() && *again == *account, "an account's name is read again alike");
  }
  if (const auto event = comity::domain::EventKey::FromName(name)) Require(event->ToName() == name, "an event has one name");
  (void)comity::app::DeedHashFromName(name);
  return 0;
}
