#include "gate/outcome_json.h"

#include <math.h>

#include "base/json.h"

static json_t *number_or_null(double value) {
  return isfinite(value) ? json_real(value) : json_null();
}

static json_t *count_or_null(size_t count) {
  return count > 0 ? json_integer((json_int_t)count) : json_null();
}

static json_t *finding_to_json(const struct limen_gate_finding *finding) {
  return json_pack(
      "{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:f, s:o, s:o, s:o, s:o, s:o, s:I, "
      "s:I, s:I, s:s}",
      "name", finding->name, "verdict", limen_gate_verdict_name(finding->verdict), "basis",
      limen_gate_basis_name(finding->basis), "unit", finding->unit, "better",
      finding->higher_is_better ? "higher" : "lower", "old", number_or_null(finding->old_value),
      "new", number_or_null(finding->new_value), "difference", number_or_null(finding->difference),
      "lower", number_or_null(finding->lower), "upper", number_or_null(finding->upper), "coverage",
      number_or_null(finding->coverage), "tolerance", finding->tolerance, "p_regression",
      number_or_null(finding->p_regression), "p_pass", number_or_null(finding->p_pass),
      "smallest_drop", number_or_null(finding->smallest_drop), "needed_queries",
      count_or_null(finding->needed_queries), "needed_builds",
      count_or_null(finding->needed_builds), "old_builds", (json_int_t)finding->old_builds,
      "new_builds", (json_int_t)finding->new_builds, "queries", (json_int_t)finding->queries,
      "words", finding->words);
}

static const char *status_name(const struct limen_gate_outcome *outcome) {
  const int status = limen_gate_status(outcome);
  return status == LIMEN_OK ? "pass" : status == LIMEN_NO ? "fail" : "cannot tell";
}

int limen_gate_write_json(const struct limen_gate_outcome *outcome, const char *path,
                          struct limen_error *error) {
  json_t *findings = json_array();
  json_t *root =
      json_pack("{s:s, s:s, s:b, s:f, s:I, s:s?, s:s?, s:O}", "experiment", outcome->experiment,
                "status", status_name(outcome), "identical", outcome->identical, "alpha",
                outcome->alpha, "family", (json_int_t)outcome->family, "changed", outcome->changed,
                "machine", outcome->machine, "findings", findings);
  bool good = root != NULL;
  for (size_t i = 0; i < outcome->n && good; i++) {
    json_t *one = finding_to_json(&outcome->finding[i]);
    good = one && json_array_append_new(findings, one) == 0;
  }
  int status = limen_json_write(good ? root : NULL, JSON_INDENT(1), path, error);
  json_decref(findings);
  json_decref(root);
  return status;
}
