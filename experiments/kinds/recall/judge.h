/* Judging answers of the kind recall: when a cell runs, and again when a run is verified. */
#ifndef LIMEN_KINDS_RECALL_JUDGE_H
#define LIMEN_KINDS_RECALL_JUDGE_H

#include "experiments/kinds/recall/data.h"
#include "measures/recall.h"
#include "measures/search_set.h"

struct limen_recall_settings recall_judging(const struct limen_cell *cell,
                                            const struct recall_world *world);

/* One query's answer: world->k ids, -1 past the found ones. */
void recall_judge(const struct recall_world *world, const struct limen_recall_settings *settings,
                  size_t query, const int64_t *ids, struct limen_recall_query *out);

/* Fills the columns of a row that are named after a measure of searches. */
int recall_tell(const struct limen_search_set *set, double *columns, struct limen_error *error);

/* Judges the stored ids of every finished cell again, against data made or read anew, and compares
 * with what the store says. LIMEN_NO names the first cell that does not hold. `*cells` and
 * `*answers` count what was judged. */
int recall_verify(const struct limen_plan *plan, struct limen_text *words,
                  struct limen_error *error);

#endif
