/* Attribution, query by query, of what an answer lacks.
 *
 * In its place. A row that was returned, is not in the truth and lies within r_k (1 + tie) fills a
 * place as well as the row that is missing: it excuses one missing row, and each missing row is
 * excused once. Copies go first: a fill-in with the very bytes of a missing row excuses that row as
 * a duplicate, since the data, not a coincidence of distances, is what to look at. The other
 * fill-ins excuse the farthest of what is missing as ties. So ties and duplicates together are
 * exactly the hits that the tie-aware recall counts beyond those by id. A row that is missing while
 * its copy was returned rightly, as a neighbour of its own, is not excused: many copies of one
 * vector cut graphs into pieces, and that is a reason of the graph's.
 *
 * Else by measurement. No path leads to it from where searches may enter level 0: unreachable.
 * Else the search is repeated four and sixteen times as wide, and all that the wider beam holds is
 * looked at, not its k best: a row that was seen is not to be called trapped because another one
 * ties with it. ef means what a search makes of it, max(ef, k), and is not wider than the base.
 *
 * An engine without a graph has no unreachable rows and no bottlenecks; the rest is the same. */
#include "measures/missed.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "knn/distance.h"
#include "measures/bottleneck.h"
#include "measures/graph_health.h"
#include "measures/recall.h"

enum { WIDER = 4, WIDEST = 16, RANK_MOST = UINT8_MAX };

struct attribution {
  struct limen_index *index;
  const struct limen_matrix *base, *queries;
  const struct limen_knn *truth;
  size_t ef, k;
  double tie;
  struct limen_graph graph;
  bool has_graph;
  bool *reachable; /* per row; only with a graph */
  struct limen_bottleneck finder;
  /* Scratch. */
  size_t *returned, *true_of; /* per row: the last query, from 1, that returned it or wants it */
  uint32_t *fill_ins;         /* k */
  uint32_t *wanted, *ranks;   /* k: missing rows and their bottlenecks */
  uint32_t *seen;             /* rows: what a search discovered */
  int64_t *ids;               /* of the widest search */
};

const char *limen_miss_name(size_t i) {
  static const char *const names[LIMEN_MISSES] = {
      "found", "tie", "duplicate", "unreachable", "budget", "intermediate", "trapped"};
  return i < LIMEN_MISSES ? names[i] : NULL;
}

/* ---- life ---- */

static int check(const struct limen_index *index, const struct limen_matrix *base,
                 const struct limen_matrix *queries, const struct limen_knn *truth, size_t ef,
                 double tie, struct limen_error *error) {
  if (base->rows != index->rows || base->columns != index->columns)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "the base is %zu x %zu and the index was built of %zu x %zu; both must be of "
                      "the same vectors",
                      base->rows, base->columns, index->rows, index->columns);
  if (queries->columns != base->columns)
    return LIMEN_FAIL(error, LIMEN_INPUT, "the queries have %zu dimensions and the base has %zu",
                      queries->columns, base->columns);
  if (truth->queries != queries->rows)
    return LIMEN_FAIL(error, LIMEN_INPUT, "the truth is of %zu queries, and there are %zu",
                      truth->queries, queries->rows);
  if (truth->k == 0 || truth->k > base->rows)
    return LIMEN_FAIL(error, LIMEN_INPUT, "the truth has k = %zu; the base has %zu rows", truth->k,
                      base->rows);
  if (ef == 0 || ef > LIMEN_EF_MAX)
    return LIMEN_FAIL(error, LIMEN_USAGE, "ef is %zu; it goes from 1 to %d", ef, LIMEN_EF_MAX);
  if (!(tie >= 0 && tie <= 1))
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "the tolerance of ties is %g; it is relative and goes from 0 to 1", tie);
  for (size_t q = 0; q < truth->queries; q++)
    for (size_t i = 0; i < truth->k; i++) {
      const int64_t id = truth->ids[q * truth->width + i];
      if (id < 0 || (size_t)id >= base->rows)
        return LIMEN_FAIL(error, LIMEN_INPUT,
                          "the truth of query %zu names row %lld; the base has %zu rows", q,
                          (long long)id, base->rows);
    }
  return LIMEN_OK;
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* How wide a search `times` as wide is. */
static size_t width_of(const struct attribution *at, size_t times) {
  return least(least(at->ef * times, at->base->rows), LIMEN_EF_MAX);
}

static int look_at_graph(struct attribution *at, struct limen_error *error) {
  at->has_graph = at->index->engine->graph != NULL;
  if (!at->has_graph) return LIMEN_OK;
  int status = limen_index_graph(at->index, &at->graph, error);
  if (status != LIMEN_OK) return status;
  if (!(at->reachable = limen_alloc(at->graph.nodes, sizeof *at->reachable, error)))
    return LIMEN_FAILED;
  status = limen_graph_reachable(&at->graph, at->reachable, error);
  if (status == LIMEN_OK)
    status =
        limen_bottleneck_init(&at->finder, &at->graph, at->base, at->index->settings.metric, error);
  return status;
}

static int init(struct attribution *at, struct limen_error *error) {
  const size_t n = at->base->rows, k = at->k;
  if (!(at->returned = limen_alloc(n, sizeof *at->returned, error)) ||
      !(at->true_of = limen_alloc(n, sizeof *at->true_of, error)) ||
      !(at->fill_ins = limen_alloc(k, sizeof *at->fill_ins, error)) ||
      !(at->wanted = limen_alloc(k, sizeof *at->wanted, error)) ||
      !(at->ranks = limen_alloc(k, sizeof *at->ranks, error)) ||
      !(at->seen = limen_alloc_scratch(n, sizeof *at->seen, error)) ||
      !(at->ids = limen_alloc_scratch(width_of(at, WIDEST), sizeof *at->ids, error)))
    return LIMEN_FAILED;
  return look_at_graph(at, error);
}

static void clear(struct attribution *at) {
  limen_bottleneck_clear(&at->finder);
  if (at->has_graph) limen_graph_clear(&at->graph);
  limen_free(at->reachable);
  limen_free(at->returned);
  limen_free(at->true_of);
  limen_free(at->fill_ins);
  limen_free(at->wanted);
  limen_free(at->ranks);
  limen_free(at->seen);
  limen_free(at->ids);
}

/* ---- in its place ---- */

static const float *row_at(const struct attribution *at, size_t row) {
  return at->base->values + row * at->base->columns;
}

static double distance_to(const struct attribution *at, size_t query, size_t row) {
  const size_t d = at->base->columns;
  return limen_distance(at->index->settings.metric, at->queries->values + query * d,
                        row_at(at, row), d);
}

/* Marks what was returned and what is true, and starts the records; returns how many rows are
 * missing. */
static size_t begin(struct attribution *at, size_t query, const int64_t *answer,
                    struct limen_miss_record *out) {
  const int64_t *true_ids = at->truth->ids + query * at->truth->width;
  size_t missing = 0;
  for (size_t i = 0; i < at->k; i++) {
    if (answer[i] >= 0 && (size_t)answer[i] < at->base->rows) at->returned[answer[i]] = query + 1;
    at->true_of[true_ids[i]] = query + 1;
  }
  for (size_t i = 0; i < at->k; i++) {
    const bool found = at->returned[true_ids[i]] == query + 1;
    out[i] = (struct limen_miss_record){
        .query = (uint32_t)query,
        .row = (uint32_t)true_ids[i],
        .rank = (uint8_t)least(i + 1, RANK_MOST),
        .reason = found ? LIMEN_MISS_NONE : LIMEN_MISS_TRAPPED,
    };
    missing += !found;
  }
  return missing;
}

/* Rows within reach that were returned and are not true, each once. */
static size_t find_fill_ins(struct attribution *at, size_t query, const int64_t *answer) {
  const double r_k = at->truth->distances[query * at->truth->width + at->k - 1];
  const double reach = limen_recall_reach(at->index->settings.metric, r_k, at->tie);
  size_t count = 0;
  for (size_t i = 0; i < at->k; i++) {
    if (answer[i] < 0 || (size_t)answer[i] >= at->base->rows) continue;
    const size_t row = (size_t)answer[i];
    if (at->true_of[row] == query + 1) continue;
    at->true_of[row] = query + 1; /* seen: a second copy of the id fills nothing */
    if (distance_to(at, query, row) <= reach) at->fill_ins[count++] = (uint32_t)row;
  }
  return count;
}

/* Takes the last of the fill-ins that is the same vector as `row`. */
static bool take_copy(struct attribution *at, uint32_t row, size_t *count) {
  const size_t bytes = at->base->columns * sizeof(float);
  for (size_t i = *count; i-- > 0;)
    if (memcmp(row_at(at, at->fill_ins[i]), row_at(at, row), bytes) == 0) {
      at->fill_ins[i] = at->fill_ins[--*count];
      return true;
    }
  return false;
}

/* Returns how many of the missing are excused. */
static size_t excuse(struct attribution *at, size_t query, const int64_t *answer,
                     struct limen_miss_record *out) {
  const size_t fill_ins = find_fill_ins(at, query, answer);
  size_t left = fill_ins;
  for (size_t i = at->k; i-- > 0 && left > 0;)
    if (out[i].reason == LIMEN_MISS_TRAPPED && take_copy(at, out[i].row, &left))
      out[i].reason = LIMEN_MISS_DUPLICATE;
  for (size_t i = at->k; i-- > 0 && left > 0;)
    if (out[i].reason == LIMEN_MISS_TRAPPED) {
      out[i].reason = LIMEN_MISS_TIE;
      left--;
    }
  return fill_ins - left;
}

/* ---- by measurement ---- */

static int measure_bottlenecks(struct attribution *at, const float *query,
                               struct limen_miss_record *out, struct limen_error *error) {
  struct limen_trace trace = {.row = at->seen};
  size_t found = 0, count = 0;
  int status =
      limen_index_trace(at->index, query, at->k, width_of(at, 1), at->ids, &found, &trace, error);
  if (status != LIMEN_OK) return status;
  for (size_t i = 0; i < at->k; i++)
    if (out[i].reason == LIMEN_MISS_TRAPPED) at->wanted[count++] = out[i].row;
  limen_bottleneck_find(&at->finder, query, at->seen, trace.found, at->wanted, count, at->ranks);
  count = 0;
  for (size_t i = 0; i < at->k; i++) {
    if (out[i].reason != LIMEN_MISS_TRAPPED) continue;
    out[i].bottleneck = at->ranks[count++];
    if (!at->reachable[out[i].row]) out[i].reason = LIMEN_MISS_UNREACHABLE;
  }
  return LIMEN_OK;
}

/* Gives `reason` to those of the trapped that a search of this width holds; *trapped counts what is
 * left. */
static int search_wider(struct attribution *at, const float *query, size_t width,
                        enum limen_miss reason, struct limen_miss_record *out, size_t *trapped,
                        struct limen_error *error) {
  size_t found = 0;
  int status = limen_index_search(at->index, query, width, width, at->ids, &found, error);
  if (status != LIMEN_OK) return status;
  *trapped = 0;
  for (size_t i = 0; i < at->k; i++) {
    if (out[i].reason != LIMEN_MISS_TRAPPED) continue;
    bool holds = false;
    for (size_t j = 0; j < found; j++) holds |= at->ids[j] == (int64_t)out[i].row;
    if (holds)
      out[i].reason = (uint8_t)reason;
    else
      ++*trapped;
  }
  return LIMEN_OK;
}

static int attribute(struct attribution *at, size_t query, const int64_t *answer,
                     struct limen_miss_record *out, struct limen_error *error) {
  const float *vector = at->queries->values + query * at->base->columns;
  int status = LIMEN_OK;
  size_t missing = begin(at, query, answer, out);
  if (missing > 0) missing -= excuse(at, query, answer, out);
  if (missing == 0) return LIMEN_OK;
  if (at->has_graph) status = measure_bottlenecks(at, vector, out, error);
  if (status == LIMEN_OK)
    status = search_wider(at, vector, width_of(at, WIDER), LIMEN_MISS_BUDGET, out, &missing, error);
  if (status == LIMEN_OK && missing > 0)
    status = search_wider(at, vector, width_of(at, WIDEST), LIMEN_MISS_INTERMEDIATE, out, &missing,
                          error);
  return status;
}

int limen_missed_attribute(struct limen_index *index, const struct limen_matrix *base,
                           const struct limen_matrix *queries, const struct limen_knn *truth,
                           size_t ef, double tie, const int64_t *answers,
                           struct limen_miss_record *out, struct limen_error *error) {
  int status = check(index, base, queries, truth, ef, tie, error);
  if (status != LIMEN_OK) return status;
  struct attribution at = {.index = index,
                           .base = base,
                           .queries = queries,
                           .truth = truth,
                           .ef = ef > truth->k ? ef : truth->k,
                           .k = truth->k,
                           .tie = tie};
  status = init(&at, error);
  for (size_t q = 0; q < truth->queries && status == LIMEN_OK; q++) {
    status = attribute(&at, q, answers + q * at.k, out + q * at.k, error);
    if (status != LIMEN_OK)
      limen_error_prefix(error, "query %zu", q);
    else if (limen_interrupted())
      status = LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted");
  }
  clear(&at);
  return status;
}
