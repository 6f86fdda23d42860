/* Files of FAISS's write_index, 1.5 to 1.9, in their parts: every length and every number that
 * another follows from is checked. Fields have the library's names.
 *
 * Taken are IHNf, HNSW over flat vectors, and where that is asked for flat vectors alone. */
#ifndef LIMEN_ENGINES_FAISS_FILE_H
#define LIMEN_ENGINES_FAISS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engines/faiss_links.h"
#include "engines/index_cursor.h"

enum {
  LIMEN_FAISS_LETTERS = 4,
  LIMEN_FAISS_INNER_PRODUCT = 0, /* faiss::MetricType; those above 1 have an argument */
  LIMEN_FAISS_L2 = 1
};

/* The engine faiss writes which row each vector is behind the library's own bytes, which end
 * before: this mark, how many (uint64), and the rows (uint32 each). FAISS does not look there. */
enum { LIMEN_FAISS_ROWS_MARK = 8 };
extern const char limen_faiss_rows_mark[LIMEN_FAISS_ROWS_MARK];

/* Pointers but `top` are lent from the bytes. */
struct limen_faiss_file {
  char letters[LIMEN_FAISS_LETTERS + 1];
  int32_t columns, metric;
  int64_t rows;
  const uint8_t *vectors; /* rows x columns x float */
  const uint8_t *row;     /* rows x uint32, not looked at; NULL: none are told */
  /* Of the graph; `top` is NULL where there is none. */
  uint8_t *top; /* owned; per node: its highest level */
  struct limen_faiss_links links;
  size_t n_cumulated, n_neighbors;
  size_t levels_byte, offsets_byte; /* where they stand in the file */
  int32_t entry_point, max_level, ef_construction;
};

/* Takes the whole file. `alone`: vectors without a graph are fine. Where links lead is not looked
 * at; limen_graph_source_check does. To be cleared also after a failure. */
int limen_faiss_file_take(struct limen_index_cursor *from, bool alone,
                          struct limen_faiss_file *file, struct limen_error *error);
void limen_faiss_file_clear(struct limen_faiss_file *file);

#endif
