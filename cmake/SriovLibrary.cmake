# sriov_library(FOLDER [REGISTERS] [DEPENDS sriov::…] [LIBRARIES …] [CAPNP file…])
#
# The static library of one folder, from every .cpp in it and below it (except main/). Adding a file needs no edit here.
# REGISTERS marks folders whose files register themselves before main(): all their objects are kept when linking.
find_program(SRIOV_CCACHE ccache)
if(SRIOV_CCACHE)
  # A clone elsewhere finds the same objects, and ccache takes precompiled headers only when it is told to.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
                                  CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
                                  ${SRIOV_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()

# What nearly every file reads, read once: a quarter to a third of what a small file costs. More is slower, as every file
# then loads what it does not need.
set(SRIOV_PRECOMPILED <algorithm> <cstdint> <functional> <map> <memory> <optional> <string> <string_view> <vector>
                      <fmt/format.h> <tl/expected.hpp>)

# Line numbers in backtraces are enough, and a third faster to compile than full debug information.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")

add_library(sriov_options INTERFACE)
target_include_directories(sriov_options INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
target_compile_options(sriov_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
                                               -Woverloaded-virtual -Wcast-align)
# So that ccache sees which precompiled header it was, and that it is the same one.
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  target_compile_options(sriov_options INTERFACE -fpch-preprocess)
else()
  target_compile_options(sriov_options INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
endif()
# Debian 12's compiler must find nothing. What a newer one finds besides is told, and stops nobody's build: GCC 14 takes
# Cap'n Proto's promise arenas for a broken array bound.
if(SRIOV_WERROR AND NOT (CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13))
  target_compile_options(sriov_options INTERFACE -Werror)
endif()
if(SRIOV_SANITIZE)
  # GCC's manual: sanitizers make -Wmaybe-uninitialized report what is not there (Cap'n Proto's headers are full of it).
  target_compile_options(sriov_options INTERFACE -fsanitize=${SRIOV_SANITIZE} -fno-omit-frame-pointer
                                                 -fno-sanitize-recover=all
                                                 $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(sriov_options INTERFACE -fsanitize=${SRIOV_SANITIZE})
endif()

execute_process(COMMAND git -C ${CMAKE_SOURCE_DIR} rev-parse --short HEAD OUTPUT_VARIABLE SRIOV_GIT
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(SRIOV_GIT)
  set(SRIOV_VERSION_TEXT "${PROJECT_VERSION} (${SRIOV_GIT})")
else()
  set(SRIOV_VERSION_TEXT "${PROJECT_VERSION}")
endif()

function(sriov_library folder)
  cmake_parse_arguments(ARG "REGISTERS" "" "DEPENDS;LIBRARIES;CAPNP" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp ${CMAKE_SOURCE_DIR}/${folder}/*.h)
  list(FILTER sources EXCLUDE REGEX "/${folder}/main/")
  set(generated)
  foreach(schema ${ARG_CAPNP})
    set(out ${CMAKE_BINARY_DIR}/${folder}/${schema})
    add_custom_command(
      OUTPUT ${out}.c++ ${out}.h
      COMMAND ${CAPNP_EXECUTABLE} compile -o ${CAPNPC_CXX_EXECUTABLE}:${CMAKE_BINARY_DIR}
              --src-prefix=${CMAKE_SOURCE_DIR} -I${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/${folder}/${schema}
      DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/${schema})
    list(APPEND generated ${out}.c++ ${out}.h)
  endforeach()
  if(ARG_CAPNP)
    add_custom_target(sriov-schemas DEPENDS ${generated})  # For clang-tidy, which needs no more built than these.
  endif()
  set_source_files_properties(${generated} PROPERTIES COMPILE_OPTIONS -w SKIP_PRECOMPILE_HEADERS ON)
  add_library(sriov_${folder} STATIC ${sources} ${generated})
  set_target_properties(sriov_${folder} PROPERTIES LINKER_LANGUAGE CXX)
  target_link_libraries(sriov_${folder} PUBLIC sriov_options ${ARG_DEPENDS} ${ARG_LIBRARIES})
  if(folder STREQUAL core)
    target_precompile_headers(sriov_core PRIVATE ${SRIOV_PRECOMPILED})
    # Of the one file that needs it: it changes with every commit.
    set_source_files_properties(${CMAKE_SOURCE_DIR}/core/version.cpp PROPERTIES COMPILE_DEFINITIONS
                                SRIOV_VERSION="${SRIOV_VERSION_TEXT}" SKIP_PRECOMPILE_HEADERS ON)
    set_source_files_properties(${CMAKE_SOURCE_DIR}/core/fmt_compiled.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  else()
    target_precompile_headers(sriov_${folder} REUSE_FROM sriov_core)
  endif()
  if(ARG_REGISTERS)
    add_library(sriov_${folder}_all INTERFACE)
    target_link_libraries(sriov_${folder}_all INTERFACE $<LINK_LIBRARY:WHOLE_ARCHIVE,sriov_${folder}>)
    add_library(sriov::${folder} ALIAS sriov_${folder}_all)
  else()
    add_library(sriov::${folder} ALIAS sriov_${folder})
  endif()
endfunction()
