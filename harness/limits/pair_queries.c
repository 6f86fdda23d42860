/* Queries of a stored claim, found by pair: one of its own, or that of the pair's class, rotated.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "limits/certificate_pairs.h"

struct source {
  const struct limen_pair_queries *queries;
  struct limen_sines sines;
  size_t d;
};

static int by_pair(const void *a, const void *b) {
  const uint32_t *x = a, *y = b;
  if (x[0] != y[0]) return x[0] < y[0] ? -1 : 1;
  return (x[1] > y[1]) - (x[1] < y[1]);
}

/* Of the class of {0, s}, turned; its largest number is brought to 1, so that no format is left at
 * its ends. */
static void rotated(const struct source *source, uint32_t i, uint32_t j, double *out) {
  const struct limen_torus *frame = source->queries->frame;
  const bool around = j - i > frame->n / 2;
  const uint32_t s = around ? frame->n - (j - i) : j - i;
  const double *x = source->queries->classes + (size_t)(s - 1) * frame->count;
  double most = 0;
  for (uint32_t c = 0; c < frame->count; c++) most = fmax(most, fabs(x[c]));
  limen_torus_query(frame, &source->sines, s, around ? j : i, x, out);
  for (size_t c = 0; c < source->d && most > 0; c++) out[c] /= most;
}

static bool query_of(void *context, uint32_t i, uint32_t j, double *out) {
  const struct source *source = context;
  const struct limen_pair_queries *queries = source->queries;
  const uint32_t key[] = {i, j};
  const uint32_t *found =
      queries->count > 0 ? bsearch(key, queries->pair, queries->count, sizeof key, by_pair) : NULL;
  if (found)
    memcpy(out, queries->query + (size_t)(found - queries->pair) / 2 * source->d,
           source->d * sizeof *out);
  else
    rotated(source, i, j, out);
  return !found;
}

static int check(const struct limen_stored *stored, const struct limen_pair_queries *queries,
                 struct limen_error *error) {
  const size_t n = stored->n, d = stored->d;
  double *row = limen_alloc(d, sizeof *row, error);
  int status = row ? LIMEN_OK : LIMEN_FAILED;
  for (size_t m = 0; m < queries->count && status == LIMEN_OK; m++) {
    const uint32_t *pair = queries->pair + 2 * m;
    const double *query = queries->query + m * d;
    double square = 0;
    for (size_t c = 0; c < d; c++) square += query[c] * query[c];
    if (pair[0] >= pair[1] || pair[1] >= n || (m > 0 && by_pair(pair - 2, pair) >= 0))
      status = LIMEN_FAIL(error, LIMEN_INPUT,
                          "pair %zu, of documents %u and %u, is none or stands out of order", m,
                          pair[0], pair[1]);
    else if (!isfinite(square))
      status = LIMEN_FAIL(error, LIMEN_INPUT, "the query of documents %u and %u is not finite",
                          pair[0], pair[1]);
    else if (stored->quantiser->round(d, query, row), memcmp(row, query, d * sizeof *row) != 0)
      status = LIMEN_FAIL(error, LIMEN_INPUT,
                          "the query of documents %u and %u is not on the grid of %s", pair[0],
                          pair[1], stored->quantiser->name);
  }
  if (status == LIMEN_OK && !queries->frame && queries->count != n * (n - 1) / 2)
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%zu of %zu pairs have a query", queries->count,
                        n * (n - 1) / 2);
  if (status == LIMEN_OK && queries->frame &&
      (queries->frame->n != n || limen_torus_dimensions(queries->frame) != d))
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "the frame has %u documents of %zu dimensions, the claim %zu of %zu",
                        queries->frame->n, limen_torus_dimensions(queries->frame), n, d);
  limen_free(row);
  return status;
}

int limen_pair_queries_prove(const struct limen_stored *stored,
                             const struct limen_pair_queries *queries,
                             struct limen_pairs_proof *out, struct limen_error *error) {
  struct source source = {.queries = queries, .d = stored->d};
  struct limen_torus_suspects suspects = {0};
  const struct limen_pairs_settings settings = {query_of, &source, NULL, &suspects, 0};
  *out = (struct limen_pairs_proof){0};
  int status = check(stored, queries, error);
  if (status == LIMEN_OK && queries->frame)
    status = limen_sines_init(&source.sines, queries->frame->n, error);
  if (status == LIMEN_OK && queries->frame)
    status = limen_torus_suspects_find(queries->frame, &source.sines, stored->quantiser,
                                       queries->classes, stored->documents, &suspects, error);
  if (status == LIMEN_OK) status = limen_pairs_prove(stored, &settings, out, error);
  limen_torus_suspects_clear(&suspects);
  limen_sines_clear(&source.sines);
  return status;
}
