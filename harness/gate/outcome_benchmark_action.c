/* github-action-benchmark's custom format. One file has one direction, and in this one less is
 * better (customSmallerIsBetter): of a share that should be high, what is missing to 1 is written,
 * so that a recall that falls from 0.99 to 0.98 shows as the doubling of misses that it is. Other
 * numbers of which more is better have no such form and are left out. */
#include <math.h>

#include "base/json.h"
#include "base/memory.h"
#include "gate/compare.h"
#include "gate/outcome_writer.h"

extern const struct limen_gate_writer limen_gate_writer_benchmark_action;

static bool is_turned(const struct limen_gate_finding *finding) {
  return finding->higher_is_better && limen_gate_is_share(finding->unit);
}

static bool holds(const struct limen_gate_finding *finding) {
  return isfinite(finding->new_value) && (is_turned(finding) || !finding->higher_is_better);
}

static json_t *entry_of(const struct limen_gate_finding *finding) {
  const bool turned = is_turned(finding);
  const double value = turned ? 1 - finding->new_value : finding->new_value;
  const double lower = turned ? 1 - finding->new_upper : finding->new_lower;
  const double upper = turned ? 1 - finding->new_lower : finding->new_upper;
  const bool bounded = isfinite(lower) && isfinite(upper);
  char *name = limen_print(NULL, "%s%s", turned ? "1 - " : "", finding->name);
  char *range = bounded ? limen_print(NULL, "%.6g to %.6g", lower, upper) : NULL;
  json_t *entry = NULL;
  if (name && (range || !bounded))
    entry = json_pack("{s:s, s:s, s:f, s:s*, s:s}", "name", name, "unit", finding->unit, "value",
                      value, "range", range, "extra", finding->words);
  limen_free(name);
  limen_free(range);
  return entry ? entry : limen_json_missing();
}

static int print(const struct limen_gate_outcome *outcome, struct limen_text *out,
                 struct limen_error *error) {
  json_t *root = json_array();
  for (size_t i = 0; i < outcome->n && root; i++)
    if (holds(&outcome->finding[i]) &&
        json_array_append_new(root, entry_of(&outcome->finding[i])) != 0) {
      json_decref(root);
      root = NULL;
    }
  return limen_gate_print_json(root, out, error);
}

const struct limen_gate_writer limen_gate_writer_benchmark_action = {
    .option = "--benchmark-action",
    .about = "github-action-benchmark's customSmallerIsBetter: 1 - recall, and what costs",
    .print = print,
    .holds = holds,
};
