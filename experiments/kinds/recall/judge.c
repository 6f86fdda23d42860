#include "experiments/kinds/recall/judge.h"

#include "experiments/kinds/recall/recall.h"
#include "knn/distance.h"

struct limen_recall_settings recall_judging(const struct limen_cell *cell,
                                            const struct recall_world *world) {
  return (struct limen_recall_settings){.k = world->k,
                                        .metric = world->metric,
                                        .tie = limen_cell_real(cell, "tie"),
                                        .epsilon = limen_cell_real(cell, "epsilon")};
}

/* A query and the base, for true distances. */
struct measuring {
  const struct recall_world *world;
  const float *query;
};

static double distance_to(const void *context, size_t id) {
  const struct measuring *measuring = context;
  const struct limen_matrix *base = &measuring->world->base;
  return limen_distance(measuring->world->metric, measuring->query,
                        base->values + id * base->columns, base->columns);
}

void recall_judge(const struct recall_world *world, const struct limen_recall_settings *settings,
                  size_t query, const int64_t *ids, struct limen_recall_query *out) {
  const struct measuring measuring = {world,
                                      world->queries.values + query * world->queries.columns};
  limen_recall_judge(settings, world->base.rows, world->truth.ids + query * world->truth.width,
                     world->truth.distances + query * world->truth.width, ids, world->k,
                     distance_to, &measuring, out);
}

/* Intervals come later, over builds too, from the raw answers: the bootstrap is cut to its least.
 */
int recall_tell(const struct limen_search_set *set, double *columns, struct limen_error *error) {
  struct limen_search_settings settings = limen_search_defaults;
  settings.resamples = LIMEN_BOOTSTRAP_MIN;
  for (size_t column = 0; column < RECALL_MEASURES; column++) {
    const struct limen_search_measure *measure =
        limen_search_measure_find(recall_measures[column].name);
    struct limen_interval found;
    if (!measure) continue;
    int status = limen_search_measure_run(measure, set, &settings, &found, error);
    if (status != LIMEN_OK) return status;
    columns[column] = found.estimate;
  }
  return LIMEN_OK;
}
