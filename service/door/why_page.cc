#include "service/door/why_page.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "google/protobuf/util/time_util.h"
#include "service/door/bridge.h"

namespace comity::door {
namespace {

constexpr size_t kMaxFormBytes = 16 * 1024;

constexpr char kStyle[] =
    "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:42rem;margin:0 auto;padding:1rem;color:#1b1b1b;background:#fff}"
    "label{display:block;margin-top:1rem;font-weight:600}"
    "input{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.5rem;border:2px solid #555;border-radius:4px}"
    "button{font:inherit;margin-top:1rem;padding:.5rem 1.5rem;border:2px solid #14476b;border-radius:4px;background:#14476b;color:#fff}"
    "input:focus,button:focus,a:focus{outline:3px solid #b35900;outline-offset:2px}"
    ".hint,.code{color:#444;font-size:.95rem}.error{border-left:6px solid #a30000;padding-left:1rem}"
    "p,li,h2,h3{overflow-wrap:anywhere}code{font-size:.95em}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}.hint,.code{color:#bbb}a{color:#8ec7f2}"
    "input{background:#222;color:#eee;border-color:#999}.error{border-color:#ff8a80}}";

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
  response.body =
      std::string("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">") +
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
      "aria-describedby=\"token-hint\"><p class=\"hint\" id=\"token-hint\">It is sent with this one question and kept nowhere.</p>"
      "<button type=\"submit\">Tell me why</button></form></main></body></html>\n";
  return response;
}

std::string Paragraph(std::string_view text) { return text.empty() ? "" : "<p>" + EscapeHtml(text) + "</p>"; }

std::string List(const google::protobuf::RepeatedPtrField<std::string>& items, bool code) {
  std::string html;
  for (const std::string& item : items)
    html += code ? "<li><code>" + EscapeHtml(item) + "</code></li>" : "<li>" + EscapeHtml(item) + "</li>";
  return html.empty() ? html : "<ul>" + html + "</ul>";
}

std::string Deeds(const v1::ExplainSubjectResponse& answer) {
  std::string html;
  for (const v1::SubjectDeed& deed : answer.deeds()) {
    html += "<h3><code>" + EscapeHtml(deed.deed()) + "</code></h3>" + Paragraph(deed.explanation().text());
    if (deed.explanation().remedies_size() > 0) html += "<p>What you can do about it:</p>" + List(deed.explanation().remedies(), true);
  }
  return html.empty() ? html : "<h2>Help found in it</h2>" + html;
}

// `OUTCOME_NOT_COUNTED` and `WONT_DO` as people read them.
std::string Words(std::string text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) == prefix) text.erase(0, prefix.size());
  for (char& c : text) c = c == '_' ? ' ' : static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

std::string Events(const v1::ExplainSubjectResponse& answer) {
  std::string html;
  for (const v1::Event& event : answer.events()) {
    html += "<li>";
    if (event.fact().has_occur_time()) {
      const std::string time = google::protobuf::util::TimeUtil::ToString(event.fact().occur_time());
      html += "<time datetime=\"" + EscapeHtml(time) + "\">" + EscapeHtml(time) + "</time> ";
    }
    html += EscapeHtml(Words(v1::FactKind_Name(event.fact().kind()), "FACT_KIND_")) + ": <strong>" +
            EscapeHtml(Words(v1::Event::Outcome_Name(event.outcome()), "OUTCOME_")) + "</strong>";
    if (!event.explanation().text().empty()) html += ". " + EscapeHtml(event.explanation().text());
    html +=
        " <span class=\"code\">" + EscapeHtml(event.name()) + (event.reason().empty() ? "" : ", " + EscapeHtml(event.reason())) + "</span>";
    html += List(event.explanation().remedies(), true) + "</li>";
  }
  return html.empty() ? html : "<h2>What is known of it</h2><ol>" + html + "</ol>";
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
              "<section aria-live=\"polite\"><h2>" + SubjectLine(answer) + "</h2>" + Paragraph(answer.summary()) + Deeds(answer) +
                  Events(answer) + "</section><h2>Ask again</h2>");
}

net::Response WhyError(std::string_view asked, const google::rpc::Status& error) {
  return Page(HttpStatusOf(error.code()), asked, "<p class=\"error\" role=\"alert\">" + EscapeHtml(error.message()) + "</p>");
}

}  // namespace comity::door
