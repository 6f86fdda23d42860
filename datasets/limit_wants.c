/* Which documents the queries of a LIMIT set want, and what all documents are called. */
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "data/collection_read.h"
#include "data/relevance.h"
#include "datasets/limit.h"

/* ---- names ---- */

/* Where names come from: whole ones of the user's, or every first name with every last name. */
struct names {
  struct limen_word_list first, last; /* last is empty for whole names */
  size_t count;
};

static void names_clear(struct names *names) {
  limen_word_list_clear(&names->first);
  limen_word_list_clear(&names->last);
}

static int names_read(struct names *names, const char *path, struct limen_error *error) {
  int status = limen_word_list_read(path, "first_names.txt", LIMEN_NAMES, &names->first, error);
  names->count = names->first.count;
  if (status != LIMEN_OK || *path) return status;
  status = limen_word_list_read("", "last_names.txt", LIMEN_NAMES, &names->last, error);
  names->count *= names->last.count;
  return status;
}

static char *name_at(const struct names *names, size_t i, struct limen_error *error) {
  if (names->last.count == 0) return limen_copy_text(names->first.word[i].text, error);
  return limen_print(error, "%s %s", names->first.word[i / names->last.count].text,
                     names->last.word[i % names->last.count].text);
}

/* Gives names[from ..] new names, none of which stands in `taken` (NULL: nothing is taken). */
static int draw_names(struct limen_limit *limit, size_t from, const struct names *names,
                      const struct limen_id_table *taken, struct limen_error *error) {
  int status = LIMEN_FAILED;
  size_t *order = NULL, next = 0, most = names->count;
  gsl_rng *rng = limen_rng_alloc(limit->seed, "limit/names", error);
  if (!rng) goto done;
  /* As many as documents may turn out to be taken. */
  if (most > limit->documents + from) most = limit->documents + from;
  if (!(order = limen_limit_shuffled(rng, names->count, most, error))) goto done;
  for (size_t d = from; d < limit->documents; d++) {
    char *name = NULL;
    do {
      limen_free(name);
      if (next == most) {
        status = LIMEN_FAIL(error, LIMEN_USAGE,
                            "documents is %zu, but there are only %zu names; ask for fewer, or "
                            "give a longer list by names=FILE",
                            limit->documents, names->count);
        name = NULL;
        goto done;
      }
      if (!(name = name_at(names, order[next++], error))) goto done;
    } while (taken && limen_id_table_find(taken, name) != SIZE_MAX);
    limit->name[d] = name;
  }
  status = LIMEN_OK;
done:
  limen_free(order);
  limen_rng_free(rng);
  return status;
}

/* ---- judgements by a pattern ---- */

static int too_few(size_t documents, const char *pattern, size_t pool, struct limen_error *error) {
  return LIMEN_FAIL(error, LIMEN_USAGE,
                    "documents is %zu, but the judgements (%s) need %zu; ask for more documents or "
                    "for fewer queries",
                    documents, pattern, pool);
}

/* The documents that the pattern is laid over: as many as were asked for, or else those that so
 * many queries need. A pattern that spreads gets all. */
static int choose_pool(struct limen_limit *limit, const struct limen_grid *values,
                       const struct limen_pattern *pattern, struct limen_error *error) {
  const size_t k = (size_t)limen_grid_integer(values, 0, "k");
  const size_t queries = (size_t)limen_grid_integer(values, 0, "queries");
  limit->pool = (size_t)limen_grid_integer(values, 0, "pool");
  if (limit->pool == 0 && (pattern->spreads || queries == 0)) limit->pool = limit->documents;
  if (limit->pool == 0)
    for (limit->pool = k; limit->pool < limit->documents; limit->pool++)
      if (pattern->most(limit->pool, k) >= queries) break;
  if (limit->pool > limit->documents)
    return too_few(limit->documents, pattern->name, limit->pool, error);
  return LIMEN_OK;
}

static int add_queries(struct limen_limit *limit, const struct limen_relevance *relevance,
                       struct limen_qrels *qrels, struct limen_error *error) {
  for (size_t q = 0; q < relevance->queries; q++) {
    char id[32];
    snprintf(id, sizeof id, "query_%zu", q);
    for (size_t r = 0; r < relevance->k; r++) {
      const char *name = limit->name[relevance->relevant[q * relevance->k + r]];
      int status = limen_qrels_add(qrels, id, name, 1, error);
      if (status != LIMEN_OK) return status;
    }
  }
  return LIMEN_OK;
}

static int want_by_pattern(struct limen_limit *limit, const struct limen_grid *values,
                           const struct names *names, struct limen_qrels *qrels,
                           struct limen_error *error) {
  const struct limen_pattern *pattern = limen_pattern_find(limen_grid_string(values, 0, "pattern"));
  struct limen_relevance relevance = {0};
  int status = choose_pool(limit, values, pattern, error);
  if (status == LIMEN_OK)
    status = pattern->make(limit->pool, (size_t)limen_grid_integer(values, 0, "k"),
                           (size_t)limen_grid_integer(values, 0, "queries"), limit->seed,
                           &relevance, error);
  if (status == LIMEN_OK) status = draw_names(limit, 0, names, NULL, error);
  if (status == LIMEN_OK) status = add_queries(limit, &relevance, qrels, error);
  limen_relevance_clear(&relevance);
  return status;
}

/* ---- judgements of the user's ---- */

struct seen {
  const char *id;
  size_t at; /* where it came up */
};

static int by_id(const void *left, const void *right) {
  const struct seen *a = left, *b = right;
  int order = strcmp(a->id, b->id);
  return order ? order : (a->at > b->at) - (a->at < b->at);
}

static int by_place(const void *left, const void *right) {
  const struct seen *a = left, *b = right;
  return (a->at > b->at) - (a->at < b->at);
}

/* The distinct documents of all judgements, in the order in which they came up. */
static int judged_documents(const struct limen_qrels *qrels, struct seen **out, size_t *count,
                            struct limen_error *error) {
  size_t all = 0, kept = 0;
  for (size_t q = 0; q < qrels->count; q++) all += qrels->query[q].count;
  struct seen *seen = limen_alloc(all, sizeof *seen, error);
  if (!seen) return LIMEN_FAILED;
  all = 0;
  for (size_t q = 0; q < qrels->count; q++)
    for (size_t j = 0; j < qrels->query[q].count; j++, all++)
      seen[all] = (struct seen){qrels->query[q].judgement[j].document, all};
  qsort(seen, all, sizeof *seen, by_id);
  for (size_t i = 0; i < all; i++)
    if (i == 0 || strcmp(seen[i].id, seen[kept - 1].id) != 0) seen[kept++] = seen[i];
  qsort(seen, kept, sizeof *seen, by_place);
  *out = seen;
  *count = kept;
  return LIMEN_OK;
}

/* The judged documents keep their ids as their names; only the others get one of ours. */
static int want_by_file(struct limen_limit *limit, const char *path, const struct names *names,
                        struct limen_qrels *qrels, struct limen_error *error) {
  struct limen_id_table *taken = NULL;
  struct seen *seen = NULL;
  int status = limen_qrels_read(path, qrels, error);
  if (status == LIMEN_OK) status = judged_documents(qrels, &seen, &limit->pool, error);
  if (status == LIMEN_OK && limit->pool > limit->documents)
    status = too_few(limit->documents, path, limit->pool, error);
  for (size_t d = 0; d < limit->pool && status == LIMEN_OK; d++) {
    if (strchr(seen[d].id, ','))
      status = LIMEN_FAIL(error, LIMEN_INPUT,
                          "%s: the document %.100s has a comma in its id, which will be its name",
                          path, seen[d].id);
    else if (!(limit->name[d] = limen_copy_text(seen[d].id, error)))
      status = LIMEN_FAILED;
  }
  if (status == LIMEN_OK)
    status = limen_id_table_make((const char *const *)limit->name, limit->pool, sizeof *limit->name,
                                 &taken, error);
  if (status == LIMEN_OK) status = draw_names(limit, limit->pool, names, taken, error);
  limen_id_table_free(taken);
  limen_free(seen);
  return status;
}

/* ---- both ---- */

/* The queries of every document of the pool: counted, then placed. */
static int invert(struct limen_limit *limit, const struct limen_qrels *qrels,
                  struct limen_error *error) {
  struct limen_id_table *table = NULL;
  size_t judgements = 0;
  int status = limen_id_table_make((const char *const *)limit->name, limit->documents,
                                   sizeof *limit->name, &table, error);
  if (status != LIMEN_OK) return status;
  for (size_t q = 0; q < qrels->count; q++) judgements += qrels->query[q].count;
  limit->first = limen_alloc(limit->pool + 2, sizeof *limit->first, error);
  limit->query = limen_alloc(judgements, sizeof *limit->query, error);
  if (!limit->first || !limit->query) status = LIMEN_FAILED;
  /* While counting, the count of document d stands at d + 2; while placing, d + 1 moves up from the
   * start of d to its end, which is where d + 1 starts. */
  for (int placing = 0; placing < 2 && status == LIMEN_OK; placing++) {
    for (size_t q = 0; q < qrels->count; q++)
      for (size_t j = 0; j < qrels->query[q].count; j++) {
        if (qrels->query[q].judgement[j].grade <= 0) continue;
        size_t d = limen_id_table_find(table, qrels->query[q].judgement[j].document);
        if (placing)
          limit->query[limit->first[d + 1]++] = q;
        else
          limit->first[d + 2]++;
      }
    for (size_t d = 2; d < limit->pool + 2 && !placing; d++) limit->first[d] += limit->first[d - 1];
  }
  limen_id_table_free(table);
  return status;
}

int limen_limit_want(struct limen_limit *limit, const struct limen_grid *values,
                     struct limen_qrels *qrels, struct limen_error *error) {
  const char *path = limen_grid_string(values, 0, "qrels");
  struct names names = {0};
  int status = names_read(&names, limen_grid_string(values, 0, "names"), error);
  if (status == LIMEN_OK &&
      !(limit->name = limen_alloc(limit->documents, sizeof *limit->name, error)))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = *path ? want_by_file(limit, path, &names, qrels, error)
                   : want_by_pattern(limit, values, &names, qrels, error);
  limit->queries = qrels->count;
  if (status == LIMEN_OK) status = invert(limit, qrels, error);
  names_clear(&names);
  return status;
}
