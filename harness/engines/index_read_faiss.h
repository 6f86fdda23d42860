/* The reader of FAISS's files, for the engine too. */
#ifndef LIMEN_ENGINES_INDEX_READ_FAISS_H
#define LIMEN_ENGINES_INDEX_READ_FAISS_H

#include "engines/index_read.h"

/* As the reader's own, and flat vectors alone are read as well: a content without a graph. */
int limen_index_read_faiss_any(struct limen_index_cursor *from,
                               const struct limen_index_settings *settings,
                               struct limen_index_content *out, struct limen_error *error);

#endif
