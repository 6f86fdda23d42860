/* Indexes: what goes into an engine is checked here once, for all of them, and then handed on.
 *
 * Under cosine the libraries get copies of unit length, because one product of such vectors is
 * their cosine, and they know no other way. They measure in float32, where distances of vectors
 * that are too long are infinite and all alike: such vectors are refused. */
#include "engines/index.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "knn/distance.h"

enum {
  ROWS_MAX = INT32_MAX, /* the libraries' own row numbers have 32 bits, one of them the sign */
  THREADS_MAX = 4096
};

/* ---- checks ---- */

static int check_settings(const struct limen_index_settings *settings, struct limen_error *error) {
  if (!limen_metric_name((size_t)settings->metric))
    return LIMEN_FAIL(error, LIMEN_USAGE, "metric number %d: there are l2, ip and cosine",
                      (int)settings->metric);
  if (!limen_levels_name((size_t)settings->levels))
    return LIMEN_FAIL(error, LIMEN_USAGE, "levels number %d: there are by_label and library",
                      (int)settings->levels);
  if (settings->M < LIMEN_M_MIN || settings->M > LIMEN_M_MAX)
    return LIMEN_FAIL(error, LIMEN_USAGE, "M is %zu; an index has %d to %d links a node%s",
                      settings->M, LIMEN_M_MIN, LIMEN_M_MAX,
                      settings->M == 1 ? ", since one link makes chains" : "");
  if (settings->ef_construction < 1 || settings->ef_construction > LIMEN_EF_MAX)
    return LIMEN_FAIL(error, LIMEN_USAGE, "ef_construction is %zu; it goes from 1 to %d",
                      settings->ef_construction, LIMEN_EF_MAX);
  if (settings->threads < 1 || settings->threads > THREADS_MAX)
    return LIMEN_FAIL(error, LIMEN_USAGE, "%zu threads were asked for; a build takes 1 to %d",
                      settings->threads, THREADS_MAX);
  return LIMEN_OK;
}

/* The largest squared length that is measured in float32. Two such vectors are at most 2^127 apart,
 * squared: as far as float32 goes, with one factor of 2 to spare for roundings. */
static const double SQUARE_MAX = 0x1p125;

static bool may_overflow(const struct limen_engine *engine, enum limen_metric metric) {
  return !engine->float64 && metric != LIMEN_COSINE;
}

/* Vectors of values up to here need no second look: d squares stay below the largest. */
static float plain_value(const struct limen_engine *engine, enum limen_metric metric, size_t d) {
  return may_overflow(engine, metric) ? 0x1p62f / sqrtf((float)d) : FLT_MAX;
}

/* Looks at the bits, so that a compiler can take many at once: a search must not feel it. Without
 * the sign they are ordered as the values are, infinity and NaN above all. */
static bool all_plain(const float *x, size_t count, float most) {
  uint32_t limit, bad = 0;
  memcpy(&limit, &most, sizeof limit);
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    bad |= (bits & 0x7fffffff) > limit;
  }
  return !bad;
}

static size_t first_not_finite(const float *x, size_t count) {
  size_t i = 0;
  while (i < count && isfinite(x[i])) i++;
  return i;
}

static int check_lengths(const struct limen_matrix *base, struct limen_error *error) {
  for (size_t i = 0; i < base->rows; i++) {
    const float *row = base->values + i * base->columns;
    const double square = limen_product(row, row, base->columns);
    if (square > SQUARE_MAX)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "base row %zu (counted from 0) has the length %.3g; beyond %.3g distances "
                        "overflow float32: scale all vectors down, or take the engine exact",
                        i, sqrt(square), sqrt(SQUARE_MAX));
  }
  return LIMEN_OK;
}

static int check_base(const struct limen_engine *engine, enum limen_metric metric,
                      const struct limen_matrix *base, struct limen_error *error) {
  if (base->rows == 0 || base->columns == 0)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "the base is empty: %zu rows of %zu values; an index needs one row at least",
                      base->rows, base->columns);
  if (base->rows > ROWS_MAX)
    return LIMEN_FAIL(error, LIMEN_INPUT, "the base has %zu rows; the libraries number %d at most",
                      base->rows, ROWS_MAX);
  const size_t count = base->rows * base->columns;
  if (all_plain(base->values, count, plain_value(engine, metric, base->columns))) return LIMEN_OK;
  const size_t i = first_not_finite(base->values, count);
  if (i == count) return check_lengths(base, error);
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "base row %zu, column %zu is %g (both counted from 0); an index needs finite "
                    "numbers, so remove the row or mend it",
                    i / base->columns, i % base->columns, (double)base->values[i]);
}

static int check_order(const size_t *order, size_t rows, struct limen_error *error) {
  bool *seen = limen_alloc(rows, sizeof *seen, error);
  int status = seen ? LIMEN_OK : LIMEN_FAILED;
  for (size_t i = 0; i < rows && status == LIMEN_OK; i++) {
    if (order[i] >= rows)
      status = LIMEN_FAIL(error, LIMEN_INPUT,
                          "the order's entry %zu is row %zu; the base has rows 0 to %zu", i,
                          order[i], rows - 1);
    else if (seen[order[i]])
      status = LIMEN_FAIL(error, LIMEN_INPUT,
                          "the order's entry %zu is row %zu, which was there before; an order has "
                          "every row once",
                          i, order[i]);
    else
      seen[order[i]] = true;
  }
  limen_free(seen);
  return status;
}

/* ---- unit length ---- */

/* False when the vector has no direction. `out` may be NULL: it is not wanted. */
static bool make_unit(const float *x, size_t d, float *out) {
  const double length = sqrt(limen_product(x, x, d));
  for (size_t i = 0; i < d && length > 0 && out; i++) out[i] = (float)(x[i] / length);
  return length > 0;
}

static int alloc_units(struct limen_index *index, struct limen_error *error) {
  int status = limen_matrix_init(&index->unit, index->rows, index->columns, error);
  if (status == LIMEN_OK &&
      !(index->query = limen_alloc(index->columns, sizeof *index->query, error)))
    status = LIMEN_FAILED;
  return status;
}

/* Every row has a direction, and a copy of unit length if there is room for one. */
static int make_units(struct limen_index *index, struct limen_error *error) {
  const struct limen_matrix *base = index->base;
  const size_t d = base->columns;
  int status = LIMEN_OK;
  for (size_t i = 0; i < base->rows && status == LIMEN_OK; i++)
    if (!make_unit(base->values + i * d, d, index->unit.values ? index->unit.values + i * d : NULL))
      status = LIMEN_FAIL(error, LIMEN_INPUT,
                          "base row %zu (counted from 0) is all zeros and has no cosine with "
                          "anything; remove it, or take another metric",
                          i);
  return status;
}

const struct limen_matrix *limen_index_vectors(const struct limen_index *index) {
  return index->unit.values ? &index->unit : index->base;
}

/* ---- life ---- */

int limen_index_prepare(struct limen_index *index, const struct limen_engine *engine,
                        const struct limen_matrix *base,
                        const struct limen_index_settings *settings, struct limen_error *error) {
  *index = (struct limen_index){
      .rows = base->rows, .columns = base->columns, .base = base, .settings = *settings};
  int status = check_settings(settings, error);
  if (status == LIMEN_OK) status = check_base(engine, settings->metric, base, error);
  if (status == LIMEN_OK && settings->factory &&
      !(index->factory = limen_copy_text(settings->factory, error)))
    status = LIMEN_FAILED;
  index->settings.factory = index->factory;
  const bool cosine = settings->metric == LIMEN_COSINE;
  if (status == LIMEN_OK && cosine && !engine->float64) status = alloc_units(index, error);
  if (status == LIMEN_OK && cosine) status = make_units(index, error);
  if (status != LIMEN_OK) limen_index_clear(index);
  return status;
}

int limen_index_build(const struct limen_engine *engine, const struct limen_matrix *base,
                      const size_t *order, const struct limen_index_settings *settings,
                      struct limen_index *out, struct limen_error *error) {
  int status = limen_index_prepare(out, engine, base, settings, error);
  if (status == LIMEN_OK) status = check_order(order, base->rows, error);
  if (status == LIMEN_OK)
    status = engine->build(limen_index_vectors(out), order, &out->settings, &out->state, error);
  if (status == LIMEN_OK)
    out->engine = engine;
  else
    limen_index_clear(out);
  return status;
}

void limen_index_clear(struct limen_index *index) {
  if (index->engine) index->engine->close(index->state);
  limen_matrix_clear(&index->unit);
  limen_free(index->query);
  limen_free(index->factory);
  *index = (struct limen_index){0};
}

/* ---- use ---- */

static int check_query(const struct limen_index *index, const float *query,
                       struct limen_error *error) {
  const enum limen_metric metric = index->settings.metric;
  const size_t d = index->columns;
  if (all_plain(query, d, plain_value(index->engine, metric, d))) return LIMEN_OK;
  const size_t i = first_not_finite(query, d);
  if (i < d)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "the query's column %zu (counted from 0) is %g; a search needs finite "
                      "numbers",
                      i, (double)query[i]);
  const double square = limen_product(query, query, d);
  if (square <= SQUARE_MAX) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "the query has the length %.3g; beyond %.3g distances overflow float32: scale "
                    "all vectors down, or take the engine exact",
                    sqrt(square), sqrt(SQUARE_MAX));
}

/* `*ready` gets the query as the engine wants it. */
static int check_search(struct limen_index *index, const float *query, size_t k, size_t ef,
                        const float **ready, struct limen_error *error) {
  if (k == 0 || k > index->rows)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "k is %zu; the index has %zu rows, and 1 to that many can be asked for", k,
                      index->rows);
  if (ef == 0 || ef > LIMEN_EF_MAX)
    return LIMEN_FAIL(error, LIMEN_USAGE, "ef is %zu; it goes from 1 to %d", ef, LIMEN_EF_MAX);
  int status = check_query(index, query, error);
  *ready = index->query ? index->query : query;
  if (status != LIMEN_OK || index->settings.metric != LIMEN_COSINE) return status;
  if (make_unit(query, index->columns, index->query)) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "the query is all zeros and has no cosine with anything; leave it out, or take "
                    "another metric");
}

int limen_index_search(struct limen_index *index, const float *query, size_t k, size_t ef,
                       int64_t *ids, size_t *found, struct limen_error *error) {
  int status = check_search(index, query, k, ef, &query, error);
  if (status != LIMEN_OK) return status;
  return index->engine->search(index->state, query, k, ef > k ? ef : k, ids, found, error);
}

int limen_index_trace(struct limen_index *index, const float *query, size_t k, size_t ef,
                      int64_t *ids, size_t *found, struct limen_trace *trace,
                      struct limen_error *error) {
  int status = check_search(index, query, k, ef, &query, error);
  if (status != LIMEN_OK) return status;
  return index->engine->trace(index->state, query, k, ef > k ? ef : k, ids, found, trace, error);
}

int limen_index_graph(struct limen_index *index, struct limen_graph *out,
                      struct limen_error *error) {
  *out = (struct limen_graph){0};
  if (!index->engine->graph)
    return LIMEN_FAIL(error, LIMEN_USAGE, "the engine %s has no graph", index->engine->name);
  int status = index->engine->graph(index->state, out, error);
  if (status == LIMEN_OK) status = limen_graph_check(out, error);
  if (status != LIMEN_OK) limen_graph_clear(out);
  return status;
}

size_t limen_index_bytes(const struct limen_index *index) {
  return index->engine->bytes(index->state);
}
