/* The answer of the study "missed": of the data named first, the index that misses most. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "experiments/kinds/recall/report_missed.h"

/* True misses only: ties and copies are no fault of the index. */
static const struct {
  enum limen_miss reason;
  const char *words; /* after "because" */
} reasons[] = {
    {LIMEN_MISS_UNREACHABLE, "no path leads to them"},
    {LIMEN_MISS_TRAPPED, "not even 16 ef finds them, although a path is there"},
    {LIMEN_MISS_INTERMEDIATE, "ef is far too small: 16 ef finds them, 4 ef does not"},
    {LIMEN_MISS_BUDGET, "ef is too small: 4 ef finds them"},
};
enum { REASONS = sizeof reasons / sizeof *reasons };

static int rate(const struct missed_arm *arm, unsigned of, struct missed_rate *out,
                struct limen_error *error) {
  return missed_rate(arm, of, &missed_whole, 0, out, error);
}

/* Of the first data and the middle ef, the arm that truly misses most. NULL when nothing is done
 * yet. */
static int worst_arm(const struct missed_report *report, const struct missed_arm **out,
                     struct missed_rate *most, struct limen_error *error) {
  const struct limen_grid *grid = &report->common.plan->grid;
  *out = NULL;
  for (size_t i = 0; i < report->count; i++) {
    const struct missed_arm *arm = &report->arm[i];
    struct missed_rate one;
    if (arm->group->row != missed_middle_row(report)) continue;
    if (*out && !limen_value_equal(limen_grid_value(grid, (*out)->group->point, "data"),
                                   limen_grid_value(grid, arm->group->point, "data")))
      continue;
    int status = rate(arm, MISSED_TRULY, &one, error);
    if (status != LIMEN_OK) return status;
    if (*out && one.number.value <= most->number.value) continue;
    *out = arm;
    *most = one;
  }
  return LIMEN_OK;
}

/* What the same data miss in the order that misses least, all else equal. */
static int tell_best_order(const struct missed_report *report, const struct missed_arm *worst,
                           struct limen_text *text, struct limen_error *error) {
  static const char *const but_order[] = {"order", NULL};
  const struct limen_grid *grid = &report->common.plan->grid;
  const struct missed_arm *best = NULL;
  struct missed_rate least = {0};
  for (size_t i = 0; i < report->count; i++) {
    const struct missed_arm *arm = &report->arm[i];
    struct missed_rate other;
    if (arm == worst || arm->group->row != worst->group->row ||
        !limen_report_same_but(report->common.plan, arm->group->point, worst->group->point,
                               but_order))
      continue;
    int status = rate(arm, MISSED_TRULY, &other, error);
    if (status != LIMEN_OK) return status;
    if (best && other.number.value >= least.number.value) continue;
    best = arm;
    least = other;
  }
  if (!best) return LIMEN_OK;
  limen_text_print(text, " (%s: ", limen_grid_string(grid, best->group->point, "order"));
  missed_print_percent(&least.number, text);
  limen_text_add(text, "%)");
  return LIMEN_OK;
}

/* The commonest reason, as a share of the true neighbours, as everywhere else in the report. */
static int tell_reason(const struct missed_arm *arm, size_t missed, struct limen_text *text,
                       struct limen_error *error) {
  struct missed_rate most = {0};
  size_t commonest = 0;
  for (size_t r = 0; r < REASONS; r++) {
    struct missed_rate share;
    int status = rate(arm, MISSED_FOR(reasons[r].reason), &share, error);
    if (status != LIMEN_OK) return status;
    if (r > 0 && share.missed <= most.missed) continue;
    commonest = r;
    most = share;
  }
  if (most.missed < missed) {
    limen_text_add(text, ", chiefly (");
    missed_print_percent(&most.number, text);
    limen_text_add(text, "%)");
  } else {
    limen_text_add(text, ", all");
  }
  limen_text_print(text, " because %s", reasons[commonest].words);
  return LIMEN_OK;
}

/* Whether the searches go astray or come near. */
static int tell_failure(const struct missed_arm *arm, struct limen_text *text,
                        struct limen_error *error) {
  struct limen_reported lost;
  int status = missed_at_lost_queries(arm, &lost, error);
  if (status != LIMEN_OK || isnan(lost.value)) return status;
  limen_text_add(text, lost.lower > 0.5   ? " Searches go astray: "
                       : lost.upper < 0.5 ? " Searches come near: "
                                          : " ");
  missed_print_percent(&lost, text);
  limen_text_add(text, "% of what is missed was missed by queries that found no neighbour at all.");
  return status;
}

static int tell_worst(const struct missed_report *report, const struct missed_arm *arm,
                      const struct missed_rate *missed, struct limen_text *text,
                      struct limen_error *error) {
  limen_text_add(text, "On ");
  missed_arm_name(report, arm, false, text);
  limen_text_print(text, ", ef = %" PRId64 ": ", arm->group->ef);
  missed_print_percent(&missed->number, text);
  limen_text_print(text, "%% of the true %zu nearest neighbours are missed", arm->k);
  int status = tell_best_order(report, arm, text, error);
  if (status == LIMEN_OK && missed->missed > 0)
    status = tell_reason(arm, missed->missed, text, error);
  limen_text_add(text, ".");
  return status == LIMEN_OK ? tell_failure(arm, text, error) : status;
}

int missed_answer(const struct missed_report *report, struct limen_error *error) {
  const struct missed_arm *arm;
  struct missed_rate most = {0};
  struct limen_text text = {0};
  char plain[2048];
  int status = worst_arm(report, &arm, &most, error);
  if (status == LIMEN_OK && !arm) limen_text_add(&text, "No build is finished yet.");
  if (status == LIMEN_OK && arm) status = tell_worst(report, arm, &most, &text, error);
  if (status == LIMEN_OK)
    limen_document_print(report->common.out, LIMEN_BLOCK_ANSWER, "%s",
                         limen_plain(limen_text_string(&text), plain, sizeof plain));
  limen_text_clear(&text);
  return status;
}
