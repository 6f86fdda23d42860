/* {"experiment", "status", "identical", "alpha", "family", "changed", "machine",
 *  "findings": [{"name", "verdict", "basis", "old", "new", ...}]}: all that is known; what is not
 * is null. */
#include "gate/outcome_writer.h"

static json_t *count_or_null(size_t count) {
  return count > 0 ? json_integer((json_int_t)count) : json_null();
}

static json_t *finding_to_json(const struct limen_gate_finding *finding) {
  return json_pack(
      "{s:o, s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:f, s:o, s:o, s:o, s:o, "
      "s:o, s:I, s:I, s:I, s:o}",
      "name", limen_outcome_text(finding->name), "verdict",
      limen_gate_verdict_name(finding->verdict), "basis", limen_gate_basis_name(finding->basis),
      "unit", limen_outcome_text(finding->unit), "better",
      finding->higher_is_better ? "higher" : "lower", "old",
      limen_outcome_number(finding->old_value), "new", limen_outcome_number(finding->new_value),
      "new_lower", limen_outcome_number(finding->new_lower), "new_upper",
      limen_outcome_number(finding->new_upper), "difference",
      limen_outcome_number(finding->difference), "lower", limen_outcome_number(finding->lower),
      "upper", limen_outcome_number(finding->upper), "coverage",
      limen_outcome_number(finding->coverage), "tolerance", finding->tolerance, "p_regression",
      limen_outcome_number(finding->p_regression), "p_pass", limen_outcome_number(finding->p_pass),
      "smallest_drop", limen_outcome_number(finding->smallest_drop), "needed_queries",
      count_or_null(finding->needed_queries), "needed_builds",
      count_or_null(finding->needed_builds), "old_builds", (json_int_t)finding->old_builds,
      "new_builds", (json_int_t)finding->new_builds, "queries", (json_int_t)finding->queries,
      "words", limen_outcome_text(finding->words));
}

static int write(const struct limen_gate_outcome *outcome, struct limen_text *out,
                 struct limen_text *note, struct limen_error *error) {
  (void)note;
  json_t *findings = json_array();
  json_t *root = json_pack(
      "{s:o, s:s, s:b, s:f, s:I, s:o, s:o, s:O}", "experiment",
      limen_outcome_text(outcome->experiment), "status", limen_outcome_status_name(outcome),
      "identical", outcome->identical, "alpha", outcome->alpha, "family",
      (json_int_t)outcome->family, "changed",
      outcome->changed ? limen_outcome_text(outcome->changed) : json_null(), "machine",
      outcome->machine ? limen_outcome_text(outcome->machine) : json_null(), "findings", findings);
  bool good = root != NULL;
  for (size_t i = 0; i < outcome->n && good; i++) {
    json_t *one = finding_to_json(&outcome->finding[i]);
    good = one && json_array_append_new(findings, one) == 0;
  }
  json_decref(findings);
  if (!good) json_decref(root);
  return limen_outcome_add_json(good ? root : NULL, "the outcome", out, error);
}

const struct limen_outcome_writer limen_outcome_json = {
    .option = "--json", .about = "everything that is known, as JSON", .write = write};
