// Thanks as people read them.
#ifndef COMITY_CLIENTS_CLI_RECOGNITION_TEXT_H_
#define COMITY_CLIENTS_CLI_RECOGNITION_TEXT_H_

#include <iosfwd>
#include <string>
#include <string_view>

#include "clients/cli/style.h"
#include "comity/v1/recognition.pb.h"

namespace comity::cli {

// `ana, ben and somebody`: who may not be named is somebody.
std::string RecipientsText(const v1::Recognition& recognition);
// `ana`; who may not be named is somebody.
std::string AuthorText(std::string_view person);
// What one of those thanked has said of who may see it, in a sentence.
std::string VisibilityText(v1::Visibility visibility);
// The first line of what was written, for a table; cut with `…`.
std::string FirstLine(std::string_view text);
void PrintRecognition(std::ostream& out, const Style& style, const v1::Recognition& recognition);

}  // namespace comity::cli

#endif  // COMITY_CLIENTS_CLI_RECOGNITION_TEXT_H_
