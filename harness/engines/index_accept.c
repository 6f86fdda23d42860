/* A reader has seen to it that a file is whole, and that its links lead somewhere. What loading
 * needs beyond that: the index is the one that the header speaks of, so that searches read no more
 * of a query than it has; nodes are rows, so that answers are; and numbers can be compared. */
#include "engines/index_accept.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "data/mapping.h"

static int check_shape(const struct limen_index_content *content,
                       const struct limen_index_wanted *wanted, struct limen_error *error) {
  /* Cosine is the inner product of unit vectors. */
  const int metric = wanted->settings->metric == LIMEN_L2 ? LIMEN_L2 : LIMEN_IP;
  const struct {
    const char *name;
    size_t value, wanted;
  } checks[] = {
      {"rows", content->rows, wanted->rows},
      {"columns", content->columns, wanted->columns},
      {"room for rows", content->room, wanted->rows},
      {"deleted rows", content->deleted, 0},
      {"M", content->M, wanted->M > 0 ? wanted->M : content->M},
      {"ef_construction", content->ef_construction,
       content->graph.nodes > 0 ? wanted->ef_construction : content->ef_construction},
  };
  for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
    if (checks[i].value != checks[i].wanted)
      return LIMEN_FAIL(error, LIMEN_INPUT, "%s, %s: the file has %zu, and %zu was saved",
                        content->kind, checks[i].name, checks[i].value, checks[i].wanted);
  if (content->metric == LIMEN_METRIC_OTHER)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s, metric: the file has one that is not known here, and %s was saved",
                      content->kind, limen_metric_name((size_t)metric));
  if (content->metric >= 0 && content->metric != metric)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s, metric: the file has %s, and %s was saved",
                      content->kind, limen_metric_name((size_t)content->metric),
                      limen_metric_name((size_t)metric));
  if (!content->row)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s: its nodes are not the rows 0 to %zu, each once",
                      content->kind, content->rows - 1);
  return LIMEN_OK;
}

static int check_vectors(const struct limen_index_content *content, struct limen_error *error) {
  for (size_t node = 0; node < content->rows; node++)
    for (size_t c = 0; c < content->columns; c++) {
      float value;
      memcpy(&value, content->vectors + node * content->stride + c * sizeof value, sizeof value);
      if (!isfinite(value))
        return LIMEN_FAIL(error, LIMEN_INPUT, "%s, node %zu, column %zu is %g", content->kind, node,
                          c, (double)value);
    }
  return LIMEN_OK;
}

static int check_levels(const struct limen_index_content *content,
                        const struct limen_index_settings *settings, struct limen_error *error) {
  if (settings->levels != LIMEN_LEVELS_BY_LABEL) return LIMEN_OK;
  for (size_t row = 0; row < content->graph.nodes; row++) {
    const unsigned level = limen_level_by_label(settings->level_seed, row, content->M);
    if (content->graph.top[row] != level)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "row %zu is on level %d; with the seed %" PRIu64 " it belongs on level %u",
                        row, content->graph.top[row], settings->level_seed, level);
  }
  return LIMEN_OK;
}

int limen_index_accept(const char *path,
                       int (*read)(struct limen_index_cursor *from,
                                   const struct limen_index_settings *settings,
                                   struct limen_index_content *out, struct limen_error *error),
                       const struct limen_index_wanted *wanted, struct limen_index_content *out,
                       struct limen_error *error) {
  struct limen_mapping mapping;
  *out = (struct limen_index_content){.metric = LIMEN_METRIC_UNTOLD};
  int status = limen_mapping_open(&mapping, path, error);
  if (status != LIMEN_OK) return status;
  struct limen_index_cursor from = {.bytes = mapping.bytes, .size = mapping.size};
  status = read(&from, NULL, out, error);
  if (status == LIMEN_OK) status = check_shape(out, wanted, error);
  if (status == LIMEN_OK) status = check_vectors(out, error);
  if (status == LIMEN_OK) status = check_levels(out, wanted->settings, error);
  out->vectors = NULL;
  limen_mapping_close(&mapping);
  return status;
}
