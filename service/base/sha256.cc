#include "service/base/sha256.h"

#include <openssl/evp.h>

#include <cstdlib>

namespace comity {
namespace {

const EVP_MD* Method() {
  static const EVP_MD* const kMethod = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return kMethod;
}

// One for each thread.
class ThreadContext {
 public:
  ThreadContext() : context_(EVP_MD_CTX_new()) {}
  ~ThreadContext() { EVP_MD_CTX_free(context_); }
  ThreadContext(const ThreadContext&) = delete;
  ThreadContext& operator=(const ThreadContext&) = delete;
  std::array<uint8_t, 32> Hash(std::initializer_list<std::string_view> parts) {
    std::array<uint8_t, 32> digest{};
    bool good = context_ != nullptr && EVP_DigestInit_ex2(context_, Method(), nullptr) == 1;
    for (const std::string_view part : parts) good = good && EVP_DigestUpdate(context_, part.data(), part.size()) == 1;
    if (!good || EVP_DigestFinal_ex(context_, digest.data(), nullptr) != 1) std::abort();  // out of memory, or an OpenSSL without SHA-256
    return digest;
  }

 private:
  EVP_MD_CTX* context_;
};

}  // namespace

std::array<uint8_t, 32> Sha256(std::initializer_list<std::string_view> parts) {
  thread_local ThreadContext context;
  return context.Hash(parts);
}

}  // namespace comity
