/* A user's own experiment with the kind recall: a folder with vectors, queries, labels and a
 * definition, and how to run it. Everything here ends the test when it fails. */
#ifndef LIMEN_TESTS_RECALL_WORLD_H
#define LIMEN_TESTS_RECALL_WORLD_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/rng.h"
#include "data/format.h"
#include "support/folder.h"
#include "support/program.h"

enum { ROWS = 330, COPIES = 30, QUERIES = 40, D = 6, K = 5, CLUSTERS = 3 };

/* Three clusters far apart, the rows of which take turns; the last rows are all one vector. Rows of
 * cluster c are about 5 larger in coordinate c. */
struct world {
  char *folder;
  float base[ROWS * D], queries[QUERIES * D];
};

static const char *const names[CLUSTERS] = {"eel", "dog", "cat"};
static const char definition[] =
    "name: mine\n"
    "kind: recall\n"
    "question: What does it find?\n"
    "params:\n"
    "  study: missed\n"
    "  attribute: 1\n"
    "  data: vectors.fvecs\n"
    "  queries: more/queries.fvecs\n"
    "  labels: names.txt\n"
    "  n: all\n"
    "  k: 5\n"
    "  M: 3\n"
    "  ef_construction: 6\n"
    "  ef: [1, 12]\n"
    "  order: [random, by_category]\n"
    "  builds: 2\n"
    "  lid_k: 20\n";
enum { CELLS = 2 + 2 * 6 /* three categories have six permutations */, EFS = 2 };

/* ---- the world ---- */

static inline void fill(float *values, size_t rows, gsl_rng *rng) {
  for (size_t i = 0; i < rows; i++)
    for (size_t c = 0; c < D; c++)
      values[i * D + c] =
          (float)(gsl_rng_uniform(rng) + (c == i % CLUSTERS ? 5.7 : 0.32) + 0.11 * (double)c);
}

static inline void put_vectors(const struct world *world, const char *name, const float *values,
                               size_t rows) {
  struct limen_matrix matrix = {.rows = rows, .columns = D, .values = (float *)(uintptr_t)values};
  struct limen_vectors vectors;
  char *path = path_of(world->folder, name);
  limen_vectors_lend(&vectors, &matrix);
  assert_int_equal(limen_vectors_write(path, &vectors, NULL), LIMEN_OK);
  free(path);
}

static inline void put_text(const struct world *world, const char *name, const char *text) {
  char *path = path_of(world->folder, name);
  write_whole(path, text);
  free(path);
}

/* Copies belong where they lie. */
static inline size_t category_of(size_t row) { return row < ROWS - COPIES ? row % CLUSTERS : 0; }

static inline void put_labels(const struct world *world, const char *name, size_t rows) {
  char text[ROWS * 8] = "";
  for (size_t i = 0; i < rows; i++) {
    strcat(text, names[category_of(i)]);
    strcat(text, "\n");
  }
  put_text(world, name, text);
}

static inline void move(const struct world *world, const char *from, const char *to) {
  char *a = path_of(world->folder, from), *b = path_of(world->folder, to);
  assert_int_equal(rename(a, b), 0);
  free(a);
  free(b);
}

static inline int make(void **state) {
  struct world *world = calloc(1, sizeof *world);
  gsl_rng *rng = limen_rng_alloc(57, "test/recall", NULL);
  *state = world;
  world->folder = folder_make();
  fill(world->base, ROWS, rng);
  fill(world->queries, QUERIES, rng);
  /* Copies stand in the cluster of the first query, which has them among its neighbours. */
  for (size_t i = ROWS - COPIES; i < ROWS; i++)
    for (size_t c = 0; c < D; c++)
      world->base[i * D + c] = world->queries[c] + (c == 2 ? 0.32f : 0);
  limen_rng_free(rng);
  char *more = path_of(world->folder, "more");
  assert_int_equal(limen_folder_make(more, NULL), LIMEN_OK);
  free(more);
  put_vectors(world, "vectors.fvecs", world->base, ROWS);
  put_vectors(world, "more/queries.fvecs", world->queries, QUERIES);
  put_labels(world, "names.txt", ROWS);
  put_text(world, "mine.yml", definition);
  return 0;
}

static inline int unmake(void **state) {
  struct world *world = *state;
  folder_remove(world->folder);
  free(world);
  return 0;
}

/* Runs mine.yml from a working folder of no account, into OUT, with up to three more words; gives
 * what it said. */
static inline char *run(const struct world *world, const char *out, int status, const char *a,
                        const char *b, const char *c) {
  static const struct program_setup elsewhere = {.folder = "/"};
  char *path = path_of(world->folder, "mine.yml"), *folder = path_of(world->folder, out);
  struct program_result result =
      program_run(&elsewhere, WORDS("run", path, "--out", folder, a, b, c));
  if (result.status != status) fail_msg("exit status %d: %s", result.status, result.err);
  free(path);
  free(folder);
  free(result.out);
  return result.err;
}

static inline void run_well(const struct world *world, const char *out, const char *a,
                            const char *b, const char *c) {
  free(run(world, out, LIMEN_OK, a, b, c));
}

/* The same, and how many cells were run and taken from the store. */
static inline void expect_cells(const struct world *world, const char *out, int ran, int taken,
                                const char *a, const char *b, const char *c) {
  char words[64], *said = run(world, out, LIMEN_OK, a, b, c);
  snprintf(words, sizeof words, "%d cells run, %d taken", ran, taken);
  expect_word(said, words);
  free(said);
}

static inline void expect_refused(const struct world *world, int status, const char *set,
                                  const char *words) {
  char *said = run(world, "refused", status, "--fresh", "--set", set);
  expect_word(said, words);
  free(said);
}

#endif
