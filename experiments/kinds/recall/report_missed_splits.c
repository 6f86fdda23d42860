/* Which true neighbours are missed: by local dimension, by when they were inserted, by rank. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/recall/report_missed.h"

/* ---- the parts ---- */

static size_t lid_of(const struct missed_arm *arm, size_t build,
                     const struct limen_miss_record *record) {
  (void)build;
  return arm->lid_decile[record->row];
}

static size_t insertion_of(const struct missed_arm *arm, size_t build,
                           const struct limen_miss_record *record) {
  return (size_t)arm->inserted[build][record->row] * MISSED_DECILES / arm->rows;
}

static size_t rank_of(const struct missed_arm *arm, size_t build,
                      const struct limen_miss_record *record) {
  (void)arm;
  (void)build;
  return (size_t)record->rank - 1;
}

/* The local dimensions of a decile, in words. */
static void lid_range(const struct missed_arm *arm, size_t decile, struct limen_text *out) {
  float least = INFINITY, most = -INFINITY;
  for (size_t i = 0; i < arm->rows; i++) {
    if (arm->lid_decile[i] != decile) continue;
    least = fminf(least, arm->lid[i]);
    most = fmaxf(most, arm->lid[i]);
  }
  if (decile == MISSED_NO_LID)
    limen_text_add(out, "undefined");
  else if (least <= most)
    limen_text_print(out, "%.1f to %.1f", (double)least, (double)most);
}

/* A split with its words. */
struct view {
  const char *name;       /* of the plot */
  const char *heading;    /* of the section */
  const char *part;       /* head of the column of parts, and the plot's x axis */
  const char *caption;    /* of the plot */
  const char *low, *high; /* the first and last part, in a sentence */
  struct missed_split split;
  size_t drawn; /* parts 0 .. drawn - 1 are drawn and compared; further ones are told only */
  void (*range)(const struct missed_arm *arm, size_t part, struct limen_text *out);
};

/* ---- plot and table ---- */

static int plot_view(const struct missed_report *report, const struct view *view,
                     struct limen_error *error) {
  struct limen_plot *plot = limen_plot_alloc(view->name, view->caption, view->part, "share missed");
  int status = LIMEN_OK;
  size_t curve = 0;
  if (!plot) return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for a plot");
  plot->y_scale = LIMEN_LOGIT;
  plot->x_whole = true;
  plot->x_min = 0.5;
  plot->x_max = (double)view->drawn + 0.5;
  for (size_t i = 0; i < report->count && status == LIMEN_OK; i++) {
    const struct missed_arm *arm = &report->arm[i];
    struct limen_text name = {0};
    if (!missed_is_middle(report, arm)) continue;
    struct missed_rate all;
    status = missed_rate(arm, MISSED_TRULY, &missed_whole, 0, &all, error);
    if (status != LIMEN_OK || all.missed == 0) continue;
    missed_arm_name(report, arm, false, &name);
    size_t series =
        limen_plot_series(plot, limen_text_string(&name), LIMEN_LINE_POINTS, (int)(curve++ % 8));
    limen_text_clear(&name);
    for (size_t part = 0; part < view->drawn && status == LIMEN_OK; part++) {
      struct missed_rate rate;
      status = missed_rate(arm, MISSED_TRULY, &view->split, part, &rate, error);
      if (status == LIMEN_OK && rate.missed > 0)
        limen_plot_point(plot, series, (double)(part + 1), rate.number.value, rate.number.lower,
                         rate.number.upper);
      else if (status == LIMEN_OK)
        limen_plot_point(plot, series, (double)(part + 1), NAN, NAN, NAN);
    }
  }
  limen_document_plot(report->common.out, plot);
  return status;
}

static int table_rows(const struct missed_report *report, const struct missed_arm *arm,
                      const struct view *view, struct limen_error *error) {
  enum { COLUMNS = 6 };
  int status = LIMEN_OK;
  for (size_t part = 0; part < view->split.bins && status == LIMEN_OK; part++) {
    struct limen_text cells[COLUMNS] = {0};
    const char *row[COLUMNS];
    struct missed_rate rate;
    status = missed_rate(arm, MISSED_TRULY, &view->split, part, &rate, error);
    if (status != LIMEN_OK || (rate.neighbours == 0 && part >= view->drawn)) continue;
    missed_arm_name(report, arm, false, &cells[0]);
    if (part < view->drawn) limen_text_print(&cells[1], "%zu", part + 1);
    if (view->range) view->range(arm, part, &cells[2]);
    limen_text_print(&cells[3], "%zu", rate.neighbours);
    limen_text_print(&cells[4], "%zu", rate.missed);
    missed_print_percent(&rate.number, &cells[5]);
    for (size_t c = 0; c < COLUMNS; c++) row[c] = limen_text_string(&cells[c]);
    if (!view->range) { /* a column less */
      for (size_t c = 2; c + 1 < COLUMNS; c++) row[c] = row[c + 1];
    }
    limen_document_row(report->common.out, row);
    for (size_t c = 0; c < COLUMNS; c++) limen_text_clear(&cells[c]);
  }
  return status;
}

static int table_view(const struct missed_report *report, const struct view *view,
                      struct limen_error *error) {
  struct limen_text heads = {0}, caption = {0};
  int status = LIMEN_OK;
  limen_text_print(&caption,
                   "True neighbours over all builds, those truly missed (ties and copies are not "
                   "counted), and percent of them, with 95%% intervals; %s.",
                   view->part);
  limen_text_print(&heads, "index|#%s|%s#neighbours|#missed|#%%", view->part,
                   view->range ? "range|" : "");
  limen_document_table(report->common.out, limen_text_string(&caption), limen_text_string(&heads));
  for (size_t i = 0; i < report->count && status == LIMEN_OK; i++)
    if (missed_is_middle(report, &report->arm[i]))
      status = table_rows(report, &report->arm[i], view, error);
  limen_document_fold(report->common.out, 10);
  limen_text_clear(&heads);
  limen_text_clear(&caption);
  return status;
}

/* ---- in words ---- */

/* First and last part compared, a sentence an arm. */
static int tell_ends_of(const struct missed_report *report, const struct missed_arm *arm,
                        const struct view *view, struct limen_error *error) {
  struct missed_rate low, high;
  struct limen_reported difference;
  struct limen_text text = {0};
  char plain[1024];
  const size_t last = view->drawn - 1;
  int status = missed_rate(arm, MISSED_TRULY, &view->split, 0, &low, error);
  if (status == LIMEN_OK) status = missed_rate(arm, MISSED_TRULY, &view->split, last, &high, error);
  if (status == LIMEN_OK)
    status = missed_rate_difference(arm, MISSED_TRULY, &view->split, last, 0, &difference, error);
  if (status != LIMEN_OK || low.neighbours == 0 || high.neighbours == 0) return status;
  missed_arm_name(report, arm, false, &text);
  limen_text_print(&text, ", ef = %" PRId64 ": ", arm->group->ef);
  missed_print_percent(&low.number, &text);
  limen_text_print(&text, "%% missed %s, ", view->low);
  missed_print_percent(&high.number, &text);
  limen_text_print(&text, "%% %s: ", view->high);
  if (low.missed + high.missed == 0)
    limen_text_add(&text, "none in either.");
  else if (!missed_is_effect(&difference))
    limen_text_add(&text, "no difference beyond noise.");
  else {
    limen_report_points(&difference, &text);
    limen_text_add(&text, " points.");
  }
  limen_document_print(report->common.out, LIMEN_BLOCK_LIST, "%s",
                       limen_plain(limen_text_string(&text), plain, sizeof plain));
  limen_text_clear(&text);
  return status;
}

static int describe_view(const struct missed_report *report, const struct view *view,
                         struct limen_error *error) {
  int status = LIMEN_OK;
  limen_document_heading(report->common.out, view->heading);
  for (size_t i = 0; i < report->count && status == LIMEN_OK; i++)
    if (missed_is_middle(report, &report->arm[i]))
      status = tell_ends_of(report, &report->arm[i], view, error);
  if (status == LIMEN_OK) status = plot_view(report, view, error);
  if (status == LIMEN_OK) status = table_view(report, view, error);
  return status;
}

int missed_describe_splits(const struct missed_report *report, struct limen_error *error) {
  const size_t k = report->count > 0 ? report->arm[0].k : 0;
  if (k == 0) return LIMEN_OK;
  const size_t ranks = k < UINT8_MAX ? k : UINT8_MAX;
  const struct view views[] = {
      {.name = "missed_by_lid",
       .heading = "By local dimension",
       .part = "decile of local dimension",
       .caption =
           "Share of true neighbours missed, by the local dimension of the neighbour: tenths "
           "of the base, the lowest first. Where there is no point nothing was missed.",
       .low = "in the tenth of lowest local dimension",
       .high = "in the highest",
       .split = {MISSED_DECILES + 1, lid_of},
       .drawn = MISSED_DECILES,
       .range = lid_range},
      {.name = "missed_by_insertion",
       .heading = "By insertion",
       .part = "decile of insertion",
       .caption = "Share of true neighbours missed, by when the neighbour was inserted: tenths of "
                  "the base, the first inserted first.",
       .low = "in the tenth inserted first",
       .high = "in the last",
       .split = {MISSED_DECILES, insertion_of},
       .drawn = MISSED_DECILES},
      {.name = "missed_by_rank",
       .heading = "By rank",
       .part = "rank of the neighbour",
       .caption = "Share of true neighbours missed, by their rank: 1 is the nearest.",
       .low = "at rank 1",
       .high = "at the last rank",
       .split = {ranks, rank_of},
       .drawn = ranks}};
  int status = LIMEN_OK;
  for (size_t v = 0; v < sizeof views / sizeof *views && status == LIMEN_OK; v++)
    if (views[v].drawn > 1) status = describe_view(report, &views[v], error);
  return status;
}
