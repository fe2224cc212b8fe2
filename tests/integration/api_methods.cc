#include "tests/integration/api_methods.h"

#include <algorithm>

#include "comity/v1/admin.pb.h"
#include "comity/v1/deed.pb.h"
#include "comity/v1/directory.pb.h"
#include "comity/v1/duty.pb.h"
#include "comity/v1/endpoint.pb.h"
#include "comity/v1/event.pb.h"
#include "comity/v1/recognition.pb.h"

namespace comity::test {

using google::protobuf::MethodDescriptor;

std::vector<const MethodDescriptor*> AllMethods() {
  std::vector<const MethodDescriptor*> methods;
  for (const auto* file :
       {v1::Status::descriptor()->file(), v1::Person::descriptor()->file(), v1::Event::descriptor()->file(), v1::Deed::descriptor()->file(),
        v1::Recognition::descriptor()->file(), v1::Endpoint::descriptor()->file(), v1::Rotation::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) methods.push_back(file->service(s)->method(m));
    }
  }
  return methods;
}

std::vector<const MethodDescriptor*> UnaryMethods() {
  std::vector<const MethodDescriptor*> methods = AllMethods();
  std::erase_if(methods, [](const MethodDescriptor* method) { return method->client_streaming(); });
  return methods;
}

}  // namespace comity::test
