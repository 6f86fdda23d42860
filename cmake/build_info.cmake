# Writes build_info.c at every build, touching it only when something changed: version, commit,
# compiler and flags, and for every kind of experiment the hash of what its cells depend on: sources
# and build. A finished cell is kept as long as that hash stands; reports and commands are left out.
set(LIMEN_BUILD_INFO ${PROJECT_BINARY_DIR}/build_info.c)
string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type)
set(LIMEN_FLAGS "${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${build_type}}")
get_target_property(option_list limen_options INTERFACE_COMPILE_OPTIONS)
list(FILTER option_list EXCLUDE REGEX "^-W|COMPILE_LANGUAGE")
string(REPLACE ";" " " option_list "${option_list}")
# The indexes under test: templates that are compiled in, and a static library.
file(GLOB LIMEN_ENGINE_FILES ${HNSWLIB_INCLUDE_DIR}/hnswlib/*.h)
if(FAISS_INCLUDE_DIR AND FAISS_LIBRARY)
  list(APPEND LIMEN_ENGINE_FILES ${FAISS_LIBRARY})
endif()
add_custom_target(limen_build_info
  COMMAND ${CMAKE_COMMAND}
    -D OUT=${LIMEN_BUILD_INFO} -D ROOT=${PROJECT_SOURCE_DIR} -D VERSION=${PROJECT_VERSION}
    "-DCOMPILER=${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION}" "-DENGINES=${LIMEN_ENGINE_FILES}"
    "-DFLAGS=${LIMEN_FLAGS} ${option_list}"
    "-DCC=${CMAKE_C_COMPILER}" "-DBUILD_TYPE=${CMAKE_BUILD_TYPE}"
    -P ${PROJECT_SOURCE_DIR}/cmake/write_build_info.cmake
  BYPRODUCTS ${LIMEN_BUILD_INFO}
  COMMENT ""
  VERBATIM)
