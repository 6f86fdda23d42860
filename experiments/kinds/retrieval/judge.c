/* Judging rankings: when a cell runs, and again when a run is verified. */
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/retrieval/retrieval.h"
#include "measures/evaluation.h"

/* Which of the chosen measures is that of a column: they come in the registry's order. */
static size_t choice_of(const struct limen_ranking_choices *choices, size_t column) {
  size_t c = 0;
  while (strcmp(choices->choice[c].name, retrieval_measures[column].name) != 0) c++;
  return c;
}

/* The hits as a ranking whose scores are minus the ranks, so that it stays in their order. */
static int rank(const struct limen_collection *collection, const struct limen_hits *hits,
                struct limen_ranking *out, struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t q = 0; q < hits->queries; q++)
    for (size_t i = 0; i < hits->found[q] && status == LIMEN_OK; i++) {
      const uint32_t document = hits->document[q * hits->k + i];
      status = limen_ranking_add(out, collection->queries.passage[q].id,
                                 collection->documents.passage[document].id, -(double)i, error);
    }
  return status == LIMEN_OK ? limen_ranking_sort(out, error) : status;
}

static int take_values(const struct limen_evaluation *evaluation,
                       const struct limen_ranking_choices *choices, double **values,
                       size_t *queries, double *means, struct limen_error *error) {
  *queries = evaluation->queries;
  if (!(*values = limen_alloc(*queries * RETRIEVAL_OF_RANKING, sizeof **values, error)))
    return LIMEN_FAILED;
  for (size_t m = 0; m < RETRIEVAL_OF_RANKING; m++) {
    const size_t c = choice_of(choices, RETRIEVAL_RECALL_2 + m);
    means[m] = evaluation->summary[c];
    for (size_t q = 0; q < *queries; q++)
      (*values)[q * RETRIEVAL_OF_RANKING + m] = evaluation->value[q * evaluation->measures + c];
  }
  return LIMEN_OK;
}

int retrieval_judge(const struct limen_cell *cell, const struct limen_collection *collection,
                    const struct limen_hits *hits, double **values, size_t *queries, double *means,
                    struct limen_error *error) {
  const struct limen_evaluation_settings settings = {
      .level = (int32_t)limen_cell_integer(cell, "level"), .complete = true};
  struct limen_ranking_choices choices = {0};
  struct limen_ranking ranking = {0};
  struct limen_evaluation evaluation = {0};
  int status = LIMEN_OK;
  *values = NULL;
  *queries = 0;
  for (size_t i = 0; i < RETRIEVAL_OF_RANKING && status == LIMEN_OK; i++)
    status = limen_ranking_choices_add(&choices, retrieval_measure_words(i), error);
  if (status == LIMEN_OK) status = rank(collection, hits, &ranking, error);
  if (status == LIMEN_OK)
    status = limen_evaluate(&collection->qrels, &ranking, &choices, &settings, &evaluation, error);
  if (status == LIMEN_OK)
    status = take_values(&evaluation, &choices, values, queries, means, error);
  limen_evaluation_clear(&evaluation);
  limen_ranking_clear(&ranking);
  limen_ranking_choices_clear(&choices);
  return status;
}
