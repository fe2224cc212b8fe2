#include "clients/cli/run.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "clients/cli/verb.h"
#include "comity/v1/admin.pb.h"
#include "comity/v1/deed.pb.h"
#include "comity/v1/directory.pb.h"
#include "comity/v1/event.pb.h"
#include "service/base/error.h"
#include "tests/unit/clients/cli/command_line.h"

namespace comity::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST_F(CommandLine, PrintsHelpAndVersionAndSucceeds) {
  EXPECT_EQ(Run({"--help"}), kExitOk);
  EXPECT_THAT(out_, HasSubstr("deeds"));
  EXPECT_EQ(Run({"deeds", "correct", "--help"}), kExitOk);
  EXPECT_THAT(out_, HasSubstr("PERSON=PERCENT"));
  EXPECT_EQ(Run({"--version"}), kExitOk);
  EXPECT_THAT(out_, testing::StartsWith("comity "));
}

TEST_F(CommandLine, ExitsWithTwoForWhatItCannotRead) {
  for (const std::vector<std::string>& wrong :
       std::vector<std::vector<std::string>>{{},
                                             {"dances"},
                                             {"deeds"},
                                             {"deeds", "dance"},
                                             {"deeds", "explain"},
                                             {"deeds", "list", "--state", "happy"},
                                             {"deeds", "list", "--limit", "-1"},
                                             {"deeds", "list", "--since", "never"},
                                             {"deeds", "correct", "d", "--to", "ana", "--because", "x"},
                                             {"why"},
                                             {"deeds", "list", "--output", "xml"}}) {
    EXPECT_EQ(Run(wrong), kExitUsage) << testing::PrintToString(wrong);
    EXPECT_THAT(err_, Not(HasSubstr("INTERNAL")));
    EXPECT_NE(err_, "");
  }
  EXPECT_TRUE(fake_.calls().empty());
}

TEST_F(CommandLine, ErasesOnlyForAScriptThatSaysSoOrSomebodyWhoTypesTheId) {
  std::string erased;
  fake_.On<v1::ErasePersonRequest, v1::Erasure>("AdminService/ErasePerson", [&](const v1::ErasePersonRequest& request) {
    erased = request.data_subject();
    v1::Erasure erasure;
    erasure.set_done(true);
    erasure.set_account_count(2);
    erasure.set_ownership_rule_count(1);
    return erasure;
  });
  EXPECT_EQ(Run({"admin", "erase", "ana"}, "ana\n"), kExitUsage);  // no terminal: nobody could have read what happens
  EXPECT_THAT(err_, HasSubstr("--yes"));
  EXPECT_EQ(erased, "");
  in_is_terminal_ = true;
  EXPECT_EQ(Run({"admin", "erase", "people/ana"}, "bo\n"), kExitUsage);
  EXPECT_EQ(Run({"admin", "erase", "ana"}, ""), kExitUsage);
  EXPECT_THAT(err_, HasSubstr("Nobody can undo it"));
  EXPECT_EQ(erased, "");
  EXPECT_EQ(Run({"admin", "erase", "people/ana"}, "ana\n"), kExitOk);
  EXPECT_EQ(erased, "people/ana");
  EXPECT_THAT(out_, HasSubstr("2 accounts"));
  EXPECT_THAT(out_, HasSubstr("1 ownership rule of the directory file"));
  in_is_terminal_ = false;
  EXPECT_EQ(Run({"admin", "erase", "bo", "--yes"}), kExitOk);
  EXPECT_EQ(erased, "people/bo");
}

TEST_F(CommandLine, ExportsPagesAsOneDocumentThatOnlyItsOwnerCanRead) {
  fake_.On<v1::ExportPersonRequest, v1::ExportPersonResponse>("AdminService/ExportPerson", [](const v1::ExportPersonRequest& request) {
    v1::ExportPersonResponse page;
    const auto add = [&](const std::string& heading, const std::string& value) {
      auto& part = *page.add_parts();
      part.set_heading(heading);
      (*part.mutable_content()->mutable_fields())["what"].set_string_value(value);
    };
    if (request.page_token().empty()) {
      add("person", "\"ana\" <b>");
      add("deeds", "one");
      page.set_next_page_token("more");
    } else {
      add("deeds", "two");
    }
    return page;
  });
  EXPECT_EQ(Run({"me", "export"}), kExitOk);
  EXPECT_EQ(std::count(out_.begin(), out_.end(), '['), 2);
  EXPECT_THAT(out_, HasSubstr("\"deeds\": [\n    {\"what\":\"one\"},\n    {\"what\":\"two\"}\n  ]\n}"));
  const std::string file = folder_ + "/ana.json";
  EXPECT_EQ(Run({"admin", "export", "ana", "--out", file}), kExitOk);
  struct stat known {};
  ASSERT_EQ(stat(file.c_str(), &known), 0);
  EXPECT_EQ(known.st_mode & 0777, 0600u);
  EXPECT_EQ(Run({"admin", "export", "ana", "--out", file}), kExitUsage);
  EXPECT_THAT(err_, HasSubstr("not there yet"));
}

TEST_F(CommandLine, ShowsTheAudit) {
  v1::ListAuditRequest asked;
  fake_.On<v1::ListAuditRequest, v1::ListAuditResponse>("AdminService/ListAudit", [&](const v1::ListAuditRequest& request) {
    asked = request;
    v1::ListAuditResponse page;
    v1::AuditRecord& record = *page.add_records();
    record.set_method("DeedService/GetDeed");
    record.set_code("PERMISSION_DENIED");
    record.set_target("deeds/x\x1b[2J");
    return page;
  });
  EXPECT_EQ(Run({"admin", "audit", "--since", "2026-09-02", "--method", "DeedService", "--person", "ana", "--code", "OK"}), kExitOk);
  EXPECT_EQ(asked.person(), "people/ana");
  EXPECT_EQ(asked.method(), "DeedService");
  EXPECT_TRUE(asked.has_start_time());
  EXPECT_THAT(out_, HasSubstr("PERMISSION_DENIED"));
  EXPECT_THAT(out_, HasSubstr("unknown"));
  EXPECT_THAT(out_, Not(HasSubstr("\x1b")));
  EXPECT_EQ(Run({"admin", "audit", "--since", "never"}), kExitUsage);
}

TEST_F(CommandLine, ShowsWhatThereIsWhenOnlyANounIsGiven) {
  EXPECT_EQ(Run({"deeds"}), kExitUsage);
  EXPECT_THAT(err_, HasSubstr("confirm"));
  EXPECT_EQ(Run({}), kExitUsage);
  EXPECT_THAT(err_, HasSubstr("directory"));
  EXPECT_EQ(Run({"deeds", "explain"}), kExitUsage);
  EXPECT_THAT(err_, HasSubstr("NAME is required"));
}

TEST_F(CommandLine, RefusesACorrectionThatMakesNoWholeBeforeItIsSent) {
  ServeDeed();
  EXPECT_EQ(Run({"deeds", "correct", "d", "--to", "ana=70,cem=20", "--because", "x"}), kExitUsage);
  EXPECT_THAT(err_, HasSubstr("--to makes 90 %; it must make 100 %, or your own 33.3333 %"));
  EXPECT_EQ(corrected_.shares_size(), 0);
}

TEST_F(CommandLine, SaysWhatANewlyNamedPersonHasToDo) {
  ServeDeed();
  fake_.On<v1::CorrectDeedRequest, v1::Deed>("DeedService/CorrectDeed", [](const v1::CorrectDeedRequest& request) {
    v1::Deed deed;
    deed.set_name(request.name());
    deed.add_pending_people("people/cem");
    return deed;
  });
  EXPECT_EQ(Run({"deeds", "correct", "d", "--to", "ana=70,cem=30", "--because", "x"}), kExitOk);
  EXPECT_THAT(out_, HasSubstr("waits for cem"));
  EXPECT_THAT(out_, HasSubstr("comity deeds accept deeds/d"));
}

TEST_F(CommandLine, SaysOnceWhyThereIsNoDeedAndWhatToDo) {
  fake_.On<v1::ExplainSubjectRequest, v1::ExplainSubjectResponse>("EventService/ExplainSubject", [](const v1::ExplainSubjectRequest&) {
    v1::ExplainSubjectResponse response;
    response.set_summary("No deed was found. Nobody has said who it is.");
    v1::Event& event = *response.add_events();
    event.set_name("events/e");
    event.set_outcome(v1::Event::OUTCOME_PARKED);
    event.mutable_explanation()->set_text("Nobody has said who it is.");
    event.mutable_explanation()->add_remedies("comity accounts link a:b:c PERSON");
    return response;
  });
  EXPECT_EQ(Run({"why", "acme/billing#1"}), kExitOk);
  EXPECT_EQ(out_.find("Nobody has said who it is."), out_.rfind("Nobody has said who it is."));
  EXPECT_THAT(out_, HasSubstr("comity accounts link a:b:c PERSON"));
}

TEST_F(CommandLine, NamesRolesInPlainWordsAmongReads) {
  fake_.On<v1::ListReadsRequest, v1::ListReadsResponse>("AdminService/ListReads", [](const v1::ListReadsRequest&) {
    v1::ListReadsResponse response;
    response.add_reads()->set_reader("ROLE_ADMIN, ROLE_STEWARD");
    response.add_reads()->set_reader("people/ana");
    return response;
  });
  EXPECT_EQ(Run({"me", "reads"}), kExitOk);
  EXPECT_THAT(out_, HasSubstr("admin, steward"));
  EXPECT_THAT(out_, HasSubstr("people/ana"));
}

TEST_F(CommandLine, SaysThatNoConnectorIsCalledSo) {
  fake_.On<v1::CreateSourceRequest, v1::Source>("AdminService/CreateSource", [](const v1::CreateSourceRequest& request) {
    v1::Source source = request.source();
    source.set_name("sources/" + request.source_id());
    return source;
  });
  EXPECT_EQ(Run({"sources", "create", "x", "--suite", "gitlub", "--instance", "gitlub.com"}), kExitOk);
  EXPECT_THAT(out_, HasSubstr("none for gitlub"));
  EXPECT_THAT(out_, Not(HasSubstr("/in/x")));
  EXPECT_EQ(Run({"sources", "create", "y", "--suite", "github", "--instance", "github.com"}), kExitOk);
  EXPECT_THAT(out_, HasSubstr("/in/y"));
  EXPECT_THAT(out_, HasSubstr("  organisation: poll all its repositories"));
  EXPECT_THAT(out_, HasSubstr("    poll: {read_token_file: "));
  EXPECT_EQ(Run({"sources", "create", "z", "--suite", "git", "--instance", "code"}), kExitOk);
  EXPECT_THAT(out_, HasSubstr("poll: {back_fill: 90d}"));
  EXPECT_THAT(out_, Not(HasSubstr("/in/z"))) << "a suite without hooks has no address";
}

TEST_F(CommandLine, SaysWhereToReadThePastIfTheConfigurationIsNotHere) {
  variables_["HOME"] = folder_;
  EXPECT_EQ(Run({"sources", "backfill", "sources/github-acme", "--since", "30d"}), kExitRefused);
  EXPECT_THAT(err_, HasSubstr("there is no " + folder_ + "/.local/share/comity/connect.yaml"));
  EXPECT_THAT(err_, HasSubstr("run this on its machine: comity sources backfill github-acme --since 30d --config FILE"));
  EXPECT_EQ(Run({"sources", "backfill", "github-acme", "--config", folder_ + "/none.yaml"}), kExitRefused);
  EXPECT_THAT(err_, HasSubstr("none.yaml"));
  EXPECT_EQ(Run({"sources", "backfill", "sources/--all"}), kExitUsage);
  EXPECT_EQ(Run({"sources", "backfill"}), kExitUsage);
}

TEST_F(CommandLine, PrintsTheManifestOfASourcesApp) {
  fake_.On<v1::GetSourceRequest, v1::Source>("AdminService/GetSource", [](const v1::GetSourceRequest& request) {
    v1::Source source;
    source.set_name(request.name());
    source.set_suite(request.name() == "sources/wiki" ? "mediawiki" : "github");
    source.set_instance("github.com");
    return source;
  });
  EXPECT_EQ(Run({"sources", "manifest", "github-acme", "--hook-url", "https://comity.acme.example/in/github-acme"}), kExitOk);
  EXPECT_THAT(out_, HasSubstr("\"hook_attributes\":{\"url\":\"https://comity.acme.example/in/github-acme\""));
  EXPECT_THAT(out_, Not(HasSubstr("write")));
  EXPECT_EQ(Run({"sources", "manifest", "wiki", "--hook-url", "https://comity.acme.example/in/wiki"}), kExitRefused);
  EXPECT_THAT(err_, HasSubstr("github, jira, linear, slack"));
  EXPECT_EQ(Run({"sources", "manifest", "new", "--suite", "slack", "--hook-url", "https://comity.acme.example/in/new"}), kExitOk);
  EXPECT_THAT(out_, HasSubstr("\"should_escape\":true"));
  EXPECT_EQ(Run({"sources", "manifest", "new", "--suite", "slack", "--hook-url", "comity.acme.example\"/in"}), kExitUsage);
}

TEST_F(CommandLine, ProposesWhoseAccountsMayBeAndLinksNothing) {
  fake_.On<v1::ListAccountsRequest, v1::ListAccountsResponse>("DirectoryService/ListAccounts", [](const v1::ListAccountsRequest&) {
    v1::ListAccountsResponse response;
    v1::DirectoryAccount& known = *response.add_accounts();
    known.set_name("accounts/github:github.com:1");
    known.set_login("ana");
    known.set_person("people/ana-b");
    v1::DirectoryAccount& unknown = *response.add_accounts();
    unknown.set_name("accounts/gitlab:gitlab.com:7");
    unknown.set_login("Ana");
    return response;
  });
  fake_.On<v1::ListPeopleRequest, v1::ListPeopleResponse>("DirectoryService/ListPeople",
                                                          [](const v1::ListPeopleRequest&) { return v1::ListPeopleResponse(); });
  EXPECT_EQ(Run({"accounts", "propose"}), kExitOk);
  for (const char* text :
       {"gitlab:gitlab.com:7", "ana-b", "medium", "the same login as github:github.com:1", "Nothing is linked by this"}) {
    EXPECT_THAT(out_, HasSubstr(text));
  }
  EXPECT_EQ(Run({"accounts", "propose", "--output=json"}), kExitOk);
  EXPECT_THAT(out_, HasSubstr("\"confidence\": \"medium\""));
}

TEST_F(CommandLine, TakesServerAndTokenFromOptionsThenEnvironmentThenDefaults) {
  variables_["HOME"] = folder_;
  Run({"status"});
  EXPECT_EQ(options_.server, "127.0.0.1:7070");
  EXPECT_EQ(options_.token_file, "");
  std::filesystem::create_directories(folder_ + "/.local/share/comity");
  std::ofstream(folder_ + "/.local/share/comity/admin.token") << "t";
  Run({"status"});
  EXPECT_EQ(options_.token_file, folder_ + "/.local/share/comity/admin.token");
  variables_["COMITY_SERVER"] = "127.0.0.1:1";
  variables_["COMITY_TOKEN_FILE"] = "mine";
  Run({"status"});
  EXPECT_EQ(options_.server, "127.0.0.1:1");
  EXPECT_EQ(options_.token_file, "mine");
  Run({"--server=127.0.0.1:2", "status", "--token-file", "other"});
  EXPECT_EQ(options_.server, "127.0.0.1:2");
  EXPECT_EQ(options_.token_file, "other");
}

TEST_F(CommandLine, PrintsAListAsOneJsonObjectAlsoWhenItIsEmpty) {
  fake_.On<v1::ListDeedsRequest, v1::ListDeedsResponse>("DeedService/ListDeeds",
                                                        [](const v1::ListDeedsRequest&) { return v1::ListDeedsResponse(); });
  EXPECT_EQ(Run({"deeds", "list", "--output=json"}), kExitOk);
  EXPECT_EQ(out_, "{\n \"deeds\": []\n}\n");
}

TEST_F(CommandLine, ShowsEveryFieldOfADeedInJson) {
  fake_.On<v1::ListDeedsRequest, v1::ListDeedsResponse>("DeedService/ListDeeds", [](const v1::ListDeedsRequest& request) {
    EXPECT_EQ(request.person(), "people/ana");
    EXPECT_EQ(request.team(), "teams/payments");
    EXPECT_EQ(request.state(), v1::Deed::STATE_STANDING);
    EXPECT_EQ(request.since_time().seconds(), 86'400);
    v1::ListDeedsResponse response;
    v1::Deed& deed = *response.add_deeds();
    deed.set_stance(v1::Deed::STANCE_STEPPED_IN);
    deed.add_helpers()->set_share_ppm(1'000'000);
    return response;
  });
  EXPECT_EQ(Run({"deeds", "list", "--person", "ana", "--team", "teams/payments", "--state", "standing", "--since", "1970-01-02", "--output",
                 "json"}),
            kExitOk);
  for (const char* field :
       {"\"name\": \"\"", "\"subjectUri\"", "\"stance\": \"STANCE_STEPPED_IN\"", "\"sharePpm\": 1000000", "\"helpedTeam\"", "\"policy\""}) {
    EXPECT_THAT(out_, HasSubstr(field));
  }
}

TEST_F(CommandLine, SaysWhenAListWasCut) {
  fake_.On<v1::ListDeedsRequest, v1::ListDeedsResponse>("DeedService/ListDeeds", [](const v1::ListDeedsRequest& request) {
    v1::ListDeedsResponse response;
    for (int i = 0; i < request.page_size(); ++i) response.add_deeds();
    response.set_next_page_token("more");
    return response;
  });
  EXPECT_EQ(Run({"deeds", "list", "--limit", "3"}), kExitOk);
  EXPECT_THAT(err_, HasSubstr("first 3"));
}

TEST_F(CommandLine, TellsErrorsInPlainWordsWithFieldsAndExitsWithOne) {
  fake_.Answer("DeedService/ConfirmDeed", [](const auto&, auto*) {
    return Error(absl::StatusCode::kPermissionDenied, ErrorReason::kNotTheAsker, "only the asker can confirm",
                 {{"name", "ask Ben\x1b[2J"}});
  });
  EXPECT_EQ(Run({"deeds", "confirm", "d1"}), kExitRefused);
  EXPECT_EQ(out_, "");
  EXPECT_EQ(err_, "comity: only the asker can confirm (NOT_THE_ASKER)\n  name: ask Ben?[2J\n");
}

TEST_F(CommandLine, ExitsWithThreeWhenTheServiceIsAway) {
  fake_.Answer("AdminService/GetStatus", [](const auto&, auto*) { return absl::UnavailableError("connection refused"); });
  EXPECT_EQ(Run({"status"}), kExitUnavailable);
  EXPECT_THAT(err_, HasSubstr("Is comityd running at 127.0.0.1:7070?"));
}

TEST_F(CommandLine, CorrectsWithPartsPerMillionThatSumExactlyAndTheEtagItSaw) {
  ServeDeed();
  EXPECT_EQ(Run({"deeds", "correct", "d1", "--to", "ana=33.33,ben=33.33", "--to", "cem=33.33", "--because", "we were three"}), kExitOk);
  EXPECT_THAT(Corrected(), ElementsAre("people/ana 333334", "people/ben 333333", "people/cem 333333"));
  EXPECT_EQ(corrected_.etag(), "etag-1");
  EXPECT_EQ(corrected_.name(), "deeds/d1");
  EXPECT_EQ(corrected_.because(), "we were three");
}

TEST_F(CommandLine, FitsWhatAHelperGivesAwayToTheirOwnShare) {
  ServeDeed();
  EXPECT_EQ(Run({"deeds", "correct", "d1", "--to", "ben=33.33", "--because", "it was Ben"}), kExitOk);
  EXPECT_THAT(Corrected(), ElementsAre("people/ben 333333"));
}

TEST_F(CommandLine, PutsATokensSecretIntoAFileForItsOwnerAloneAndNeverPrintsIt) {
  fake_.On<v1::CreateTokenRequest, v1::CreateTokenResponse>("AdminService/CreateToken", [](const v1::CreateTokenRequest& request) {
    v1::CreateTokenResponse response;
    *response.mutable_token() = request.token();
    response.set_secret("very-secret");
    return response;
  });
  const std::string file = folder_ + "/t";
  EXPECT_EQ(Run({"tokens", "create", "--role", "connector", "--source", "a", "--source", "sources/b", "--out", file}), kExitOk);
  EXPECT_THAT(out_ + err_, Not(HasSubstr("very-secret")));
  std::string written;
  std::getline(std::ifstream(file), written);
  EXPECT_EQ(written, "very-secret");
  struct stat info {};
  ASSERT_EQ(stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_EQ(Run({"tokens", "create", "--role", "admin", "--out", file}), kExitRefused);
  EXPECT_EQ(Run({"tokens", "create", "--role", "admin", "--out", folder_ + "/t2", "--output=json"}), kExitOk);
  EXPECT_THAT(out_, Not(HasSubstr("very-secret")));
}

TEST_F(CommandLine, MakesASourceWithItsSecretAndSaysWhatToConfigure) {
  fake_.On<v1::CreateSourceRequest, v1::Source>("AdminService/CreateSource", [](const v1::CreateSourceRequest& request) {
    v1::Source source = request.source();
    source.set_name("sources/" + request.source_id());
    return source;
  });
  const std::string file = folder_ + "/s";
  EXPECT_EQ(Run({"sources", "create", "desk", "--suite", "generic", "--instance", "desk.example", "--secret-out", file}), kExitOk);
  EXPECT_THAT(out_, HasSubstr("/in/desk\n"));
  EXPECT_THAT(out_, HasSubstr("secret_files: [\"" + std::filesystem::path(file).lexically_normal().string() + "\"]"));
  std::string written;
  std::getline(std::ifstream(file), written);
  EXPECT_THAT(written, testing::StartsWith("whsec_"));
  EXPECT_THAT(out_, Not(HasSubstr(written)));
}

TEST_F(CommandLine, LeavesNoSecretBehindForASourceThatWasRefused) {
  fake_.Answer("AdminService/CreateSource", [](const auto&, auto*) { return absl::AlreadyExistsError("there is one"); });
  EXPECT_EQ(Run({"sources", "create", "x", "--suite", "github", "--instance", "github.com", "--secret-out", folder_ + "/s"}), kExitRefused);
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/s"));
}

TEST_F(CommandLine, PushesLinesAndReportsWhatCouldNotBeRead) {
  const std::string fact =
      R"({"kind":"FACT_KIND_OPENED","suite":"x","instance":"y","subject":{"kind":"SUBJECT_KIND_ISSUE","id":"1"},"objectId":"1","occurTime":"2026-09-02T10:00:00Z"})";
  fake_.sink().FailNext(absl::UnavailableError("away"));
  EXPECT_EQ(Run({"events", "push", "-", "--source", "s"},
                absl::StrCat(fact, "\n\n", fact, "\nnot json\n{\"kind\":\"FACT_KIND_OPENED\"}\n{\"surprise\":1}")),
            kExitRefused);
  EXPECT_THAT(out_, HasSubstr("1 stored, 1 known already, 1 set aside, 2 not readable"));
  EXPECT_THAT(out_, HasSubstr("line 4: this is no fact"));
  EXPECT_THAT(out_, HasSubstr("line 5: set aside"));
  EXPECT_EQ(fake_.sink().facts().size(), 1u);
}

TEST_F(CommandLine, PushesForTheOneSourceThatItsTokenNames) {
  fake_.On<v1::ListSourcesRequest, v1::ListSourcesResponse>("AdminService/ListSources", [](const v1::ListSourcesRequest&) {
    v1::ListSourcesResponse response;
    response.add_sources()->set_name("sources/only");
    return response;
  });
  EXPECT_EQ(Run({"events", "push", "-", "--output=json"}, ""), kExitOk);
  EXPECT_THAT(out_, HasSubstr("\"stored\": 0"));
}

TEST_F(CommandLine, ExplainsADeedWithWhatCanBeDone) {
  fake_.On<v1::ExplainDeedRequest, v1::ExplainDeedResponse>("DeedService/ExplainDeed", [](const v1::ExplainDeedRequest& request) {
    v1::ExplainDeedResponse response;
    response.mutable_deed()->set_name(request.name());
    response.mutable_deed()->set_kind(v1::Deed::KIND_RESOLVED);
    response.mutable_deed()->set_state(v1::Deed::STATE_PROVISIONAL);
    response.mutable_deed()->set_awaits_confirmation(true);
    v1::Deed::Helper& helper = *response.mutable_deed()->add_helpers();
    helper.set_held_for("accounts/x:y:1");
    helper.set_share_ppm(500'000);
    response.mutable_explanation()->set_text("Ana resolved it.");
    response.mutable_explanation()->add_steps()->set_text("Ben asked.");
    response.mutable_explanation()->add_remedies("comity deeds confirm deeds/d1");
    response.add_entries()->set_action(v1::LedgerEntry::ACTION_GRANT);
    return response;
  });
  EXPECT_EQ(Run({"deeds", "explain", "d1"}), kExitOk);
  for (const char* text : {"deeds/d1\n", "Ana resolved it.", "- Ben asked.", "held for x:y:1 50 %", "waits for the asker's yes", "grant",
                           "  comity deeds confirm deeds/d1\n"}) {
    EXPECT_THAT(out_, HasSubstr(text));
  }
}

TEST_F(CommandLine, ShowsWhatADirectoryFileWouldChange) {
  fake_.On<v1::ApplyDirectoryRequest, v1::ApplyDirectoryResponse>(
      "DirectoryService/ApplyDirectory", [](const v1::ApplyDirectoryRequest& request) {
        EXPECT_EQ(request.document(), "people: []");
        EXPECT_TRUE(request.dry_run());
        v1::ApplyDirectoryResponse response;
        response.add_changes()->set_target("people/ana");
        response.mutable_changes(0)->set_action(v1::DirectoryChange::ACTION_ADD);
        response.set_restated_deed_count(2);
        return response;
      });
  EXPECT_EQ(Run({"directory", "apply", "-", "--dry-run"}, "people: []"), kExitOk);
  EXPECT_THAT(out_, HasSubstr("+ people/ana"));
  EXPECT_THAT(out_, HasSubstr("1 change would be made; 2 deeds would be other than before."));
}

TEST_F(CommandLine, SaysAtLeastWhenNotEveryRestatedDeedWasCounted) {
  fake_.On<v1::ApplyDirectoryRequest, v1::ApplyDirectoryResponse>("DirectoryService/ApplyDirectory", [](const v1::ApplyDirectoryRequest&) {
    v1::ApplyDirectoryResponse response;
    response.add_changes()->set_target("people/ana");
    response.set_restated_deed_count(1900);
    response.set_restated_deed_count_is_minimum(true);
    return response;
  });
  EXPECT_EQ(Run({"directory", "apply", "-", "--dry-run"}, "people: []"), kExitOk);
  EXPECT_THAT(out_, HasSubstr("at least 1900 deeds would be other than before."));
}

TEST_F(CommandLine, ExitsWithOneWhenTheLedgerDoesNotHold) {
  fake_.On<v1::VerifyLedgerRequest, v1::VerifyLedgerResponse>("AdminService/VerifyLedger", [](const v1::VerifyLedgerRequest& request) {
    v1::VerifyLedgerResponse response;
    response.set_ok(!request.rebuild());
    return response;
  });
  EXPECT_EQ(Run({"admin", "verify"}), kExitRefused);
  EXPECT_EQ(Run({"admin", "verify", "--quick"}), kExitOk);
}

TEST_F(CommandLine, CompletesEveryVerbInBothShells) {
  for (const char* shell : {"bash", "zsh"}) {
    EXPECT_EQ(Run({"completion", shell}), kExitOk);
    for (const Verb& verb : AllVerbs()) EXPECT_THAT(out_, HasSubstr(verb.name));
  }
  EXPECT_EQ(Run({"completion", "fish"}), kExitUsage);
}

TEST(Verbs, AllHaveASummaryAndSomethingToRun) {
  for (const Verb& verb : AllVerbs()) {
    EXPECT_NE(verb.run, nullptr) << verb.name;
    EXPECT_NE(verb.summary, "") << verb.name;
    for (const Parameter& parameter : verb.parameters) EXPECT_NE(parameter.help, "") << verb.name << " " << parameter.name;
  }
}

TEST_F(CommandLine, DraftsAPolicyFromAFileAndSettings) {
  const std::string path = folder_ + "/policy.yaml";
  std::ofstream(path) << "bulk_limit: 30";
  v1::CreatePolicyRequest sent;
  fake_.On<v1::CreatePolicyRequest, v1::Policy>("DeedService/CreatePolicy", [&](const v1::CreatePolicyRequest& request) {
    sent = request;
    v1::Policy policy;
    policy.set_name("policies/2");
    policy.set_state(v1::Policy::STATE_DRAFT);
    policy.set_required_approval_count(2);
    policy.set_based_on("policies/1");
    policy.add_changes("More than 30 tickets closed at once wait.");
    return policy;
  });
  EXPECT_EQ(Run({"policy", "draft", path, "--from", "1", "--set", "rules.reviewed.mode=shadow", "--because", "too \"easy\""}), kExitOk)
      << err_;
  EXPECT_EQ(sent.based_on(), "policies/1");
  EXPECT_EQ(sent.file(), "bulk_limit: 30\nrules.reviewed.mode: shadow\nbecause: \"too \\\"easy\\\"\"\n");
  EXPECT_THAT(out_, HasSubstr("Drafted policies/2: draft, 0 of 2 approvals."));
  EXPECT_THAT(out_, HasSubstr("  - More than 30 tickets closed at once wait."));
  EXPECT_THAT(out_, HasSubstr("Next: comity policy compare 2"));
}

TEST_F(CommandLine, RefusesSettingsThatSetNothing) {
  for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{{"policy", "draft", "--set", "bulk_limit"},
                                                                                     {"policy", "draft", "--set", "=3"},
                                                                                     {"policy", "draft", "--update", "2"},
                                                                                     {"policy", "draft", "--update", "2", "--from", "1"},
                                                                                     {"policy", "restate", "1"},
                                                                                     {"policy", "restate", "restatements/1"},
                                                                                     {"policy", "activate", "2", "--from", "soon"}}) {
    EXPECT_EQ(Run(wrong), kExitUsage) << testing::PrintToString(wrong);
  }
  EXPECT_TRUE(fake_.calls().empty());
  EXPECT_EQ(Run({"policy", "draft", folder_ + "/none.yaml"}), kExitRefused);
}

TEST_F(CommandLine, ApprovesExactlyWhatItShows) {
  fake_.On<v1::GetPolicyRequest, v1::Policy>("DeedService/GetPolicy", [](const v1::GetPolicyRequest& request) {
    v1::Policy policy;
    policy.set_name(request.name());
    policy.set_etag("tag");
    return policy;
  });
  fake_.On<v1::ApprovePolicyRequest, v1::Policy>("DeedService/ApprovePolicy", [](const v1::ApprovePolicyRequest& request) {
    EXPECT_EQ(request.name(), "policies/2");
    EXPECT_EQ(request.etag(), "tag");
    v1::Policy policy;
    policy.set_name(request.name());
    policy.set_state(v1::Policy::STATE_APPROVED);
    return policy;
  });
  EXPECT_EQ(Run({"policy", "approve", "2"}), kExitOk) << err_;
  EXPECT_THAT(out_, HasSubstr("comity policy activate 2 --from DATE"));
}

TEST_F(CommandLine, ShowsWhatAPolicyWouldChange) {
  fake_.On<v1::ComparePolicyRequest, v1::ComparePolicyResponse>("DeedService/ComparePolicy", [](const v1::ComparePolicyRequest& request) {
    EXPECT_EQ(request.start_time().seconds(), 86'400);
    EXPECT_TRUE(request.with_names());
    v1::ComparePolicyResponse response;
    response.set_name(request.name());
    response.set_complete(false);
    response.mutable_end_time()->set_seconds(172'800);
    auto& row = *response.add_rows();
    row.set_helper_team("teams/payments");
    row.set_helped_team("teams/support");
    row.set_kind(v1::Deed::KIND_REVIEWED);
    row.mutable_difference()->set_not_counted(4);
    response.mutable_total()->set_not_counted(4);
    auto& example = *response.add_examples();
    example.set_subject("acme/billing#1");
    example.mutable_before()->set_text("It counted.");
    example.mutable_after()->set_text("It is on trial.");
    return response;
  });
  EXPECT_EQ(Run({"policy", "compare", "2", "--from", "1970-01-02", "--names"}), kExitOk) << err_;
  for (const char* shown : {"0 would count, 4 would not count any more; fewer than 5 people", "payments", "support", "acme/billing#1",
                            "It counted.", "It is on trial.", "go on with --from 1970-01-03"}) {
    EXPECT_THAT(out_, HasSubstr(shown));
  }
}

TEST_F(CommandLine, AnnouncesARestatementAndSaysWhatComesNext) {
  fake_.On<v1::CreateRestatementRequest, v1::Restatement>("DeedService/CreateRestatement", [](const v1::CreateRestatementRequest& request) {
    v1::Restatement made = request.restatement();
    made.set_name("restatements/1");
    made.set_state(v1::Restatement::STATE_ANNOUNCED);
    made.set_required_approval_count(2);
    made.set_preview_complete(true);
    made.mutable_preview()->set_counted(2);
    return made;
  });
  fake_.On<v1::StartRestatementRequest, v1::Restatement>("DeedService/StartRestatement", [](const v1::StartRestatementRequest& request) {
    v1::Restatement started;
    started.set_name(request.name());
    started.set_state(v1::Restatement::STATE_RUNNING);
    started.set_job("jobs/j1");
    return started;
  });
  EXPECT_EQ(Run({"policy", "restate", "2", "--from", "2026-06-01", "--to", "2026-07-01", "--because", "bots"}), kExitOk) << err_;
  EXPECT_THAT(out_, HasSubstr("0 of 2 approvals"));
  EXPECT_THAT(out_, HasSubstr("comity policy restate restatements/1 --approve"));
  EXPECT_EQ(Run({"policy", "restate", "restatements/1", "--start"}), kExitOk) << err_;
  EXPECT_THAT(out_, HasSubstr("judged again by jobs/j1"));
}

TEST_F(CommandLine, ShowsAccuracyAndWithholdsFewPeople) {
  fake_.On<v1::GetAccuracyRequest, v1::Accuracy>("DeedService/GetAccuracy", [](const v1::GetAccuracyRequest&) {
    v1::Accuracy accuracy;
    auto& row = *accuracy.add_rows();
    row.set_kind(v1::Deed::KIND_RESOLVED);
    row.set_suite("github");
    row.set_instance("github.com");
    row.set_mode(v1::Policy::Rule::MODE_ACTIVE);
    row.set_corrected_count(3);
    row.set_untouched_count(27);
    row.set_rate_ppm(100'000);
    row.set_lower_ppm(34'600);
    row.set_upper_ppm(256'200);
    auto& few = *accuracy.add_rows();
    few.set_kind(v1::Deed::KIND_REVIEWED);
    few.set_withheld(true);
    return accuracy;
  });
  EXPECT_EQ(Run({"policy", "accuracy"}), kExitOk) << err_;
  for (const char* shown : {"github:github.com", "10 %", "3.46 % to 25.62 %", "fewer than 5 people"}) EXPECT_THAT(out_, HasSubstr(shown));
}

}  // namespace
}  // namespace comity::cli
