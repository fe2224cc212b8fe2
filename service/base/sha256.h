// SHA-256, made ready once: looking it up and making a context cost as much as hashing several kilobytes.
#ifndef COMITY_SERVICE_BASE_SHA256_H_
#define COMITY_SERVICE_BASE_SHA256_H_

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace comity {

// Over exactly these bytes, one part after the other. Safe to call from any thread.
std::array<uint8_t, 32> Sha256(std::initializer_list<std::string_view> parts);

}  // namespace comity

#endif  // COMITY_SERVICE_BASE_SHA256_H_
