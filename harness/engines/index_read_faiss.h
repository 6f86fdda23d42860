/* Files of FAISS's write_index, checked before FAISS sees them. */
#ifndef LIMEN_ENGINES_INDEX_READ_FAISS_H
#define LIMEN_ENGINES_INDEX_READ_FAISS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/matrix.h"

/* The engine faiss writes which row each vector is behind the library's own bytes, which end
 * before: this mark, how many (uint64), and the rows (uint32 each). FAISS does not look there. */
enum { LIMEN_FAISS_ROWS_MARK = 8 };
extern const char limen_faiss_rows_mark[LIMEN_FAISS_ROWS_MARK];

/* Whether FAISS may read the file: HNSW over flat vectors or flat vectors, of this shape and
 * metric, with every link leading somewhere and each row once; row[0 .. rows) is filled. */
int limen_faiss_file_check(const char *path, size_t rows, size_t columns, enum limen_metric metric,
                           uint32_t *row, struct limen_error *error);

#endif
