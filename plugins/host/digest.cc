#include "plugins/host/digest.h"

#include <openssl/evp.h>

#include <cstring>

namespace comity::host {
namespace {

// Looking the algorithm up and making a context costs as much as hashing several kilobytes: once for each thread.
struct Hasher {
  EVP_MD* algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  Hasher() = default;
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  ~Hasher() {
    EVP_MD_CTX_free(context);
    EVP_MD_free(algorithm);
  }
};

}  // namespace

Digest DigestOf(std::initializer_list<std::string_view> parts) {
  thread_local const Hasher hasher;
  unsigned char whole[EVP_MAX_MD_SIZE];
  EVP_DigestInit_ex(hasher.context, hasher.algorithm, nullptr);
  for (const std::string_view part : parts) EVP_DigestUpdate(hasher.context, part.data(), part.size());
  EVP_DigestFinal_ex(hasher.context, whole, nullptr);
  Digest digest;
  std::memcpy(digest.data(), whole, digest.size());
  return digest;
}

}  // namespace comity::host
