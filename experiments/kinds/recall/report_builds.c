#include "experiments/kinds/recall/report_builds.h"

#include <string.h>

#include "base/memory.h"

int recall_builds_read(const struct limen_plan *plan, size_t point, size_t row,
                       struct recall_builds *out, struct limen_error *error) {
  const struct limen_cell **cells = NULL;
  size_t count = 0;
  int status = recall_cells(plan, point, &cells, &count, error);
  for (size_t b = 0; b < count && status == LIMEN_OK; b++) {
    double *values = NULL;
    size_t queries = 0;
    status = recall_per_query(plan, cells[b], row, LIMEN_RECALL_BY_ID, &values, &queries, error);
    if (status == LIMEN_OK && b == 0) {
      out->queries = queries;
      out->recall = limen_alloc(count * queries, sizeof *out->recall, error);
      if (!out->recall) status = LIMEN_FAILED;
    }
    if (status == LIMEN_OK && queries != out->queries)
      status = LIMEN_FAIL(error, LIMEN_INPUT,
                          "builds of one index answered %zu and %zu queries: the store is damaged; "
                          "run again with --fresh",
                          out->queries, queries);
    if (status == LIMEN_OK) memcpy(out->recall + b * queries, values, queries * sizeof *values);
    if (status == LIMEN_OK) out->builds++;
    limen_free(values);
  }
  limen_free(cells);
  return status;
}

void recall_builds_clear(struct recall_builds *builds) {
  limen_free(builds->recall);
  *builds = (struct recall_builds){0};
}
