/* The answer: how many miss and why, where that is worst and where it is best; then what the
 * costliest steps cost. */
#include <math.h>

#include "experiments/kinds/audit/report.h"
#include "report/number.h"
#include "stats/interval.h"

/* "12 because no query vector could find their documents (proved)", after a comma where needed. */
static void add_reason(struct limen_text *text, size_t *reasons, size_t count, const char *why) {
  if (count == 0) return;
  limen_text_print(text, "%s%zu %s", (*reasons)++ ? ", " : ": ", count, why);
}

static size_t missing_at(const struct audit_point *point) { return point->asked - point->count[0]; }

static void say_point(const struct audit_report *report, size_t i, struct limen_text *text) {
  const struct audit_point *point = &report->points[i];
  const struct audit_margins *margins = &report->margins[i];
  struct limen_text name = {0};
  size_t reasons = 0;
  limen_text_print(text, "%sOf %zu queries", text->length ? " " : "", point->asked);
  limen_report_point(report->plan, point->point, NULL, &name);
  limen_text_print(text, " %zu miss", missing_at(point));
  if (name.length > 0) limen_text_print(text, " at %s", limen_text_string(&name));
  const struct limen_reported *right = &point->outcome[0];
  limen_text_add(text, ", a share of ");
  limen_report_number(
      &(struct limen_reported){1 - right->value, 1 - right->upper, 1 - right->lower}, text);
  add_reason(text, &reasons, point->count[AUDIT_IMPOSSIBLE - AUDIT_RIGHT],
             "because no query vector could find their documents (proved)");
  add_reason(text, &reasons, point->count[AUDIT_BELOW - AUDIT_RIGHT],
             "because no unit query has a gap above epsilon");
  add_reason(text, &reasons, point->count[AUDIT_DROWNED - AUDIT_RIGHT],
             "because the best query's gap drowns in the format's noise");
  add_reason(text, &reasons, point->count[AUDIT_REACHABLE - AUDIT_RIGHT],
             "although a better query exists");
  if (margins->n_reach > 0)
    limen_text_print(text, " (median best gap %.3g, their own %.3g)",
                     limen_quantile_sorted(margins->reach, margins->n_reach, 0.5),
                     limen_quantile_sorted(margins->own, margins->n_own, 0.5));
  add_reason(text, &reasons, point->count[AUDIT_UNKNOWN - AUDIT_RIGHT], "undecided");
  limen_text_add(text, ".");
  limen_text_clear(&name);
}

/* Whether a step is of arithmetic (0), of dimensions (1) or an index (2). */
static size_t sort_of(const struct audit_step *step) {
  return step->ef > 0 ? 2 : step->divisor > 1 ? 1 : 0;
}

static void say_step(const struct audit_point *point, size_t sort, size_t *said,
                     struct limen_text *text) {
  const struct audit_change *worst = NULL;
  for (size_t c = 0; c < point->changes; c++)
    if (!audit_step_is_given(point->change[c].step) && sort_of(point->change[c].step) == sort &&
        (!worst || point->change[c].losses.value > worst->losses.value))
      worst = &point->change[c];
  if (!worst || isnan(worst->losses.value)) return;
  const size_t losses = audit_report_queries(point, &worst->losses);
  const size_t gains = audit_report_queries(point, &worst->gains);
  limen_text_print(text, "%s%s loses %zu and gains %zu", (*said)++ ? ", " : "", worst->step->name,
                   losses, gains);
}

static void say_steps(const struct audit_report *report, size_t i, struct limen_text *text) {
  const struct audit_point *point = &report->points[i];
  struct limen_text name = {0}, steps = {0};
  size_t said = 0;
  limen_report_point(report->plan, point->point, NULL, &name);
  if (name.length > 0) limen_text_print(&steps, "At %s, ", limen_text_string(&name));
  limen_text_print(&steps, "%sf the %zu right, the costliest arithmetic, cut and index: ",
                   name.length > 0 ? "o" : "O", point->count[0]);
  for (size_t sort = 0; sort < 3; sort++) say_step(point, sort, &said, &steps);
  if (said > 0) limen_text_print(text, " %s.", limen_text_string(&steps));
  limen_text_clear(&name);
  limen_text_clear(&steps);
}

void audit_report_answer(const struct audit_report *report) {
  struct limen_text text = {0};
  char plain[2048];
  size_t worst = 0, best = 0;
  for (size_t i = 1; i < report->count; i++) {
    const double share = report->points[i].outcome[0].value;
    if (share < report->points[worst].outcome[0].value) worst = i;
    if (share > report->points[best].outcome[0].value) best = i;
  }
  if (report->count == 0) {
    limen_text_add(&text, "No cell is finished yet.");
  } else {
    say_point(report, worst, &text);
    if (best != worst) say_point(report, best, &text);
    say_steps(report, best, &text);
  }
  limen_document_print(report->out, LIMEN_BLOCK_ANSWER, "%s",
                       limen_plain(limen_text_string(&text), plain, sizeof plain));
  limen_text_clear(&text);
}
