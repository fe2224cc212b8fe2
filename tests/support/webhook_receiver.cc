#include "tests/support/webhook_receiver.h"

#include <utility>

#include "tests/support/process.h"

namespace comity::testing {

WebhookReceiver::WebhookReceiver() {
  AnswerStatus(204);
  server_ = net::Server::Start({}, [this](net::Request request, net::Responder respond) { Serve(request, respond); }).value();
}

void WebhookReceiver::Answer(std::function<net::Response(const Message&)> answer) {
  MutexLock lock(mutex_);
  answer_ = std::move(answer);
}

void WebhookReceiver::AnswerStatus(int status, net::Headers headers) {
  Answer([status, headers = std::move(headers)](const Message&) { return net::Response{status, headers, ""}; });
}

std::vector<WebhookReceiver::Message> WebhookReceiver::Messages() const {
  MutexLock lock(mutex_);
  return messages_;
}

bool WebhookReceiver::AwaitMessages(size_t count, std::chrono::milliseconds deadline) const {
  return WaitUntil([&] { return Messages().size() >= count; }, deadline);
}

void WebhookReceiver::Serve(const net::Request& request, const net::Responder& respond) {
  Message message{std::string(net::FindHeader(request.headers, "webhook-id")),
                  std::string(net::FindHeader(request.headers, "webhook-timestamp")),
                  std::string(net::FindHeader(request.headers, "webhook-signature")), request.body};
  net::Response response;
  {
    MutexLock lock(mutex_);
    messages_.push_back(message);
    if (!answer_) {
      held_.push_back(respond);
      return;
    }
    response = answer_(message);
  }
  respond(std::move(response));
}

}  // namespace comity::testing
