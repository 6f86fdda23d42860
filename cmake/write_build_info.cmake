# Run with -P by cmake/build_info.cmake.
# What a cell's result can depend on: these layers, what kinds share, and the kind's own NAME.c
# and files in NAME/. A kind keeps its summary and its report in summary.c and report*.c there, so
# that work on them discards no results.
file(GLOB_RECURSE shared
     ${ROOT}/harness/base/* ${ROOT}/harness/data/* ${ROOT}/harness/knn/*
     ${ROOT}/harness/dimension/* ${ROOT}/harness/orders/* ${ROOT}/harness/engines/*
     ${ROOT}/harness/limits/* ${ROOT}/harness/retrieval/* ${ROOT}/harness/measures/*
     ${ROOT}/datasets/* ${ROOT}/experiments/kinds/retrieval/data.c
     ${ROOT}/experiments/kinds/parameter_words.h)
list(FILTER shared INCLUDE REGEX "\\.(c|h|cpp|def|txt)$")
# How progress looks or how a program is started changes no number.
list(FILTER shared EXCLUDE REGEX "base/(progress|process|clock|error|machine)\\.[ch]$|limits/(published|certificate)\\.[ch]$")
list(SORT shared)
set(together "")
foreach(file IN LISTS shared)
  file(SHA256 ${file} hash)
  string(APPEND together "${hash}\n")
endforeach()

# And what they are built with, as another build gives other bits. Which instructions -march=native
# stands for is not in the flags but in the macros that they predefine, and those also tell the
# processor it was resolved on.
separate_arguments(flags UNIX_COMMAND "${FLAGS}")
execute_process(COMMAND ${CC} ${flags} -dM -E -x c /dev/null
                OUTPUT_VARIABLE macros ERROR_VARIABLE reason RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "${CC} does not tell the macros behind \"${FLAGS}\": ${reason}")
endif()
string(SHA256 hash "${COMPILER}\n${BUILD_TYPE}\n${FLAGS}\n${macros}")
string(APPEND together "${hash}\n")

foreach(file IN LISTS ENGINES)
  file(SHA256 ${file} hash)
  string(APPEND together "${hash}\n")
endforeach()

file(GLOB kinds ${ROOT}/experiments/kinds/*.c)
list(SORT kinds)
set(table "")
foreach(file IN LISTS kinds)
  get_filename_component(name ${file} NAME_WE)
  file(GLOB own ${ROOT}/experiments/kinds/${name}.c ${ROOT}/experiments/kinds/${name}/*)
  list(FILTER own EXCLUDE REGEX "/(summary[a-z_]*|import|foresee|verify|published|report[a-z_]*)\\.[ch]$")
  list(SORT own)
  set(hashes "${together}")
  foreach(part IN LISTS own)
    file(SHA256 ${part} hash)
    string(APPEND hashes "${hash}\n")
  endforeach()
  string(SHA256 hash "${hashes}")
  string(APPEND table "    {\"${name}\", \"${hash}\"},\n")
endforeach()

execute_process(COMMAND git -C ${ROOT} rev-parse HEAD
                OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
execute_process(COMMAND git -C ${ROOT} status --porcelain --untracked-files=no
                OUTPUT_VARIABLE changes ERROR_QUIET)
if(NOT commit)
  set(commit "unknown")
endif()
set(dirty 0)
if(NOT "${changes}" STREQUAL "")
  set(dirty 1)
endif()

string(STRIP "${FLAGS}" FLAGS)
file(WRITE ${OUT}.new "/* Written by the build. */
#include \"base/build_info.h\"

const char *const limen_version = \"${VERSION}\";
const char *const limen_commit = \"${commit}\";
const int limen_commit_dirty = ${dirty};
const char *const limen_compiler = \"${COMPILER}\";
const char *const limen_compiler_flags = \"${FLAGS}\";
const struct limen_code_hash limen_code_hashes[] = {
${table}    {NULL, NULL},
};
")
file(COPY_FILE ${OUT}.new ${OUT} ONLY_IF_DIFFERENT)
