#include "retrieval/ranking.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "definition/words.h"

/* ---- queries ---- */

/* Queries that were put into the list by other hands than limen_ranking_add are looked through. */
static struct limen_ranked_query *find(const struct limen_ranking *ranking, const char *query) {
  if (ranking->count == 0) return NULL;
  const size_t last = ranking->count - 1, stride = sizeof *ranking->query;
  if (strcmp(ranking->query[last].id, query) == 0) return &ranking->query[last];
  size_t i = limen_id_index_find(&ranking->index, &ranking->query->id, stride, query);
  if (i != SIZE_MAX) return &ranking->query[i];
  for (i = ranking->index.count; i < ranking->count; i++)
    if (strcmp(ranking->query[i].id, query) == 0) return &ranking->query[i];
  return NULL;
}

const struct limen_ranked_query *limen_ranking_find(const struct limen_ranking *ranking,
                                                    const char *query) {
  return find(ranking, query);
}

static int add_query(struct limen_ranking *ranking, const char *id, struct limen_ranked_query **out,
                     struct limen_error *error) {
  int status = limen_grow(&ranking->query, &ranking->capacity, ranking->count + 1,
                          sizeof *ranking->query, error);
  if (status != LIMEN_OK) return status;
  struct limen_ranked_query one = {.id = limen_copy_text(id, error)};
  if (!one.id) return LIMEN_FAILED;
  ranking->query[ranking->count] = one;
  *out = &ranking->query[ranking->count++];
  while (ranking->index.count < ranking->count && status == LIMEN_OK)
    status =
        limen_id_index_add(&ranking->index, &ranking->query->id, sizeof *ranking->query, error);
  return status;
}

int limen_ranking_add(struct limen_ranking *ranking, const char *query, const char *document,
                      double score, struct limen_error *error) {
  struct limen_ranked_query *ranked = find(ranking, query);
  int status = ranked ? LIMEN_OK : add_query(ranking, query, &ranked, error);
  if (status == LIMEN_OK)
    status = limen_grow(&ranked->ranked, &ranked->capacity, ranked->count + 1,
                        sizeof *ranked->ranked, error);
  if (status != LIMEN_OK) return status;
  struct limen_ranked_document one = {.document = limen_copy_text(document, error), .score = score};
  if (!one.document) return LIMEN_FAILED;
  ranked->ranked[ranked->count++] = one;
  return LIMEN_OK;
}

void limen_ranking_clear(struct limen_ranking *ranking) {
  for (size_t q = 0; q < ranking->count; q++) {
    for (size_t i = 0; i < ranking->query[q].count; i++)
      limen_free(ranking->query[q].ranked[i].document);
    limen_free(ranking->query[q].ranked);
    limen_free(ranking->query[q].id);
  }
  limen_free(ranking->query);
  limen_free(ranking->tag);
  limen_id_index_clear(&ranking->index);
  *ranking = (struct limen_ranking){0};
}

/* ---- the order ---- */

static int by_rank(const void *left, const void *right) {
  const struct limen_ranked_document *a = left, *b = right;
  if (a->score != b->score) return a->score > b->score ? -1 : 1;
  return strcmp(b->document, a->document);
}

static int refuse_twice(const struct limen_ranked_query *query, struct limen_error *error) {
  char shown[2][LIMEN_WORDS_SIZE];
  size_t second;
  int status = limen_id_index_twice(&query->ranked->document, sizeof *query->ranked, query->count,
                                    &second, error);
  if (status != LIMEN_OK || second == SIZE_MAX) return status;
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "query %s holds document %s twice; keep the one with the better score",
                    limen_words_quote(query->id, shown[0]),
                    limen_words_quote(query->ranked[second].document, shown[1]));
}

int limen_ranking_sort(struct limen_ranking *ranking, struct limen_error *error) {
  char shown[2][LIMEN_WORDS_SIZE];
  for (size_t q = 0; q < ranking->count; q++) {
    struct limen_ranked_query *query = &ranking->query[q];
    for (size_t i = 0; i < query->count; i++)
      if (isnan(query->ranked[i].score))
        return LIMEN_FAIL(error, LIMEN_INPUT, "query %s, document %s: the score is not a number",
                          limen_words_quote(query->id, shown[0]),
                          limen_words_quote(query->ranked[i].document, shown[1]));
    int status = refuse_twice(query, error);
    if (status != LIMEN_OK) return status;
    qsort(query->ranked, query->count, sizeof *query->ranked, by_rank);
  }
  return LIMEN_OK;
}
