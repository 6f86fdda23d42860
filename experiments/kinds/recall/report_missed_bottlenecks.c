/* What it would have taken to find what was missed: bottleneck ranks.
 *
 * A search with ef candidates drops none of the ef nearest rows it has looked at. So it comes to a
 * neighbour whenever all rows on a path to it, from some row it has looked at, have ranks of at
 * most ef: the smallest such ef is the neighbour's bottleneck rank. A larger ef looks at the same
 * rows and more, so the rank also bounds what 4 ef and 16 ef find, and no reason may contradict it.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "experiments/kinds/recall/report_missed.h"
#include "stats/interval.h"

/* Reasons that have a bottleneck rank, and what it must exceed: so many ef. */
static const struct {
  enum limen_miss reason;
  size_t times;
} kinds[] = {{LIMEN_MISS_BUDGET, 1}, {LIMEN_MISS_INTERMEDIATE, 4}, {LIMEN_MISS_TRAPPED, 16}};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* A search keeps at least k candidates. */
static size_t kept_by(const struct missed_arm *arm) {
  const size_t ef = (size_t)arm->group->ef;
  return ef > arm->k ? ef : arm->k;
}

size_t missed_contradictions(const struct missed_arm *arm) {
  size_t count = 0;
  for (size_t b = 0; b < arm->builds; b++)
    for (size_t i = 0; i < arm->queries * arm->k; i++)
      for (size_t kind = 0; kind < KINDS; kind++) {
        const struct limen_miss_record *record = &arm->records[b][i];
        if (record->reason != kinds[kind].reason || record->bottleneck == 0) continue;
        count += record->bottleneck <= kinds[kind].times * kept_by(arm);
      }
  return count;
}

struct spread {
  size_t count, no_path;
  double least, low, median, high;
};
static const double LOW = 0.05, HIGH = 0.95;

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Of all builds together. */
static int spread_of(const struct missed_arm *arm, enum limen_miss reason, struct spread *out,
                     struct limen_error *error) {
  double *ranks = limen_alloc(arm->builds * arm->queries * arm->k, sizeof *ranks, error);
  *out = (struct spread){.least = NAN, .low = NAN, .median = NAN, .high = NAN};
  if (!ranks) return LIMEN_FAILED;
  for (size_t b = 0; b < arm->builds; b++)
    for (size_t i = 0; i < arm->queries * arm->k; i++) {
      const struct limen_miss_record *record = &arm->records[b][i];
      if (record->reason != reason) continue;
      if (record->bottleneck > 0)
        ranks[out->count++] = record->bottleneck;
      else
        out->no_path++;
    }
  if (out->count > 0) {
    qsort(ranks, out->count, sizeof *ranks, ascending);
    out->least = ranks[0];
    out->low = limen_quantile_sorted(ranks, out->count, LOW);
    out->median = limen_quantile_sorted(ranks, out->count, 0.5);
    out->high = limen_quantile_sorted(ranks, out->count, HIGH);
  }
  limen_free(ranks);
  return LIMEN_OK;
}

static int plot_spreads(const struct missed_report *report, struct limen_error *error) {
  struct limen_plot *plot = limen_plot_alloc(
      "bottlenecks",
      "Bottleneck ranks of missed neighbours, all builds together: the median, and bars from the "
      "5% to the 95% quantile (spread, not uncertainty). An ef of that size would surely have "
      "found the neighbour. Where there is no point nothing was missed.",
      "bottleneck rank", "");
  int status = LIMEN_OK;
  if (!plot) return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for a plot");
  plot->x_scale = LIMEN_LOG;
  missed_plot_rows(report, plot);
  for (size_t kind = KINDS; kind-- > 0 && status == LIMEN_OK;) {
    /* The colours of the main plot, where these stand second, third and fourth. */
    size_t series = limen_plot_series(plot, limen_miss_name(kinds[kind].reason), LIMEN_POINTS,
                                      (int)(KINDS - kind));
    for (size_t i = 0, row = 0; i < report->count && status == LIMEN_OK; i++) {
      struct spread spread;
      if (!missed_is_middle(report, &report->arm[i])) continue;
      status = spread_of(&report->arm[i], kinds[kind].reason, &spread, error);
      if (status == LIMEN_OK && spread.count > 0)
        limen_plot_point(plot, series, spread.median, missed_beside(row, KINDS - 1 - kind, KINDS),
                         spread.low, spread.high);
      row++;
    }
  }
  limen_document_plot(report->common.out, plot);
  return status;
}

static void spread_row(const struct missed_report *report, const struct missed_arm *arm,
                       size_t kind, const struct spread *spread) {
  enum { COLUMNS = 10 };
  struct limen_text cells[COLUMNS] = {0};
  const char *row[COLUMNS];
  missed_arm_name(report, arm, false, &cells[0]);
  limen_text_print(&cells[1], "%" PRId64, arm->group->ef);
  limen_text_add(&cells[2], limen_miss_name(kinds[kind].reason));
  limen_text_print(&cells[3], "%zu", spread->count + spread->no_path);
  limen_text_print(&cells[4], "%zu", spread->no_path);
  limen_text_print(&cells[5], "%zu", kinds[kind].times * kept_by(arm));
  if (spread->count > 0) {
    limen_text_print(&cells[6], "%.0f", spread->least);
    limen_text_print(&cells[7], "%.0f", spread->low);
    limen_text_print(&cells[8], "%.0f", spread->median);
    limen_text_print(&cells[9], "%.0f", spread->high);
  }
  for (size_t c = 0; c < COLUMNS; c++) row[c] = limen_text_string(&cells[c]);
  limen_document_row(report->common.out, row);
  for (size_t c = 0; c < COLUMNS; c++) limen_text_clear(&cells[c]);
}

int missed_describe_bottlenecks(const struct missed_report *report, struct limen_error *error) {
  struct limen_document *out = report->common.out;
  limen_document_heading(out, "What it would have taken");
  int status = plot_spreads(report, error);
  limen_document_table(out,
                       "Bottleneck ranks by reason, all builds together. Each must be above the "
                       "number under must exceed: the ef at which the neighbour was still missed. "
                       "No path: none from the rows that the search looked at.",
                       "index|#ef|reason|#missed|#no path|#must exceed|#least|#5%|#median|#95%");
  for (size_t i = 0; i < report->count && status == LIMEN_OK; i++)
    for (size_t kind = 0; kind < KINDS && status == LIMEN_OK; kind++) {
      struct spread spread;
      status = spread_of(&report->arm[i], kinds[kind].reason, &spread, error);
      if (status == LIMEN_OK && spread.count + spread.no_path > 0)
        spread_row(report, &report->arm[i], kind, &spread);
    }
  limen_document_fold(out, 24);
  return status;
}
