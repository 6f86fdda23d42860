#include "measures/evaluation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "definition/words.h"

/* ---- one query ---- */

/* Room for the grades of the longest ranking and the longest list of judgements. */
struct room {
  int32_t *grade, *ideal;
};

static int descending(const void *left, const void *right) {
  const int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;
  return (a < b) - (a > b);
}

static bool in_order(const struct limen_ranked_query *ranked) {
  for (size_t i = 1; i < ranked->count; i++) {
    const struct limen_ranked_document *a = &ranked->ranked[i - 1], *b = &ranked->ranked[i];
    if (!(a->score > b->score || (a->score == b->score && strcmp(a->document, b->document) > 0)))
      return false;
  }
  return true;
}

/* The grades of the ranking, `ranked` NULL: of none, and of all judgements. */
static int fill_ranks(const struct limen_judged_query *judged,
                      const struct limen_ranked_query *ranked, struct room *room,
                      struct limen_judged_ranks *out, struct limen_error *error) {
  struct limen_id_table *table = NULL;
  int status = limen_id_table_make((const char *const *)&judged->judgement->document, judged->count,
                                   sizeof *judged->judgement, &table, error);
  if (status != LIMEN_OK) return status;
  for (size_t i = 0; i < judged->count; i++) {
    const int32_t grade = judged->judgement[i].grade;
    if (grade < 0) continue;
    room->ideal[out->judged++] = grade;
    out->relevant += grade >= out->level;
  }
  qsort(room->ideal, out->judged, sizeof *room->ideal, descending);
  out->count = ranked ? ranked->count : 0;
  for (size_t i = 0; i < out->count; i++) {
    const size_t at = limen_id_table_find(table, ranked->ranked[i].document);
    const int32_t grade = at == SIZE_MAX ? LIMEN_NOT_JUDGED : judged->judgement[at].grade;
    room->grade[i] = grade < 0 ? LIMEN_NOT_JUDGED : grade;
    out->found += room->grade[i] >= out->level;
  }
  out->grade = room->grade;
  out->ideal = room->ideal;
  limen_id_table_free(table);
  return LIMEN_OK;
}

static size_t count_known(const struct limen_judged_ranks *ranks) {
  size_t known = 0;
  for (size_t i = 0; i < ranks->count; i++) known += ranks->grade[i] != LIMEN_NOT_JUDGED;
  return known;
}

static int evaluate_query(const struct limen_judged_query *judged,
                          const struct limen_ranked_query *ranked,
                          const struct limen_ranking_choices *choices, int32_t level,
                          struct room *room, struct limen_evaluation *out,
                          struct limen_error *error) {
  struct limen_judged_ranks ranks = {.level = level};
  char shown[LIMEN_WORDS_SIZE];
  if (ranked && !in_order(ranked))
    return LIMEN_FAIL(error, LIMEN_INPUT, "query %s: its documents are not sorted by score",
                      limen_words_quote(judged->id, shown));
  int status = fill_ranks(judged, ranked, room, &ranks, error);
  if (status != LIMEN_OK) {
    limen_error_prefix(error, "query %s", limen_words_quote(judged->id, shown));
    return status;
  }
  double *value = out->value + out->queries * out->measures;
  for (size_t m = 0; m < out->measures; m++)
    value[m] = choices->choice[m].measure->value(&ranks, choices->choice[m].cutoff);
  out->id[out->queries++] = judged->id;
  out->known += count_known(&ranks);
  return LIMEN_OK;
}

/* ---- all queries ---- */

static int by_id(const void *left, const void *right) {
  const struct limen_judged_query *const *a = left, *const *b = right;
  return strcmp((*a)->id, (*b)->id);
}

static const struct limen_judged_query **sorted_queries(const struct limen_qrels *qrels,
                                                        struct limen_error *error) {
  const struct limen_judged_query **sorted = limen_alloc(qrels->count, sizeof *sorted, error);
  if (!sorted) return NULL;
  for (size_t q = 0; q < qrels->count; q++) sorted[q] = &qrels->query[q];
  qsort(sorted, qrels->count, sizeof *sorted, by_id);
  return sorted;
}

static int make_room(const struct limen_qrels *qrels, const struct limen_ranking *ranking,
                     struct room *room, struct limen_evaluation *out, struct limen_error *error) {
  size_t judged = 0, ranked = 0, values;
  for (size_t q = 0; q < qrels->count; q++)
    if (qrels->query[q].count > judged) judged = qrels->query[q].count;
  for (size_t q = 0; q < ranking->count; q++)
    if (ranking->query[q].count > ranked) ranked = ranking->query[q].count;
  if (__builtin_mul_overflow(qrels->count, out->measures, &values))
    return LIMEN_FAIL(error, LIMEN_FAILED, "%zu queries and %zu measures are too many",
                      qrels->count, out->measures);
  if (!(room->grade = limen_alloc(ranked, sizeof *room->grade, error)) ||
      !(room->ideal = limen_alloc(judged, sizeof *room->ideal, error)) ||
      !(out->id = limen_alloc(qrels->count, sizeof *out->id, error)) ||
      !(out->value = limen_alloc(values, sizeof *out->value, error)) ||
      !(out->summary = limen_alloc(out->measures, sizeof *out->summary, error)))
    return LIMEN_FAILED;
  return LIMEN_OK;
}

static void summarise(const struct limen_ranking_choices *choices, struct limen_evaluation *out) {
  for (size_t m = 0; m < out->measures; m++) {
    const enum limen_ranking_summary kind = choices->choice[m].measure->summary;
    double sum = 0;
    for (size_t q = 0; q < out->queries; q++) sum += out->value[q * out->measures + m];
    const double mean = sum / (double)out->queries;
    out->summary[m] = kind == LIMEN_OF_ALL_SUM              ? sum
                      : kind == LIMEN_OF_ALL_GEOMETRIC_MEAN ? exp(mean)
                                                            : mean;
  }
}

static int no_common_query(const struct limen_qrels *qrels, const struct limen_ranking *ranking,
                           struct limen_error *error) {
  char shown[2][LIMEN_WORDS_SIZE];
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "no query is in both, the judgements and the run: ids of the first start with "
                    "%s, of the second with %s; are they of the same collection?",
                    limen_words_quote(qrels->count ? qrels->query[0].id : "", shown[0]),
                    limen_words_quote(ranking->count ? ranking->query[0].id : "", shown[1]));
}

int limen_evaluate(const struct limen_qrels *qrels, const struct limen_ranking *ranking,
                   const struct limen_ranking_choices *choices,
                   const struct limen_evaluation_settings *settings, struct limen_evaluation *out,
                   struct limen_error *error) {
  struct room room = {0};
  *out = (struct limen_evaluation){.measures = choices->count};
  const struct limen_judged_query **sorted = sorted_queries(qrels, error);
  int status = sorted ? make_room(qrels, ranking, &room, out, error) : LIMEN_FAILED;
  for (size_t q = 0; q < qrels->count && status == LIMEN_OK; q++) {
    const struct limen_ranked_query *ranked = limen_ranking_find(ranking, sorted[q]->id);
    if (!ranked) out->missing++;
    if (ranked || settings->complete)
      status = evaluate_query(sorted[q], ranked, choices, settings->level, &room, out, error);
  }
  const size_t common = qrels->count - out->missing;
  if (status == LIMEN_OK && common == 0) status = no_common_query(qrels, ranking, error);
  out->not_judged = ranking->count - common;
  if (status == LIMEN_OK) summarise(choices, out);
  limen_free((void *)sorted);
  limen_free(room.grade);
  limen_free(room.ideal);
  if (status != LIMEN_OK) limen_evaluation_clear(out);
  return status;
}

void limen_evaluation_clear(struct limen_evaluation *evaluation) {
  limen_free((void *)evaluation->id);
  limen_free(evaluation->value);
  limen_free(evaluation->summary);
  *evaluation = (struct limen_evaluation){0};
}
