/* Datasets and results trees as ann-benchmarks writes them, small and made to measure. Everything
 * here ends the test when it fails. */
#ifndef LIMEN_TESTS_RESULTS_TREE_H
#define LIMEN_TESTS_RESULTS_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hdf5.h>

#include "data/matrix.h"

/* ---- HDF5 in small words; closing the file closes all in it ---- */

hid_t tree_file_make(const char *path);
void tree_file_close(hid_t file);
/* rows x columns values of `memory_type`, stored as `type`; columns 0: one dimension. */
void tree_add(hid_t file, const char *name, hid_t type, size_t rows, size_t columns,
              hid_t memory_type, const void *values);
/* As h5py writes a str, a float, an int and a bool. */
void tree_add_text(hid_t file, const char *name, const char *text);
void tree_add_real(hid_t file, const char *name, double value);
void tree_add_whole(hid_t file, const char *name, long long value);
void tree_add_truth(hid_t file, const char *name, bool value);

/* ---- a dataset ---- */

struct tree_data {
  enum limen_metric metric; /* L2 or cosine */
  struct limen_matrix base, queries;
  size_t depth;       /* neighbours of the truth */
  int32_t *neighbors; /* queries x depth, by (distance, id) */
  float *distances;   /* in ann-benchmarks' own scale */
};

/* Normal numbers around a few centres. */
struct tree_data tree_data_make(enum limen_metric metric, size_t rows, size_t queries,
                                size_t columns, size_t depth);
/* The same of given vectors; the matrices are taken over. */
struct tree_data tree_data_of(enum limen_metric metric, struct limen_matrix base,
                              struct limen_matrix queries, size_t depth);
void tree_data_clear(struct tree_data *data);
/* With all attributes; `distance` NULL: without any, as old files are. */
void tree_data_write(const struct tree_data *data, const char *path, const char *distance);

/* ---- a result ---- */

/* What a file says; what is zero or NULL is left out of it. */
struct tree_result {
  size_t rows, columns; /* of its answers */
  const int32_t *ids;   /* -1: none */
  float *distances;     /* INFINITY where there is none */
  const float *times;   /* s, rows of them */
  const char *name, *distance;
  double best_search_time, build_time, index_size, candidates;
  long long count, run_count, dist_comps;
};

/* The first k ids of the truth, of which the last `wrong` of every query are replaced by rows from
 * further down; a filled struct that tree_result_clear releases. Times are `us` microseconds a
 * query, give or take. */
struct tree_result tree_result_make(const struct tree_data *data, size_t k, size_t wrong,
                                    double us);
void tree_result_clear(struct tree_result *result);
/* Makes the folders above it. */
void tree_result_write(const struct tree_result *result, const char *path);

#endif
