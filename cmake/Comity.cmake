# Flags and the one way to add a library.

add_library(comity_flags INTERFACE)
target_include_directories(comity_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(comity_flags INTERFACE -Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety -Wno-nested-anon-types -Wno-defaulted-function-deleted>)
# g++ 12 warns falsely about these in optimised code that inlines std::string and std::optional.
target_compile_options(comity_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-maybe-uninitialized -Wno-dangling-pointer -Wno-stringop-overflow -Wno-array-bounds>)
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

find_program(COMITY_CCACHE ccache)
if(COMITY_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${COMITY_CCACHE} CACHE STRING "" FORCE)
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

# comity_binary(NAME [LIBRARIES…]): this folder's main.cc, into bin/.
function(comity_binary name)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/main.cc)
    add_executable(${name} main.cc)
    target_link_libraries(${name} PRIVATE comity_flags ${ARGN})
  endif()
endfunction()
