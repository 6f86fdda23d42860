#include "retrieval/hits.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

int limen_hits_init(struct limen_hits *hits, size_t queries, size_t k, struct limen_error *error) {
  size_t count;
  *hits = (struct limen_hits){.queries = queries, .k = k};
  if (__builtin_mul_overflow(queries, k, &count))
    return LIMEN_FAIL(error, LIMEN_FAILED, "%zu x %zu hits are more than a machine holds", queries,
                      k);
  hits->document = limen_alloc_scratch(count, sizeof *hits->document, error);
  hits->score = hits->document ? limen_alloc_scratch(count, sizeof *hits->score, error) : NULL;
  hits->found = hits->score ? limen_alloc(queries, sizeof *hits->found, error) : NULL;
  if (!hits->found) {
    limen_hits_clear(hits);
    return LIMEN_FAILED;
  }
  for (size_t i = 0; i < count; i++) {
    hits->document[i] = UINT32_MAX;
    hits->score[i] = -INFINITY;
  }
  return LIMEN_OK;
}

int limen_hits_rank(const struct limen_hits *hits, const struct limen_collection *collection,
                    struct limen_ranking *ranking, struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t q = 0; q < hits->queries; q++)
    for (size_t i = q * hits->k; i < q * hits->k + hits->found[q] && status == LIMEN_OK; i++)
      status = limen_ranking_add(ranking, collection->queries.passage[q].id,
                                 collection->documents.passage[hits->document[i]].id,
                                 hits->score[i], error);
  return status;
}

void limen_hits_clear(struct limen_hits *hits) {
  limen_free(hits->document);
  limen_free(hits->score);
  limen_free(hits->found);
  *hits = (struct limen_hits){0};
}

/* ---- one query's best ---- */

static bool stands_before(struct limen_hit a, struct limen_hit b) {
  return a.score > b.score || (a.score == b.score && a.place < b.place);
}

/* Puts `hit` in the place of the one on top. */
static void sink(struct limen_best *best, struct limen_hit hit) {
  size_t at = 0, below;
  while ((below = 2 * at + 1) < best->count) {
    if (below + 1 < best->count && stands_before(best->hit[below], best->hit[below + 1])) below++;
    if (!stands_before(hit, best->hit[below])) break;
    best->hit[at] = best->hit[below];
    at = below;
  }
  best->hit[at] = hit;
}

void limen_best_offer(struct limen_best *best, double score, uint32_t place) {
  const struct limen_hit hit = {score, place};
  if (best->count < best->k) {
    size_t at = best->count++;
    for (; at > 0 && stands_before(best->hit[(at - 1) / 2], hit); at = (at - 1) / 2)
      best->hit[at] = best->hit[(at - 1) / 2];
    best->hit[at] = hit;
  } else if (best->k > 0 && stands_before(hit, best->hit[0])) {
    sink(best, hit);
  }
}

static int compare(const void *a, const void *b) {
  const struct limen_hit *x = a, *y = b;
  return stands_before(*x, *y) ? -1 : stands_before(*y, *x);
}

void limen_best_take(struct limen_best *best, const uint32_t *order, struct limen_hits *hits,
                     size_t query) {
  qsort(best->hit, best->count, sizeof *best->hit, compare);
  for (size_t i = 0; i < best->count; i++) {
    hits->document[query * hits->k + i] = order[best->hit[i].place];
    hits->score[query * hits->k + i] = best->hit[i].score;
  }
  hits->found[query] = best->count;
  best->count = 0;
}
