/* Plain types of vector data: a matrix in memory, vectors that may stay on disk, ids, labels, and
 * the metric that compares them. */
#ifndef LIMEN_DATA_MATRIX_H
#define LIMEN_DATA_MATRIX_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* rows x columns float32, row-major, no padding. */
struct limen_matrix {
  size_t rows, columns;
  float *values; /* owned */
};

int limen_matrix_init(struct limen_matrix *matrix, size_t rows, size_t columns,
                      struct limen_error *error); /* zeroed */
void limen_matrix_clear(struct limen_matrix *matrix);

/* rows x columns ids: the answers of a search, -1 where there are fewer than `columns`. `distances`
 * (same shape, may be NULL) are the metric's, ascending within a row. */
struct limen_ids {
  size_t rows, columns;
  int32_t *ids;     /* owned */
  float *distances; /* owned, or NULL */
};
void limen_ids_clear(struct limen_ids *ids);

/* A category per row, as text: label[i] indexes `names`. */
struct limen_labels {
  size_t rows, count;
  uint32_t *label; /* rows */
  char **names;    /* count */
};
void limen_labels_clear(struct limen_labels *labels);

/* L2: squared Euclidean distance. IP: 1 - inner product. COSINE: 1 - cosine. Smaller is nearer. */
enum limen_metric { LIMEN_L2, LIMEN_IP, LIMEN_COSINE };
const char *limen_metric_name(size_t i); /* "l2", "ip", "cosine"; NULL past the end */
/* -1 for an unknown name. */
int limen_metric_find(const char *name);

/* Vectors that may be larger than memory: rows are read, or converted from a mapped file, block by
 * block. Reading is safe from several threads at once. */
struct limen_vectors {
  size_t rows, columns;
  /* Fills out (count x columns floats) with rows first .. first + count - 1. */
  int (*read)(const struct limen_vectors *vectors, size_t first, size_t count, float *out,
              struct limen_error *error);
  /* The rows where they stand when they are float32 in memory or mapped without gaps, else NULL. */
  const float *values;
  void *state;                                  /* of the reader */
  void (*close)(struct limen_vectors *vectors); /* NULL: nothing to release */
};

/* Lends a matrix as vectors; the matrix must outlive them. */
void limen_vectors_lend(struct limen_vectors *vectors, const struct limen_matrix *matrix);
void limen_vectors_close(struct limen_vectors *vectors);

#endif
