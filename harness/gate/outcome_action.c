/* What github-action-benchmark reads with `tool: customSmallerIsBetter`:
 *
 *   [{"name", "unit", "value", "range", "extra"}, ...]
 *
 * One file has one direction, and the action alerts on ratios of a value to the last one. So every
 * number is turned into one of which less is better, and of which the ratio means something:
 *
 *   less is better already   as it is
 *   a share                  1 - recall: what is missed. From 0.99 to 0.98 is twice as many misses
 *   points                   100 - them, likewise
 *   any other, above 0       1 / number: the ratio is the one that the action would take of the
 *                            number itself if more were better
 *
 * The name says which. The negative of a number was no choice: half of what it was would come to a
 * ratio of one half, and pass for an improvement. A number of the last row that is 0 or less has no
 * such form and is left out, with a note. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gate/compare.h"
#include "gate/outcome_writer.h"

struct turned {
  const char *before;         /* of the name */
  const char *unit_before;    /* of the unit */
  double value, lower, upper; /* bounds NaN: unknown */
};

/* false: it has no form in which less is better. */
static bool turn(const struct limen_gate_finding *finding, struct turned *out) {
  const double value = finding->new_value, lower = finding->new_lower, upper = finding->new_upper;
  const bool points = strcmp(finding->unit, "points") == 0;
  if (!finding->higher_is_better) {
    *out = (struct turned){"", "", value, lower, upper};
  } else if (points || limen_gate_is_share(finding->unit)) {
    const double all = points ? 100 : 1;
    *out = (struct turned){points ? "100 - " : "1 - ", "", all - value, all - upper, all - lower};
  } else {
    *out = (struct turned){"1 / ", "1 / ", 1 / value, 1 / upper, lower > 0 ? 1 / lower : NAN};
  }
  return isfinite(out->value) && (out->value >= 0 || !finding->higher_is_better);
}

/* The action puts names into a table of Markdown, between backticks, and escapes nothing. */
static json_t *text_of(const char *before, const char *text) {
  struct limen_text plain = {0};
  limen_text_add(&plain, before);
  for (const char *at = text; *at; at++) {
    if (*at == '|')
      limen_text_add(&plain, "\u00A6");
    else
      limen_text_add_bytes(&plain, *at == '`' ? "'" : *at == '\n' || *at == '\r' ? " " : at, 1);
  }
  json_t *json = limen_outcome_text(limen_text_string(&plain));
  limen_text_clear(&plain);
  return json;
}

static json_t *bench_of(const struct limen_gate_finding *finding, const struct turned *turned) {
  char range[96] = "";
  struct limen_text extra = {0};
  if (isfinite(turned->lower) && isfinite(turned->upper))
    snprintf(range, sizeof range, "[%.4g, %.4g]", turned->lower, turned->upper);
  limen_text_print(&extra, "measured %.9g, %s is better; %s: %s", finding->new_value,
                   finding->higher_is_better ? "more" : "less",
                   limen_gate_verdict_name(finding->verdict), finding->words);
  json_t *json =
      json_pack("{s:o, s:o, s:f}", "name", text_of(turned->before, finding->name), "unit",
                text_of(turned->unit_before, finding->unit), "value", turned->value);
  if (json && *range) json_object_set_new(json, "range", json_string(range));
  if (json) json_object_set_new(json, "extra", text_of("", limen_text_string(&extra)));
  limen_text_clear(&extra);
  return json;
}

static int write(const struct limen_gate_outcome *outcome, struct limen_text *out,
                 struct limen_text *note, struct limen_error *error) {
  json_t *root = json_array();
  bool good = root != NULL;
  size_t left_out = 0;
  for (size_t i = 0; i < outcome->n && good; i++) {
    const struct limen_gate_finding *finding = &outcome->finding[i];
    struct turned turned;
    if (isfinite(finding->new_value) && turn(finding, &turned)) {
      json_t *one = bench_of(finding, &turned);
      good = one && json_array_append_new(root, one) == 0;
    } else {
      left_out++;
    }
  }
  if (left_out > 0)
    limen_text_print(note,
                     "%zu of %zu numbers are left out: not measured, or 0 or less where more is "
                     "better, which has no form in which less is",
                     left_out, outcome->n);
  if (!good) json_decref(root);
  return limen_outcome_add_json(good ? root : NULL, "the action's benchmarks", out, error);
}

const struct limen_outcome_writer limen_outcome_action = {
    .option = "--github-action-benchmark",
    .about = "customSmallerIsBetter of github-action-benchmark",
    .write = write};
