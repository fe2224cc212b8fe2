# Flags and the one way to add a library.

add_library(comity_flags INTERFACE)
target_include_directories(comity_flags INTERFACE ${CMAKE_SOURCE_DIR})
# Threads everywhere, so that precompiled headers fit all files.
target_compile_options(comity_flags INTERFACE -pthread -Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety -Wno-nested-anon-types -Wno-defaulted-function-deleted>)
# g++ 12 warns falsely about these in optimised code that inlines std::string and std::optional.
target_compile_options(comity_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-maybe-uninitialized -Wno-dangling-pointer
  -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds>)
if(COMITY_SANITIZE)
  add_compile_options(-fsanitize=${COMITY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${COMITY_SANITIZE})
endif()

if(COMITY_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR NOT COMITY_SANITIZE MATCHES "address")
    message(FATAL_ERROR "COMITY_FUZZ needs Clang's libFuzzer and AddressSanitizer: configure with the preset `asan`")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Paths within the checkout are cached as relative ones, so that a fresh clone finds what an older one compiled; precompiled headers need the rest.
find_program(COMITY_CCACHE ccache)
if(COMITY_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
    ${COMITY_CCACHE} CACHE STRING "" FORCE)
endif()
find_program(COMITY_LLD ld.lld)
if(COMITY_LLD AND CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_link_options(-fuse-ld=lld)  # several times faster where it is there
endif()

# comity_library(NAME [LIBRARIES…]): every .cc of this folder (not of folders below) as `NAME`. The link list is the folder's right to
# include; a folder without sources becomes a header-only library.
function(comity_library name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC comity_flags ${ARGN})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE comity_flags ${ARGN})
  endif()
endfunction()

# comity_hot(TARGET…): what every fact runs through is compiled for speed; the rest for a first start that does not take long (-O1 takes a
# third less time than -O2).
function(comity_hot)
  foreach(target IN LISTS ARGN)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O2>)
  endforeach()
endfunction()

# comity_together(TARGET…): several of the target's files are compiled as one, which saves reading the same heavy headers for each. Names in
# their anonymous namespaces must differ, then.
function(comity_together)
  set_target_properties(${ARGN} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 5)
endfunction()

# comity_binary(NAME [LIBRARIES…]): this folder's main.cc, into bin/.
function(comity_binary name)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/main.cc)
    add_executable(${name} main.cc)
    target_link_libraries(${name} PRIVATE comity_flags ${ARGN})
  endif()
endfunction()

# What most files include anyway is compiled once: reading it takes longer than compiling what a file itself says. `core` is the standard
# library and Abseil, for what is hot; `api` is that and the messages of the API; `test` is that and GoogleTest. A file still includes all it
# uses: clang-tidy reads changed files without them, and so does the preset `clang`, so that one which does not is found.
option(COMITY_PCH "Precompile the headers that most files include" ON)
set(COMITY_CORE_HEADERS <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <optional> <set> <string> <string_view> <tuple>
  <unordered_map> <utility> <vector> <absl/status/statusor.h> <absl/strings/str_cat.h> <absl/strings/str_join.h> <absl/time/time.h>)
set(COMITY_API_HEADERS ${COMITY_CORE_HEADERS} <comity/v1/admin.pb.h> <comity/v1/deed.pb.h> <comity/v1/directory.pb.h> <comity/v1/event.pb.h>)
set(COMITY_TEST_HEADERS ${COMITY_API_HEADERS} <gmock/gmock.h> <gtest/gtest.h>)

# comity_test_options(TARGET): beside the fuzz targets, what a test itself says is compiled quickly and without their coverage: what it calls is
# what counts. Not with g++, whose precompiled headers want the same level of optimisation.
function(comity_test_options target)
  if(COMITY_FUZZ)
    target_compile_options(${target} PRIVATE -O0 -fno-sanitize=fuzzer-no-link)
  endif()
endfunction()

# comity_precompile(KIND TARGET…): the targets' files see the headers of KIND from the start. g++ crashes where a file and its precompiled
# headers differ in the level of optimisation, so `core` makes a target hot, and no other kind goes with comity_hot.
function(comity_precompile kind)
  if(kind STREQUAL "core")
    comity_hot(${ARGN})
  endif()
  if(NOT COMITY_PCH)
    return()
  endif()
  if(NOT TARGET comity_${kind}_headers)
    set(source ${CMAKE_BINARY_DIR}/precompiled/${kind}.cc)
    if(NOT EXISTS ${source})
      file(WRITE ${source} "")
    endif()
    add_library(comity_${kind}_headers OBJECT EXCLUDE_FROM_ALL ${source})
    target_link_libraries(comity_${kind}_headers PRIVATE comity_flags absl::statusor absl::time)
    if(NOT kind STREQUAL "core")
      target_link_libraries(comity_${kind}_headers PRIVATE comity_proto)
    endif()
    if(kind STREQUAL "test")
      target_link_libraries(comity_${kind}_headers PRIVATE GTest::gmock)
      comity_test_options(comity_${kind}_headers)
    endif()
    # Without the time of the headers in it, so that ccache knows an old one again.
    target_compile_options(comity_${kind}_headers PRIVATE $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>)
    string(TOUPPER ${kind} upper)
    target_precompile_headers(comity_${kind}_headers PRIVATE ${COMITY_${upper}_HEADERS})
    if(kind STREQUAL "core")
      comity_hot(comity_core_headers)
    endif()
  endif()
  foreach(target IN LISTS ARGN)
    target_precompile_headers(${target} REUSE_FROM comity_${kind}_headers)
  endforeach()
endfunction()
