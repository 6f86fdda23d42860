# The word lists of datasets/text/*.txt, compiled in byte by byte: see datasets/text/lists.h.
set(LIMEN_WORD_LISTS ${PROJECT_BINARY_DIR}/word_lists.c)
file(GLOB LIMEN_WORD_LIST_FILES CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/datasets/text/*.txt)
add_custom_command(OUTPUT ${LIMEN_WORD_LISTS}
  COMMAND ${CMAKE_COMMAND} -D OUT=${LIMEN_WORD_LISTS} "-DFILES=${LIMEN_WORD_LIST_FILES}"
    -P ${PROJECT_SOURCE_DIR}/cmake/write_word_lists.cmake
  DEPENDS ${LIMEN_WORD_LIST_FILES} ${PROJECT_SOURCE_DIR}/cmake/write_word_lists.cmake
  COMMENT "Writing word_lists.c"
  VERBATIM)
