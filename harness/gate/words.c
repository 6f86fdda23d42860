#include "gate/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "gate/compare.h"

/* ---- amounts ---- */

const char *limen_gate_value(const char *unit, double value, char out[LIMEN_GATE_TEXT]) {
  snprintf(out, LIMEN_GATE_TEXT, limen_gate_is_share(unit) ? "%.4f" : "%.6g", value);
  return out;
}

/* Differences of shares are told in points. */
static double scale(const char *unit, double value) {
  return limen_gate_is_share(unit) ? 100 * value : value;
}

static bool in_points(const char *unit) {
  return limen_gate_is_share(unit) || strcmp(unit, "points") == 0;
}

const char *limen_gate_signed(const char *unit, double value, char out[LIMEN_GATE_TEXT]) {
  const double scaled = scale(unit, value);
  if (in_points(unit) && fabs(scaled) < 0.005)
    snprintf(out, LIMEN_GATE_TEXT, "+0.00"); /* a nothing has no side */
  else
    snprintf(out, LIMEN_GATE_TEXT, in_points(unit) ? "%+.2f" : "%+.4g", scaled);
  return out;
}

const char *limen_gate_amount(const char *unit, double value, char out[LIMEN_GATE_TEXT]) {
  if (in_points(unit))
    snprintf(out, LIMEN_GATE_TEXT, "%.2f points", scale(unit, value));
  else
    snprintf(out, LIMEN_GATE_TEXT, "%.4g%s%.40s", value, strcmp(unit, "value") == 0 ? "" : " ",
             strcmp(unit, "value") == 0 ? "" : unit);
  return out;
}

static void add_amount(struct limen_text *out, const char *unit, double value) {
  char text[LIMEN_GATE_TEXT];
  limen_text_add(out, limen_gate_amount(unit, value, text));
}

/* ---- parts of sentences ---- */

static void add_values(struct limen_text *out, const struct limen_gate_finding *finding) {
  char old[LIMEN_GATE_TEXT], new[LIMEN_GATE_TEXT];
  const char *verb = finding->difference < 0 ? "fell" : finding->difference > 0 ? "rose" : "stayed";
  limen_gate_value(finding->unit, finding->old_value, old);
  limen_gate_value(finding->unit, finding->new_value, new);
  if (finding->difference == 0)
    limen_text_print(out, "%s stayed at %s", finding->name, old);
  else
    limen_text_print(out, "%s %s from %s to %s", finding->name, verb, old, new);
}

/* ", by 2.12 points [1.61, 2.63] (98% interval, ...)": of the amount by which it rose or fell. */
static void add_interval(struct limen_text *out, const struct limen_gate_finding *finding) {
  const double sign = finding->difference < 0 ? -1 : 1;
  const double lower = sign > 0 ? finding->lower : -finding->upper;
  const double upper = sign > 0 ? finding->upper : -finding->lower;
  const char *const format = in_points(finding->unit) ? " [%.2f, %.2f]" : " [%.4g, %.4g]";
  limen_text_add(out, ", by ");
  add_amount(out, finding->unit, fabs(finding->difference));
  limen_text_print(out, format, scale(finding->unit, lower), scale(finding->unit, upper));
  limen_text_print(out, " (%.4g%% interval, ", 100 * finding->coverage);
  if (finding->basis == LIMEN_GATE_BY_INTERVALS)
    limen_text_add(out, "of the two intervals alone, as if errors were normal)");
  else
    limen_text_print(out, "%s, %zu queries, %zu and %zu build%s)",
                     finding->basis == LIMEN_GATE_BY_PAIRED ? "paired" : "other queries, unpaired",
                     finding->queries, finding->old_builds, finding->new_builds,
                     finding->old_builds == 1 && finding->new_builds == 1 ? "" : "s");
}

static void add_p(struct limen_text *out, const struct limen_gate_outcome *outcome, double p) {
  if (p < 0.0001)
    limen_text_add(out, "p < 0.0001");
  else
    limen_text_print(out, "p = %.2g", p);
  if (outcome->family > 1) limen_text_print(out, " after Holm over %zu numbers", outcome->family);
}

/* What would have been needed. */
static void add_needs(struct limen_text *out, const struct limen_gate_finding *finding) {
  if (!isnan(finding->smallest_drop)) {
    limen_text_add(out, "; the smallest loss that this would have caught is ");
    add_amount(out, finding->unit, finding->smallest_drop);
  }
  if (finding->needed_queries > 0) limen_text_print(out, "; %zu queries", finding->needed_queries);
  if (finding->needed_builds > 0)
    limen_text_print(out, "%s%zu builds a side", finding->needed_queries > 0 ? ", or " : "; ",
                     finding->needed_builds);
  if (finding->needed_queries > 0 || finding->needed_builds > 0)
    limen_text_print(out, " would let an unchanged system pass %.0f times in 100",
                     100 * LIMEN_GATE_POWER);
  else if (finding->basis == LIMEN_GATE_BY_PAIRED || finding->basis == LIMEN_GATE_BY_UNPAIRED)
    limen_text_add(out, "; neither more queries nor more builds alone would settle it");
}

/* ---- a sentence a verdict ---- */

static void say_cannot_tell(const struct limen_gate_finding *finding, struct limen_text *out) {
  add_values(out, finding);
  if (isnan(finding->p_pass) && finding->basis == LIMEN_GATE_BY_INTERVALS) {
    limen_text_add(out, ", and one of the two has no interval: nobody knows how much is noise");
    return;
  }
  if (isnan(finding->p_pass)) {
    limen_text_print(out,
                     " with %zu and %zu builds: how much builds differ is not known from fewer "
                     "than %d a side, so this may be a build's luck; run and accept %d or more",
                     finding->old_builds, finding->new_builds, LIMEN_GATE_BUILDS_LEAST,
                     LIMEN_GATE_BUILDS_LEAST);
    return;
  }
  add_interval(out, finding);
  limen_text_add(out, ": a loss of ");
  add_amount(out, finding->unit, finding->tolerance);
  limen_text_add(out, " is neither shown nor ruled out");
  add_needs(out, finding);
}

static void say_regression(const struct limen_gate_outcome *outcome,
                           const struct limen_gate_finding *finding, struct limen_text *out) {
  add_values(out, finding);
  add_interval(out, finding);
  limen_text_add(out, ": more than the ");
  add_amount(out, finding->unit, finding->tolerance);
  limen_text_add(out, " that are put up with, ");
  add_p(out, outcome, finding->p_regression);
}

static void say_pass(const struct limen_gate_finding *finding, struct limen_text *out) {
  char value[LIMEN_GATE_TEXT];
  if (finding->basis == LIMEN_GATE_BY_IDENTICAL) {
    limen_text_print(out, "%s is %s, from the same answers bit for bit", finding->name,
                     limen_gate_value(finding->unit, finding->new_value, value));
    return;
  }
  add_values(out, finding);
  add_interval(out, finding);
  if (finding->verdict == LIMEN_GATE_IMPROVEMENT) {
    limen_text_add(out, ": better beyond noise; `limen accept` would hold on to it");
    return;
  }
  limen_text_add(out, ": a loss of ");
  add_amount(out, finding->unit, finding->tolerance);
  limen_text_add(out, " is ruled out");
}

static int take(struct limen_text *text, struct limen_gate_finding *finding,
                struct limen_error *error) {
  int status = limen_text_status(text, error);
  if (status == LIMEN_OK && !(finding->words = limen_copy_text(limen_text_string(text), error)))
    status = LIMEN_FAILED;
  limen_text_clear(text);
  return status;
}

int limen_gate_say(const struct limen_gate_outcome *outcome, struct limen_gate_finding *finding,
                   struct limen_error *error) {
  struct limen_text text = {0};
  char value[LIMEN_GATE_TEXT];
  switch (finding->verdict) {
    case LIMEN_GATE_NEW:
      limen_text_print(&text, "%s is %s, and the baseline does not have it; `limen accept` adds it",
                       finding->name, limen_gate_value(finding->unit, finding->new_value, value));
      break;
    case LIMEN_GATE_MISSING:
      limen_text_print(&text,
                       "%s was %s, and is not among what was measured; finish the run, or accept "
                       "another baseline",
                       finding->name, limen_gate_value(finding->unit, finding->old_value, value));
      break;
    case LIMEN_GATE_OTHER_DATA:
      limen_text_print(&text,
                       "%s was measured on other data, or in another unit, than the baseline's: "
                       "the two cannot be compared; accept another baseline if that is meant",
                       finding->name);
      break;
    case LIMEN_GATE_REGRESSION:
      say_regression(outcome, finding, &text);
      break;
    case LIMEN_GATE_CANNOT_TELL:
      say_cannot_tell(finding, &text);
      break;
    default:
      say_pass(finding, &text);
  }
  return take(&text, finding, error);
}

int limen_gate_say_proof(struct limen_gate_finding *finding, const struct limen_number *search,
                         struct limen_error *error) {
  struct limen_text text = {0};
  add_values(&text, finding);
  limen_text_add(&text, ", proved");
  if (finding->difference < 0 && (!search || isnan(search->lower)))
    limen_text_add(&text,
                   "; how much of that is the search's luck is not known, as critical_n has no "
                   "interval with so few seeds");
  else if (finding->difference < 0)
    limen_text_print(&text, "; %s what one search found, %.6g [%.6g, %.6g]",
                     finding->verdict == LIMEN_GATE_PASS ? "no less than" : "less than",
                     search->value, search->lower, search->upper);
  return take(&text, finding, error);
}

/* ---- where numbers come from ---- */

static void add_change(struct limen_text *out, const char *name, const char *old, const char *new) {
  limen_text_print(out, "%s%s: %s -> %s", out->length > 0 ? "; " : "", name, old ? old : "none",
                   new ? new : "none");
}

int limen_gate_say_changes(const struct limen_settings *old, const struct limen_settings *new,
                           char **out, struct limen_error *error) {
  struct limen_text text = {0};
  *out = NULL;
  if (old->count == 0 || new->count == 0) return LIMEN_OK;
  for (size_t i = 0; i < old->count; i++) {
    const struct limen_setting *one = &old->setting[i];
    const char *other = limen_settings_find(new, one->name);
    if (!other || strcmp(one->value, other) != 0) add_change(&text, one->name, one->value, other);
  }
  for (size_t i = 0; i < new->count; i++)
    if (!limen_settings_find(old, new->setting[i].name))
      add_change(&text, new->setting[i].name, NULL, new->setting[i].value);
  int status = limen_text_status(&text, error);
  if (status == LIMEN_OK && text.length > 0 &&
      !(*out = limen_copy_text(limen_text_string(&text), error)))
    status = LIMEN_FAILED;
  limen_text_clear(&text);
  return status;
}
