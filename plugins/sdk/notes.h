// Notes on tickets, which suites keep alike: who am I, the notes that are there, a new one or a change of one's own. Pure.
//
// A note is found again by its seal, and only where the write account itself wrote it: what somebody else copies there means nothing.
#ifndef COMITY_PLUGINS_SDK_NOTES_H_
#define COMITY_PLUGINS_SDK_NOTES_H_

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "plugins/sdk/connector.h"

namespace comity::sdk {

// How one suite does it, for one ticket.
struct NoteApi {
  std::string title;                                                   // of the suite, for messages
  std::string ticket;                                                  // for people: `acme/billing#12`
  std::string who_path, who_id = "/id";                                // who the write account is
  std::string list_path;                                               // the ticket's notes
  bool pages = false;                                                  // `list_path` has pages of 100: `page=N` is added
  std::string items, id = "/id", author = "/user/id", text = "/body";  // in the answer: the list, and in each of it
  std::string create_method = "POST", create_path;
  std::string change_method = "PATCH", change_path;  // the note's id is added, then `change_tail`
  std::string change_tail{};
  std::function<std::string(std::string_view)> create_body, change_body;  // JSON that holds the text
  std::function<std::string(std::string_view)> render;                    // lines in the suite's markup
  std::string accept = "application/json";
};

PublishStep PublishNote(const NoteApi& api, const Publication& publication);
absl::StatusOr<PublishStep> GoOnWithNote(const NoteApi& api, const Publication& publication, const Fetch& fetch,
                                         const net::Response& response);

// `acme/billing#12`: a project, a mark, a number.
struct TicketKey {
  std::string project;  // empty where the suite has one list of tickets
  char mark = '#';
  std::string number;
};
// `marks`: those that the suite has. `with_project`: 2 or more names (of IsPathName) with slashes between them come first, else none.
// Errors: INVALID_ARGUMENT that names `subject`.
absl::StatusOr<TicketKey> ReadTicketKey(std::string_view subject, std::string_view marks, bool with_project);
// {"NAME":"text"}
std::function<std::string(std::string_view)> JsonTextOf(std::string name);

// What is told of an answer that is not 2xx: which right is missing, or what is not there. `what`: the place, for people.
absl::Status RefusedToWrite(int status, std::string_view title, std::string_view what);
// FAILED_PRECONDITION: a person edited what was published at `what`.
absl::Status EditedByPeople(std::string_view what);

}  // namespace comity::sdk

#endif  // COMITY_PLUGINS_SDK_NOTES_H_
