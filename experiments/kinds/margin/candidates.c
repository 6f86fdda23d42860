/* Who places documents: every layout of the registry, a separating code, training from random
 * starts, and training from the best of these. */
#include <math.h>
#include <string.h>

#include "base/count.h"
#include "base/memory.h"
#include "base/rng.h"
#include "data/relevance.h"
#include "experiments/kinds/margin/margin.h"
#include "limits/inner_codes.h"
#include "limits/layout.h"
#include "limits/torus_search.h"
#include "limits/widest_training.h"

struct numbers {
  size_t n, d, k;
  uint64_t seed;
};

static struct numbers numbers_of(const struct limen_cell *cell) {
  return (struct numbers){.n = (size_t)limen_cell_integer(cell, "n"),
                          .d = (size_t)limen_cell_integer(cell, "d"),
                          .k = (size_t)limen_cell_integer(cell, "k"),
                          .seed = (uint64_t)limen_cell_integer(cell, "first_seed")};
}

static size_t layouts(void) {
  size_t count = 0;
  while (limen_layout_at(count)) count++;
  return count;
}

const char *margin_winner_name(const struct limen_cell *cell) {
  const char *name = margin_candidate_name(limen_count_of(cell->answer.values[MARGIN_WINNER]));
  return name ? name : "none";
}

const char *margin_candidate_name(size_t i) {
  const size_t count = layouts();
  if (i < count) return limen_layout_name(i);
  return i == count       ? "separating_code"
         : i == count + 1 ? "training"
         : i == count + 2 ? "trained_on"
                          : NULL;
}

/* False when some row has no direction. */
static bool scale_rows(const struct numbers *numbers, const double *rows, float *out) {
  for (size_t v = 0; v < numbers->n; v++) {
    const double *row = rows + v * numbers->d;
    double most = 0, square = 0;
    for (size_t i = 0; i < numbers->d; i++) most = fmax(most, fabs(row[i]));
    if (!(most > 0) || !isfinite(most)) return false;
    for (size_t i = 0; i < numbers->d; i++) square += row[i] / most * (row[i] / most);
    for (size_t i = 0; i < numbers->d; i++)
      out[v * numbers->d + i] = (float)(row[i] / most / sqrt(square));
  }
  return true;
}

/* ---- layouts ---- */

/* The frame of a layout that is one: its own, or the best that a search finds. */
static int find_frame(const struct limen_cell *cell, const struct numbers *numbers,
                      const struct limen_layout *layout, struct limen_torus *frame,
                      struct limen_error *error) {
  double gap = 0;
  if (layout->frame) return layout->frame(numbers->n, numbers->d, frame, error);
  struct limen_torus_search search = {
      .proposals = (uint64_t)limen_cell_integer(cell, "proposals"),
      .work = UINT64_MAX,
      .patience = 300,
      .weight_most = 2,
      .aim = INFINITY,
      .rng = limen_rng_alloc(numbers->seed, "margin/frames", error),
  };
  if (!search.rng) return LIMEN_FAILED;
  *frame = (struct limen_torus){0};
  const int status =
      limen_torus_search_run(&search, (uint32_t)numbers->n, numbers->d, frame, &gap, error);
  limen_rng_free(search.rng);
  return status;
}

static int place_layout(const struct limen_cell *cell, const struct numbers *numbers,
                        const struct limen_layout *layout, float *documents, bool *made,
                        struct limen_error *error) {
  struct limen_torus frame = {0};
  struct limen_placing placing = {numbers->n, numbers->d, numbers->k, numbers->seed, NULL};
  int status = LIMEN_OK;
  *made = numbers->n <= layout->most(numbers->d, numbers->k);
  /* Frames of so few documents have no frequencies to choose from; odd d needs one of n / 2. */
  if (layout->is_frame)
    *made = *made && numbers->n > numbers->d && (numbers->d % 2 == 0 || numbers->n % 2 == 0);
  if (!*made) return LIMEN_OK;
  double *rows = limen_alloc(numbers->n * numbers->d, sizeof *rows, error);
  if (!rows) return LIMEN_FAILED;
  if (layout->is_frame) {
    status = find_frame(cell, numbers, layout, &frame, error);
    placing.frame = &frame;
  }
  if (status == LIMEN_OK) status = limen_layout_documents(layout, &placing, rows, error);
  if (status == LIMEN_OK) *made = scale_rows(numbers, rows, documents);
  limen_free(rows);
  return status;
}

/* ---- a separating code ---- */

/* The words of the shortest code that has n of them, as signs; coordinates past it are 0. */
static int place_code(const struct numbers *numbers, float *documents, bool *made,
                      struct limen_error *error) {
  enum { TRIES = 1000 };
  struct limen_inner_codes codes = {0};
  const size_t bits = numbers->d < 48 ? numbers->d : 48;
  int status = limen_inner_codes_make(numbers->k, bits, TRIES, numbers->seed, 1, &codes, error);
  *made = false;
  for (size_t m = 1; m <= bits && status == LIMEN_OK && !*made; m++) {
    if (codes.code[m].count < numbers->n) continue;
    *made = true;
    memset(documents, 0, numbers->n * numbers->d * sizeof *documents);
    for (size_t v = 0; v < numbers->n; v++)
      for (size_t i = 0; i < m; i++)
        documents[v * numbers->d + i] =
            (float)((codes.code[m].word[v] >> i & 1 ? 1 : -1) / sqrt((double)m));
  }
  limen_inner_codes_clear(&codes);
  return status;
}

/* ---- training ---- */

static int place_trained(const struct limen_cell *cell, const struct numbers *numbers,
                         float *documents, bool *made, struct limen_error *error) {
  struct limen_relevance relevance = {0};
  float best = -INFINITY;
  int status = limen_pattern_find("all")->make(numbers->n, numbers->k, 0, 0, &relevance, error);
  for (int64_t t = 0; t < limen_cell_integer(cell, "trainings") && status == LIMEN_OK; t++)
    status = limen_train_widest(&relevance, numbers->d, (size_t)limen_cell_integer(cell, "steps"),
                                numbers->seed + (uint64_t)t, &best, documents, NULL, error);
  limen_relevance_clear(&relevance);
  *made = best > 0;
  return status;
}

static int place_trained_on(const struct limen_cell *cell, const struct numbers *numbers,
                            const struct margin_embedding *from, float *documents, bool *made,
                            struct limen_error *error) {
  struct limen_relevance relevance = {0};
  float best = (float)from->gap, *queries = NULL;
  *made = best > 0;
  if (!*made) return LIMEN_OK;
  int status = limen_pattern_find("all")->make(numbers->n, numbers->k, 0, 0, &relevance, error);
  const size_t floats = relevance.queries * numbers->d;
  if (status == LIMEN_OK && !(queries = limen_alloc(floats, sizeof *queries, error)))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK) {
    memcpy(documents, from->documents, numbers->n * numbers->d * sizeof *documents);
    memcpy(queries, from->queries, floats * sizeof *queries);
    status = limen_widen(&relevance, numbers->d, (size_t)limen_cell_integer(cell, "steps"), &best,
                         documents, queries, error);
  }
  limen_relevance_clear(&relevance);
  limen_free(queries);
  return status;
}

int margin_candidate_place(const struct limen_cell *cell, size_t i,
                           const struct margin_embedding *best, float *documents, bool *made,
                           struct limen_error *error) {
  const struct numbers numbers = numbers_of(cell);
  const size_t count = layouts();
  if (i < count) return place_layout(cell, &numbers, limen_layout_at(i), documents, made, error);
  if (i == count) return place_code(&numbers, documents, made, error);
  if (i == count + 1) return place_trained(cell, &numbers, documents, made, error);
  return place_trained_on(cell, &numbers, best, documents, made, error);
}
