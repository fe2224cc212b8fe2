// The two calls on which durability rests, so that tests can make them fail.
#ifndef COMITY_PLUGINS_HOST_DISK_H_
#define COMITY_PLUGINS_HOST_DISK_H_

#include <unistd.h>

namespace comity::host {

class Disk {
 public:
  virtual ~Disk() = default;
  virtual ssize_t WriteAt(int file, const void* bytes, size_t size, off_t offset) { return ::pwrite(file, bytes, size, offset); }
  virtual int Sync(int file) { return ::fdatasync(file); }
};

}  // namespace comity::host

#endif  // COMITY_PLUGINS_HOST_DISK_H_
