// A receiver of outbound webhooks that answers as it is told and keeps what came.
#ifndef COMITY_TESTS_SUPPORT_WEBHOOK_RECEIVER_H_
#define COMITY_TESTS_SUPPORT_WEBHOOK_RECEIVER_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "service/base/mutex.h"
#include "service/net/http.h"

namespace comity::testing {

// Safe to call from any thread.
class WebhookReceiver {
 public:
  struct Message {
    std::string id, timestamp, signatures, body;
  };

  WebhookReceiver();
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()) + "/in"; }
  // What it answers from now on; 204 at first. Unset: it holds what comes and answers nothing.
  void Answer(std::function<net::Response(const Message&)> answer);
  void AnswerStatus(int status, net::Headers headers = {});
  // All that came, in the sequence in which it came.
  std::vector<Message> Messages() const;
  // False unless so many have come in time.
  bool AwaitMessages(size_t count, std::chrono::milliseconds deadline = std::chrono::seconds(10)) const;

 private:
  void Serve(const net::Request& request, const net::Responder& respond);

  mutable Mutex mutex_;
  std::vector<Message> messages_ ABSL_GUARDED_BY(mutex_);
  std::vector<net::Responder> held_ ABSL_GUARDED_BY(mutex_);
  std::function<net::Response(const Message&)> answer_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<net::Server> server_;  // last: it uses the rest
};

}  // namespace comity::testing

#endif  // COMITY_TESTS_SUPPORT_WEBHOOK_RECEIVER_H_
