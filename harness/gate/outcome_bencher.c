/* Bencher's metric format: {"BENCHMARK": {"MEASURE": {"value", "lower_value", "upper_value"}}}. The
 * bounds are those of the new value alone: Bencher draws them around it. */
#include <math.h>

#include "base/json.h"
#include "base/memory.h"
#include "gate/outcome_writer.h"

extern const struct limen_gate_writer limen_gate_writer_bencher;

static bool holds(const struct limen_gate_finding *finding) { return isfinite(finding->new_value); }

static json_t *metric_of(const struct limen_gate_finding *finding) {
  json_t *metric = json_pack("{s:f}", "value", finding->new_value);
  int bad = 0;
  if (metric && isfinite(finding->new_lower))
    bad |= json_object_set_new(metric, "lower_value", json_real(finding->new_lower));
  if (metric && isfinite(finding->new_upper))
    bad |= json_object_set_new(metric, "upper_value", json_real(finding->new_upper));
  if (bad == 0) return metric;
  json_decref(metric);
  return NULL;
}

/* Measures of one point of the grid stand together. */
static bool add(json_t *root, const char *experiment, const struct limen_gate_finding *finding) {
  const struct limen_gate_name name = limen_gate_name_of(finding->name);
  char *benchmark = *name.axes ? limen_print(NULL, "%s/%s", experiment, name.axes)
                               : limen_copy_text(experiment, NULL);
  char *measure = limen_print(NULL, "%.*s", name.measure, finding->name);
  json_t *measures = benchmark ? json_object_get(root, benchmark) : NULL;
  bool good = benchmark && measure;
  if (good && !measures) {
    measures = json_object();
    good = json_object_set_new(root, benchmark, measures) == 0;
  }
  if (good) good = json_object_set_new(measures, measure, metric_of(finding)) == 0;
  if (!benchmark || !measure) limen_json_missing();
  limen_free(benchmark);
  limen_free(measure);
  return good;
}

static int print(const struct limen_gate_outcome *outcome, struct limen_text *out,
                 struct limen_error *error) {
  json_t *root = json_object();
  bool good = root != NULL;
  for (size_t i = 0; i < outcome->n && good; i++)
    if (holds(&outcome->finding[i])) good = add(root, outcome->experiment, &outcome->finding[i]);
  if (!good) {
    json_decref(root);
    root = NULL;
  }
  return limen_gate_print_json(root, out, error);
}

const struct limen_gate_writer limen_gate_writer_bencher = {
    .option = "--bencher",
    .about = "Bencher's metric format: the new values with their intervals",
    .print = print,
    .holds = holds,
};
