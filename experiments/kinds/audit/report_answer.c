/* The answer: how many miss and why, where that is worst and where it is best; then what the
 * costliest steps cost there. */
#include <math.h>

#include "experiments/kinds/audit/report.h"
#include "report/number.h"

/* "12 because no query vector could find their documents (proved)", after a comma where needed. */
static void add_reason(struct limen_text *text, size_t *reasons, size_t count, const char *why) {
  if (count == 0) return;
  limen_text_print(text, "%s%zu %s", (*reasons)++ ? ", " : ": ", count, why);
}

static size_t missing_at(const struct audit_point *point) { return point->asked - point->count[0]; }

static void say_reasons(const struct audit_point *point, struct limen_text *text) {
  size_t reasons = 0;
  add_reason(text, &reasons, point->count[AUDIT_IMPOSSIBLE - AUDIT_RIGHT],
             "because no query vector could find their documents (proved)");
  add_reason(text, &reasons, point->count[AUDIT_BELOW - AUDIT_RIGHT],
             "because no unit query has a gap above epsilon");
  add_reason(text, &reasons, point->count[AUDIT_DROWNED - AUDIT_RIGHT],
             "because the best query's gap drowns in the format's noise");
  add_reason(text, &reasons, point->count[AUDIT_REACHABLE - AUDIT_RIGHT],
             "although a better query exists");
  add_reason(text, &reasons, point->count[AUDIT_UNKNOWN - AUDIT_RIGHT], "undecided");
}

static void say_point(const struct audit_report *report, size_t i, struct limen_text *text) {
  const struct audit_point *point = &report->points[i];
  const struct limen_reported *right = &point->outcome[0];
  struct limen_text name = {0};
  limen_text_print(text, "%sOf %zu queries %zu miss", text->length ? " " : "", point->asked,
                   missing_at(point));
  limen_report_point(report->plan, point->point, NULL, &name);
  if (name.length > 0) limen_text_print(text, " at %s", limen_text_string(&name));
  limen_text_add(text, ", a share of ");
  limen_report_number(
      &(struct limen_reported){1 - right->value, 1 - right->upper, 1 - right->lower}, text);
  say_reasons(point, text);
  limen_text_clear(&name);
}

/* Whether a step is of arithmetic (0), of dimensions (1) or an index (2). */
static size_t sort_of(const struct audit_step *step) {
  return step->ef > 0 ? 2 : step->divisor > 1 ? 1 : 0;
}

/* The change of a sort that loses most; NULL: there is none. */
static const struct audit_change *costliest(const struct audit_point *point, size_t sort) {
  const struct audit_change *worst = NULL;
  for (size_t c = 0; c < point->changes; c++) {
    const struct audit_change *change = &point->change[c];
    if (audit_step_is_given(change->step) || sort_of(change->step) != sort ||
        isnan(change->losses.value))
      continue;
    if (!worst || change->losses.value > worst->losses.value) worst = change;
  }
  return worst;
}

/* "; of the 5 right there, int8 loses 0, half 1 and index_ef10 0" */
static void say_steps(const struct audit_point *point, struct limen_text *text) {
  const struct audit_change *told[3];
  size_t count = 0;
  for (size_t sort = 0; sort < 3; sort++)
    if ((told[count] = costliest(point, sort))) count++;
  if (count == 0 || point->count[0] == 0) return;
  limen_text_print(text, "; of the %zu right, ", point->count[0]);
  for (size_t i = 0; i < count; i++)
    limen_text_print(text, "%s%s%s %zu",
                     i == 0          ? ""
                     : i + 1 < count ? ", "
                                     : " and ",
                     told[i]->step->name, i == 0 ? " loses" : "",
                     audit_report_queries(point, &told[i]->losses));
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
    if (best != worst) {
      limen_text_add(&text, ".");
      say_point(report, best, &text);
    }
    say_steps(&report->points[best], &text);
    limen_text_add(&text, ".");
  }
  limen_document_print(report->out, LIMEN_BLOCK_ANSWER, "%s",
                       limen_plain(limen_text_string(&text), plain, sizeof plain));
  limen_text_clear(&text);
}
