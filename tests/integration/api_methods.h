// Every method of the API, by its descriptors.
#ifndef COMITY_TESTS_INTEGRATION_API_METHODS_H_
#define COMITY_TESTS_INTEGRATION_API_METHODS_H_

#include <vector>

#include "google/protobuf/descriptor.h"

namespace comity::test {

std::vector<const google::protobuf::MethodDescriptor*> AllMethods();
// Those with one request and one answer.
std::vector<const google::protobuf::MethodDescriptor*> UnaryMethods();

}  // namespace comity::test

#endif  // COMITY_TESTS_INTEGRATION_API_METHODS_H_
