#include "store/summary.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"

int limen_summary_add(struct limen_summary *summary, const struct limen_headline *metric,
                      struct limen_error *error) {
  int status = limen_grow(&summary->metric, &summary->capacity, summary->count + 1,
                          sizeof *summary->metric, error);
  if (status != LIMEN_OK) return status;
  struct limen_headline copy = *metric;
  if (!(copy.name = limen_copy_text(metric->name, error))) return LIMEN_FAILED;
  summary->metric[summary->count++] = copy;
  return LIMEN_OK;
}

void limen_summary_clear(struct limen_summary *summary) {
  for (size_t i = 0; i < summary->count; i++) limen_free(summary->metric[i].name);
  limen_free(summary->metric);
  *summary = (struct limen_summary){0};
}

static json_t *number(double value) { return isfinite(value) ? json_real(value) : json_null(); }

char *limen_summary_text(const struct limen_summary *summary, const char *experiment,
                         struct limen_error *error) {
  json_t *metrics = json_array();
  json_t *root =
      json_pack("{s:i, s:s, s:O}", "schema", 1, "experiment", experiment, "metrics", metrics);
  bool named = true;
  for (size_t i = 0; i < summary->count; i++) {
    const struct limen_headline *m = &summary->metric[i];
    json_t *one =
        json_pack("{s:s, s:o, s:o, s:o, s:s, s:s, s:I}", "name", m->name, "value", number(m->value),
                  "lower", number(m->lower), "upper", number(m->upper), "unit", m->unit, "better",
                  m->higher_is_better ? "higher" : "lower", "n", (json_int_t)m->n);
    /* A name that JSON cannot hold must not make its number vanish. */
    if (!one || json_array_append_new(metrics, one) != 0) named = false;
  }
  const size_t flags = JSON_INDENT(2) | JSON_REAL_PRECISION(12);
  char *text = limen_json_print(named ? root : NULL, flags, "the headline numbers", error);
  json_decref(metrics);
  json_decref(root);
  return text;
}

int limen_summary_write(const struct limen_summary *summary, const char *experiment,
                        const char *path, struct limen_error *error) {
  char *text = limen_summary_text(summary, experiment, error);
  int status = text ? limen_file_write(path, text, strlen(text), error) : LIMEN_FAILED;
  limen_free(text);
  return status;
}
