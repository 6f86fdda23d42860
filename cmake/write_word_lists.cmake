# Run with -P by cmake/word_lists.cmake. Bytes as numbers: whatever an entry holds, nothing in it
# can be taken for C or for CMake.
set(arrays "")
set(table "")
set(number 0)
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  file(SIZE ${file} size)
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(APPEND arrays "static const unsigned char list_${number}[] = {${bytes}0};\n")
  string(APPEND table "    {\"${name}\", list_${number}, ${size}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUT} "/* Written by the build. */
#include \"datasets/text/lists.h\"

${arrays}
const struct limen_shipped_list limen_shipped_lists[] = {
${table}    {0},
};
")
