/* A cell's raw answer, as plain data: what a kind fills in and the store keeps. */
#ifndef LIMEN_STORE_ANSWER_H
#define LIMEN_STORE_ANSWER_H

#include <stddef.h>

#include "base/error.h"

/* Raw bytes with a name: per-query answers, or the vectors of a certificate. Little-endian arrays
 * whose element type the kind documents beside the name. */
struct limen_blob {
  char *name;
  size_t row; /* the row it belongs to; 0 for artifacts */
  void *bytes;
  size_t count; /* bytes */
};

struct limen_blobs {
  struct limen_blob *blob;
  size_t count, capacity;
};

struct limen_answer {
  size_t rows, measures;
  double *values; /* rows x measures; NaN where there is nothing to tell */
  double seconds; /* wall time of the cell */
  struct limen_blobs answers;

  /* Artifacts are large and kept only for the best cell of a group: the one of highest rank. An
   * answer without artifacts has a NULL group. */
  char *group;
  double rank;
  struct limen_blobs artifacts;
};

/* All values start as NaN. */
int limen_answer_init(struct limen_answer *answer, size_t rows, size_t measures,
                      struct limen_error *error);
void limen_answer_clear(struct limen_answer *answer);

/* Adds a copy of `count` bytes. */
int limen_blobs_add(struct limen_blobs *blobs, const char *name, size_t row, const void *bytes,
                    size_t count, struct limen_error *error);
void limen_blobs_clear(struct limen_blobs *blobs);

#endif
