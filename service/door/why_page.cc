#include "service/door/why_page.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "google/protobuf/util/time_util.h"
#include "service/door/bridge.h"

namespace comity::door {
namespace {

constexpr size_t kMaxFormBytes = 16 * 1024;

// Light and dark as the reader's system says; narrow screens need nothing of their own, since nothing has a fixed width.
constexpr char kStyle[] =
    ":root{color-scheme:light "
    "dark;--ink:#1b1b1b;--soft:#4a4a4a;--paper:#fff;--panel:#f4f6f8;--line:#c9d1d9;--accent:#14476b;--link:#0b5394;"
    "--bad:#a30000;--on:#fff}"
    "@media(prefers-color-scheme:dark){:root{--ink:#ececec;--soft:#b8b8b8;--paper:#161616;--panel:#222629;--line:#4a5157;--accent:#8ec7f2;"
    "--link:#8ec7f2;--bad:#ff8a80;--on:#10202c}}"
    "body{font:1.05rem/1.55 system-ui,sans-serif;max-width:44rem;margin:0 auto;padding:1rem 1rem "
    "3rem;color:var(--ink);background:var(--paper)}"
    "h1{margin:.5rem 0}h2{font-size:1.25rem;margin:2rem 0 .5rem}h3{font-size:1.05rem;margin:1.25rem 0 .25rem}a{color:var(--link)}"
    "p,li,h2,h3,code{overflow-wrap:anywhere}ul,ol{padding-left:1.25rem;margin:.25rem 0}li{margin:.25rem 0}"
    "article{background:var(--panel);border:1px solid var(--line);border-left:6px solid var(--accent);border-radius:6px;"
    "padding:.25rem 1rem 1rem;margin:.75rem 0}.lead{font-size:1.15rem;font-weight:600;margin:.75rem 0}"
    ".do p{margin:.6rem 0 .15rem}"
    "code{font:.9em/1.4 ui-monospace,monospace}.do code{display:block;background:var(--paper);border:1px solid var(--line);"
    "border-radius:4px;padding:.4rem .6rem}"
    ".facts{list-style:none;padding:0}.facts>li{border-top:1px solid var(--line);padding:.6rem 0;margin:0}"
    ".hint,.code,time{color:var(--soft);font-size:.92rem}.code{display:block}"
    "label{display:block;margin-top:1rem;font-weight:600}.hint{margin:.25rem 0}"
    "input{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.55rem;margin-top:.25rem;color:var(--ink);"
    "background:var(--paper);border:2px solid var(--soft);border-radius:4px}"
    "button{font:inherit;font-weight:600;margin-top:1.25rem;padding:.6rem 1.5rem;border:0;border-radius:4px;background:var(--accent);"
    "color:var(--on);cursor:pointer}"
    "input:focus,button:focus,a:focus{outline:3px solid #b35900;outline-offset:2px}"
    ".error{border-left:6px solid var(--bad);background:var(--panel);padding:.6rem 1rem}";

// The page's only style is allowed by its hash, and nothing else by anything.
std::string ContentPolicy() {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(kStyle), sizeof kStyle - 1, digest);
  unsigned char base64[64];
  const int size = EVP_EncodeBlock(base64, digest, sizeof digest);
  return "default-src 'none'; style-src 'sha256-" + std::string(reinterpret_cast<const char*>(base64), static_cast<size_t>(size)) +
         "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
}

net::Response Page(int status, std::string_view asked, std::string_view result) {
  static const std::string policy = ContentPolicy();
  net::Response response;
  response.status = status;
  response.headers = {{"Content-Type", "text/html; charset=utf-8"},
                      {"Content-Security-Policy", policy},
                      {"Cache-Control", "no-store"},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Referrer-Policy", "no-referrer"}};
  response.body = std::string("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">") +
                  "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>" +
                  (result.empty() ? "Why?" : "Why? – what was made of it") + " – Comity</title><style>" + kStyle +
                  "</style></head><body><main><h1>Why?</h1>"
                  "<p>Paste the address of a ticket, change or page, and read what was made of it: who is credited, or why nobody is.</p>" +
                  std::string(result) +
                  "<form method=\"post\" action=\"/why\"><label for=\"subject\">Address or key</label>"
                  "<input id=\"subject\" name=\"subject\" required maxlength=\"2000\" autocomplete=\"off\" inputmode=\"url\" "
                  "aria-describedby=\"subject-hint\" value=\"" +
                  EscapeHtml(asked) +
                  "\"><p class=\"hint\" id=\"subject-hint\">For example https://github.com/acme/billing/issues/12 or acme/billing#12</p>"
                  "<label for=\"token\">Your token</label>"
                  "<input id=\"token\" name=\"token\" type=\"password\" required maxlength=\"200\" autocomplete=\"off\" "
                  "aria-describedby=\"token-hint\"><p class=\"hint\" id=\"token-hint\">The text of your token file. "
                  "It is sent with this one question and kept nowhere.</p>"
                  "<button type=\"submit\">Tell me why</button></form></main></body></html>\n";
  return response;
}

std::string Paragraph(std::string_view text) { return text.empty() ? "" : "<p>" + EscapeHtml(text) + "</p>"; }

std::string Capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

// A command is shown as it is to be typed, below its condition (`command  # when`); an instruction is a sentence.
std::string Remedies(const google::protobuf::RepeatedPtrField<std::string>& remedies) {
  std::string html;
  for (const std::string& remedy : remedies) {
    const size_t when = remedy.find("  # ");
    if (when != std::string::npos) html += "<p>" + EscapeHtml(Capital(remedy.substr(when + 4))) + ":</p>";
    const std::string text = EscapeHtml(remedy.substr(0, when));
    html += remedy.starts_with("comity ") ? "<code>" + text + "</code>" : "<p>" + text + "</p>";
  }
  return html.empty() ? html : "<div class=\"do\">" + html + "</div>";
}

// What happened, then why, a step a line; the text alone where it is not made of its steps.
std::string Reasons(const v1::Explanation& explanation) {
  if (explanation.text().empty()) return {};
  std::string joined, items;
  for (int i = 0; i < explanation.steps_size(); ++i) {
    const std::string& text = explanation.steps(i).text();
    joined += (i > 0 ? " " : "") + text;
    if (i > 0) items += "<li>" + EscapeHtml(text) + "</li>";
  }
  if (items.empty() || joined != explanation.text()) return "<p class=\"lead\">" + EscapeHtml(explanation.text()) + "</p>";
  return "<p class=\"lead\">" + EscapeHtml(explanation.steps(0).text()) + "</p><h3>Why</h3><ul>" + items + "</ul>";
}

std::string Deeds(const v1::ExplainSubjectResponse& answer) {
  std::string html;
  for (const v1::SubjectDeed& deed : answer.deeds()) {
    html += "<article>" + Reasons(deed.explanation());
    if (deed.explanation().remedies_size() > 0)
      html += "<h3>What can be done, on the command line</h3>" + Remedies(deed.explanation().remedies());
    html += "<p class=\"code\">" + EscapeHtml(deed.deed()) + "</p></article>";
  }
  return html.empty() ? html : "<h2>Help found in it</h2>" + html;
}

// `OUTCOME_NOT_COUNTED` and `WONT_DO` as people read them.
std::string Words(std::string text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) == prefix) text.erase(0, prefix.size());
  for (char& c : text) c = c == '_' ? ' ' : static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

// `2026-09-02 10:05 UTC`: to the minute, as the command line says it.
std::string TimeElement(const google::protobuf::Timestamp& occurred) {
  const std::string time = google::protobuf::util::TimeUtil::ToString(occurred);
  const std::string words = time.size() >= 16 ? time.substr(0, 10) + " " + time.substr(11, 5) + " UTC" : time;
  return "<time datetime=\"" + EscapeHtml(time) + "\">" + EscapeHtml(words) + "</time> ";
}

std::string Events(const v1::ExplainSubjectResponse& answer) {
  std::string html;
  for (const v1::Event& event : answer.events()) {
    html += "<li>";
    if (event.fact().has_occur_time()) html += TimeElement(event.fact().occur_time());
    html += EscapeHtml(Words(v1::FactKind_Name(event.fact().kind()), "FACT_KIND_")) + ": <strong>" +
            EscapeHtml(Words(v1::Event::Outcome_Name(event.outcome()), "OUTCOME_")) + "</strong>";
    if (!event.explanation().text().empty()) html += "<br>" + EscapeHtml(event.explanation().text());
    html +=
        "<span class=\"code\">" + EscapeHtml(event.name()) + (event.reason().empty() ? "" : ", " + EscapeHtml(event.reason())) + "</span>";
    html += Remedies(event.explanation().remedies()) + "</li>";
  }
  return html.empty() ? html : "<h2>What came in</h2><ol class=\"facts\">" + html + "</ol>";
}

// Only addresses that a browser opens as pages become links.
std::string SubjectLine(const v1::ExplainSubjectResponse& answer) {
  const std::string& uri = answer.subject_uri();
  const bool web = uri.substr(0, 8) == "https://" || uri.substr(0, 7) == "http://";
  if (!web) return EscapeHtml(answer.subject());
  return "<a rel=\"noreferrer noopener\" href=\"" + EscapeHtml(uri) + "\">" + EscapeHtml(answer.subject()) + "</a>";
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string Decode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0) {
      out += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::map<std::string, std::string> ParseForm(std::string_view body) {
  std::map<std::string, std::string> form;
  body = body.substr(0, kMaxFormBytes);
  while (!body.empty()) {
    const size_t end = body.find('&');
    const std::string_view pair = body.substr(0, end);
    const size_t equals = pair.find('=');
    if (equals != std::string_view::npos) form[Decode(pair.substr(0, equals))] = Decode(pair.substr(equals + 1));
    if (end == std::string_view::npos) break;
    body.remove_prefix(end + 1);
  }
  return form;
}

net::Response WhyForm() { return Page(200, "", ""); }

net::Response WhyAnswer(std::string_view asked, const v1::ExplainSubjectResponse& answer) {
  return Page(200, asked,
              "<section aria-live=\"polite\"><h2>" + SubjectLine(answer) + "</h2>" +
                  (answer.deeds_size() == 1 ? "" : Paragraph(answer.summary())) +  // one deed's explanation says the same
                  Deeds(answer) + Events(answer) + "</section><h2>Ask again</h2>");
}

net::Response WhyError(std::string_view asked, const google::rpc::Status& error) {
  return Page(HttpStatusOf(error.code()), asked, "<p class=\"error\" role=\"alert\">" + EscapeHtml(error.message()) + "</p>");
}

}  // namespace comity::door
