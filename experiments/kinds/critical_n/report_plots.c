/* Plots of critical_n. Filled markers are ours, hollow ones published; bars are 95% intervals. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/critical_n/report.h"
#include "limits/margin_bounds.h"

enum {
  WELLER = 1, /* colours that published figures have to themselves */
  REPRODUCTION = 3,
  COLOURS_OWN = 6,
  SHOWN_MOST = 6,   /* dimensions that one plot tells apart */
  SHOWN_SHARE = 4,  /* fewer where bars stand close */
  SHARE_WINDOW = 6, /* documents to either side of critical_n */
};

/* Colours of our own curves; after the sixth they start over. */
static int own_colour(size_t curve) {
  static const int slots[COLOURS_OWN] = {0, 2, 4, 5, 6, 7};
  return slots[curve % COLOURS_OWN];
}

/* More curves than colours: those that differ in the last axis have colours, those that differ in
 * others lose their markers and are dashed. */
static enum limen_style own_look(const struct critical_report *report, size_t curve, int *colour) {
  const struct limen_grid *grid = &report->plan->grid;
  size_t last = 1;
  *colour = own_colour(curve);
  if (report->curves <= COLOURS_OWN) return LIMEN_LINE_POINTS;
  for (size_t i = 0; i < grid->count; i++)
    if (grid->parameters[i].role == LIMEN_AXIS && strcmp(grid->parameters[i].name, "d") != 0 &&
        grid->lengths[i] > 1)
      last = grid->lengths[i];
  *colour = own_colour(curve % last);
  return curve < last ? LIMEN_LINE_POINTS : LIMEN_DASHED;
}

/* A plot over the dimensions of the grid, with room at both ends. */
static struct limen_plot *over_dimensions(const struct critical_report *report, const char *name,
                                          const char *caption, const char *y_label) {
  struct limen_plot *plot = limen_plot_alloc(name, caption, "dimension d", y_label);
  if (!plot) return NULL;
  double room = 0.5 + 0.02 * (report->d_max - report->d_min);
  plot->x_whole = true;
  plot->x_min = report->d_min - room;
  plot->x_max = report->d_max + room;
  return plot;
}

/* ---- the main plot ---- */

/* Published points within the plot's dimensions. */
static void add_published(struct limen_plot *plot, const struct critical_report *report,
                          const struct limen_published *table, int colour) {
  if (!critical_draws(report, table)) return;
  size_t series = limen_plot_series(plot, table->label, LIMEN_HOLLOW, colour);
  for (size_t i = 0; i < table->count; i++)
    if (table->points[i].d >= report->d_min && table->points[i].d <= report->d_max)
      limen_plot_point(plot, series, table->points[i].d, table->points[i].n, NAN, NAN);
}

static void add_cubic(struct limen_plot *plot, const struct critical_report *report, int colour) {
  if (!report->comparable) return;
  size_t series = limen_plot_series(plot, limen_published_cubic.label, LIMEN_DASHED, colour);
  double from = fmax(report->d_min, 4);
  enum { STEPS = 60 };
  for (int i = 0; i <= STEPS; i++) {
    double d = from + (report->d_max - from) * i / STEPS;
    limen_plot_point(plot, series, d, limen_published_cubic_at(d), NAN, NAN);
  }
}

/* What is known where every set of k must be served: without a margin, d = 2k ends all limits; wide
 * margins end them by a law, which is drawn up to the most documents of the plot. */
static void add_bounds(struct limen_plot *plot, const struct critical_report *report) {
  const double k = (double)report->points[0].k;
  double highest = limen_published_cubic_at(report->d_max);
  for (size_t i = 0; i < report->count; i++) {
    if ((double)report->points[i].k != k) return;
    highest = fmax(highest, report->points[i].critical.estimate);
  }
  plot->x_line = 2 * k;
  const size_t series =
      limen_plot_series(plot, "k e^(d/k): the order of margins 1/sqrt(k)", LIMEN_DASHED, -1);
  enum { STEPS = 60 };
  const double to = fmin(report->d_max, k * log(highest / k));
  for (int i = 0; i <= STEPS && to > report->d_min; i++) {
    const double d = report->d_min + (to - report->d_min) * i / STEPS;
    limen_plot_point(plot, series, d, limen_margin_law_documents(d, k), NAN, NAN);
  }
}

static bool first_of_curve(const struct critical_report *report, size_t i) {
  return i == 0 || report->points[i - 1].curve != report->points[i].curve;
}

static void add_ours(struct limen_plot *plot, const struct critical_report *report, size_t first) {
  const struct limen_plan *plan = report->plan;
  struct limen_text label = {0};
  critical_curve_name(plan, report->points[first].point, &label);
  if (label.length == 0)
    limen_text_add(&label,
                   plan->imported ? "imported: critical_n as reported" : "critical_n, ours");
  int colour;
  enum limen_style style = own_look(report, report->points[first].curve, &colour);
  size_t series = limen_plot_series(plot, limen_text_string(&label), style, colour);
  for (size_t i = first; i < report->count; i++) {
    const struct critical_point *point = &report->points[i];
    if (point->curve != report->points[first].curve) break;
    bool covers = point->critical.coverage >= CRITICAL_CONFIDENCE;
    limen_plot_point(plot, series, (double)point->d, point->critical.estimate,
                     covers ? point->critical.lower : NAN, covers ? point->critical.upper : NAN);
  }
  limen_text_clear(&label);
}

struct limen_plot *critical_plot_main(const struct critical_report *report) {
  bool proved = report->curves == 1 && !report->plan->imported, intervals = false;
  char caption[512];
  for (size_t i = 0; i < report->count; i++)
    intervals = intervals || report->points[i].critical.coverage >= CRITICAL_CONFIDENCE;
  snprintf(
      caption, sizeof caption, "Documents that d dimensions serve: medians over seeds %s%s%s",
      intervals ? "with their 95% intervals" : "(too few of them for an interval: it takes six)",
      proved ? ", and the largest n that any training proved at this or a smaller d." : ".",
      report->comparable ? " Hollow markers are published figures. Vertical: d = 2k, from where on "
                           "geometry without "
                           "a margin has no limit."
                         : "");
  struct limen_plot *plot = over_dimensions(report, "critical_n", caption, "documents n");
  if (!plot) return NULL;
  for (size_t i = 0; i < report->count; i++)
    if (first_of_curve(report, i)) add_ours(plot, report, i);
  if (proved) {
    size_t series = limen_plot_series(plot, "certified_n, proved", LIMEN_LINE, 5);
    for (size_t i = 0; i < report->count; i++)
      if (report->points[i].certified > 0)
        limen_plot_point(plot, series, (double)report->points[i].d,
                         (double)report->points[i].certified, NAN, NAN);
  }
  static const int colours[] = {WELLER, REPRODUCTION, 6, 7};
  for (size_t i = 0; limen_published_at(i); i++)
    add_published(plot, report, limen_published_at(i),
                  colours[i % (sizeof colours / sizeof *colours)]);
  add_cubic(plot, report, WELLER);
  if (report->comparable) add_bounds(plot, report);
  return plot;
}

/* ---- ours over the published ---- */

static void add_level(struct limen_plot *plot, const struct critical_report *report, double y,
                      const char *label) {
  size_t series = limen_plot_series(plot, label, LIMEN_DASHED, -1);
  limen_plot_point(plot, series, report->d_min, y, NAN, NAN);
  limen_plot_point(plot, series, report->d_max, y, NAN, NAN);
}

struct limen_plot *critical_plot_published(const struct critical_report *report) {
  const struct limen_published *weller = limen_published_find("weller2025");
  const struct limen_published *other = limen_published_find("reproduction");
  struct limen_plot *plot = over_dimensions(
      report, "against_published",
      "Critical n divided by the published figure at the same d: 1 is agreement. The dashed lines "
      "stand 10% to either side. Ours with the 95% interval of the median over seeds; the "
      "published "
      "figures are single runs without one.",
      "n / n of Weller et al.");
  if (!plot) return NULL;
  add_level(plot, report, 1.1, "10% more or less");
  add_level(plot, report, 0.9, "");
  for (size_t first = 0; first < report->count; first++) {
    if (!first_of_curve(report, first)) continue;
    struct limen_text label = {0};
    critical_curve_name(report->plan, report->points[first].point, &label);
    size_t series = limen_plot_series(plot, label.length ? limen_text_string(&label) : "critical_n",
                                      LIMEN_POINTS, own_colour(report->points[first].curve));
    for (size_t i = first; i < report->count; i++) {
      const struct critical_point *point = &report->points[i];
      if (point->curve != report->points[first].curve) break;
      double n = critical_published_n(report, point, weller);
      bool covers = point->critical.coverage >= CRITICAL_CONFIDENCE;
      limen_plot_point(plot, series, (double)point->d, point->critical.estimate / n,
                       covers ? point->critical.lower / n : NAN,
                       covers ? point->critical.upper / n : NAN);
    }
    limen_text_clear(&label);
  }
  if (other->points[0].d > report->d_max) return plot;
  size_t series = limen_plot_series(plot, other->label, LIMEN_HOLLOW, REPRODUCTION);
  for (size_t i = 0; i < other->count; i++) {
    double d = other->points[i].d;
    if (d >= report->d_min && d <= report->d_max)
      limen_plot_point(plot, series, d, other->points[i].n / limen_published_n(weller, d), NAN,
                       NAN);
  }
  return plot;
}

/* ---- the definitions ---- */

struct limen_plot *critical_plot_definitions(const struct critical_report *report) {
  struct limen_plot *plot = over_dimensions(
      report, "definitions",
      "The other numbers, as documents more than the median critical_n at the same d. Bars are 95% "
      "intervals of each number alone; a half_n without one is the middle of a gap between all "
      "successes and all failures.",
      "documents more than critical_n");
  if (!plot) return NULL;
  size_t band = limen_plot_series(plot, "critical_n, 95% interval", LIMEN_BAND, -1);
  add_level(plot, report, 0, "critical_n, median");
  size_t half = limen_plot_series(plot, "half_n", LIMEN_POINTS, 2);
  size_t nearly = limen_plot_series(plot, "n_99", LIMEN_POINTS, 3);
  size_t certified =
      report->plan->imported ? nearly : limen_plot_series(plot, "certified_n", LIMEN_POINTS, 5);
  for (size_t i = 0; i < report->count; i++) {
    const struct critical_point *point = &report->points[i];
    double base = point->critical.estimate, d = (double)point->d;
    struct limen_interval h = critical_half(point);
    bool covers = point->nearly.coverage >= CRITICAL_CONFIDENCE;
    if (point->critical.coverage >= CRITICAL_CONFIDENCE && report->curves == 1)
      limen_plot_point(plot, band, d, NAN, point->critical.lower - base,
                       point->critical.upper - base);
    /* Side by side, so that bars do not hide each other. */
    limen_plot_point(plot, half, d - 0.15, h.estimate - base, h.lower - base, h.upper - base);
    limen_plot_point(plot, nearly, d, point->nearly.estimate - base,
                     covers ? point->nearly.lower - base : NAN,
                     covers ? point->nearly.upper - base : NAN);
    if (certified != nearly && point->certified > 0)
      limen_plot_point(plot, certified, d + 0.15, (double)point->certified - base, NAN, NAN);
  }
  return plot;
}

/* ---- single dimensions ---- */

/* Up to `most` points of the first curve, spread evenly over its dimensions. */
static size_t choose(const struct critical_report *report, size_t most, size_t *chosen) {
  size_t members = 0, used = 0, seen = 0;
  for (size_t i = 0; i < report->count; i++) members += report->points[i].curve == 0;
  size_t wanted = members < most ? members : most;
  for (size_t i = 0; i < report->count && used < wanted; i++) {
    if (report->points[i].curve != 0) break;
    size_t next = wanted == 1 ? 0 : used * (members - 1) / (wanted - 1);
    if (seen++ == next) chosen[used++] = i;
  }
  return used;
}

/* `caption` with the name of the first curve when there are others. */
static void of_first_curve(const struct critical_report *report, const char *caption, char *out,
                           size_t size) {
  struct limen_text name = {0};
  critical_curve_name(report->plan, report->points[0].point, &name);
  snprintf(out, size, "%s%s%s%s", caption, name.length ? " Only the curve of " : "",
           limen_text_string(&name), name.length ? " is shown." : "");
  limen_text_clear(&name);
}

/* Trainings at one n. */
struct tally {
  size_t trials, successes;
  double wrong_sum, wrong_min, wrong_max; /* over failures */
};

/* Calls `add` with the tally of every n tried at a point, in ascending n. */
static int each_n(const struct critical_report *report, const struct critical_point *point,
                  void (*add)(struct limen_plot *plot, size_t series,
                              const struct critical_point *point, int64_t n,
                              const struct tally *tally),
                  struct limen_plot *plot, size_t series, struct limen_error *error) {
  struct critical_attempt *attempts = NULL;
  size_t count = 0;
  int64_t low = INT64_MAX, high = 0;
  int status = critical_attempts(report->plan, point->point, &attempts, &count, error);
  for (size_t i = 0; i < count; i++) {
    if (attempts[i].n < low) low = attempts[i].n;
    if (attempts[i].n > high) high = attempts[i].n;
  }
  for (int64_t n = low; n <= high && status == LIMEN_OK; n++) {
    struct tally tally = {.wrong_min = INFINITY, .wrong_max = -INFINITY};
    for (size_t i = 0; i < count; i++) {
      if (attempts[i].n != n) continue;
      const double *values = attempts[i].cell->answer.values;
      bool success = values[report->plan->imported ? CRITICAL_REACHED : CRITICAL_SUCCESS] == 1;
      tally.trials++;
      tally.successes += success;
      if (success || isnan(values[CRITICAL_WRONG])) continue;
      tally.wrong_sum += values[CRITICAL_WRONG];
      tally.wrong_min = fmin(tally.wrong_min, values[CRITICAL_WRONG]);
      tally.wrong_max = fmax(tally.wrong_max, values[CRITICAL_WRONG]);
    }
    if (tally.trials > 0) add(plot, series, point, n, &tally);
  }
  limen_free(attempts);
  return status;
}

static void add_share(struct limen_plot *plot, size_t series, const struct critical_point *point,
                      int64_t n, const struct tally *tally) {
  struct limen_interval wilson;
  if (fabs((double)n - point->critical.estimate) > SHARE_WINDOW) return;
  if (limen_interval_wilson(tally->successes, tally->trials, CRITICAL_CONFIDENCE, &wilson, NULL) ==
      LIMEN_OK)
    limen_plot_point(plot, series, (double)n, (double)tally->successes / (double)tally->trials,
                     wilson.lower, wilson.upper);
}

struct limen_plot *critical_plot_share(const struct critical_report *report,
                                       struct limen_error *error) {
  size_t chosen[SHOWN_SHARE], count = choose(report, SHOWN_SHARE, chosen);
  char caption[512];
  of_first_curve(report,
                 "Share of trainings that succeeded against n, with 95% Wilson intervals, and "
                 "Firth's logistic fit (dashed) where successes and failures overlap; n within 6 "
                 "of critical_n, for a few of the dimensions.",
                 caption, sizeof caption);
  struct limen_plot *plot = limen_plot_alloc("share", caption, "documents n", "share of successes");
  if (!plot) return NULL;
  plot->x_whole = true;
  plot->y_min = 0;
  plot->y_max = 1;
  for (size_t c = 0; c < count; c++) {
    const struct critical_point *point = &report->points[chosen[c]];
    char label[32];
    snprintf(label, sizeof label, "d = %" PRId64, point->d);
    size_t series = limen_plot_series(plot, label, LIMEN_POINTS, (int)c);
    if (each_n(report, point, add_share, plot, series, error) != LIMEN_OK) plot->failed = true;
    if (plot->failed) break;
    const struct limen_series *drawn = &plot->series[series];
    if (point->half.outcome != LIMEN_MIXED || !point->half.fitted || drawn->count < 2) continue;
    enum { STEPS = 80 };
    double from = drawn->x[0], to = drawn->x[drawn->count - 1];
    size_t fit = limen_plot_series(plot, "", LIMEN_DASHED, (int)c);
    for (int i = 0; i <= STEPS; i++) {
      double n = from + (to - from) * i / STEPS;
      limen_plot_point(plot, fit, n, limen_logistic_chance(&point->half, n), NAN, NAN);
    }
  }
  return plot;
}

static void add_wrong(struct limen_plot *plot, size_t series, const struct critical_point *point,
                      int64_t n, const struct tally *tally) {
  if (!isfinite(tally->wrong_min)) return;
  double failures = (double)(tally->trials - tally->successes);
  limen_plot_point(plot, series, (double)n - point->critical.estimate, tally->wrong_sum / failures,
                   tally->wrong_min, tally->wrong_max);
}

struct limen_plot *critical_plot_wrong(const struct critical_report *report,
                                       struct limen_error *error) {
  size_t chosen[SHOWN_MOST], count = choose(report, SHOWN_MOST, chosen);
  char caption[512];
  of_first_curve(report,
                 "How many queries the failed trainings still had wrong at their best look: the "
                 "mean, with bars from the least to the most. Near the limit a handful out of "
                 "hundreds or thousands decides.",
                 caption, sizeof caption);
  struct limen_plot *plot =
      limen_plot_alloc("wrong_queries", caption, "n minus critical_n", "queries wrong");
  if (!plot) return NULL;
  plot->x_whole = true;
  plot->y_scale = LIMEN_LOG;
  for (size_t c = 0; c < count; c++) {
    char label[32];
    snprintf(label, sizeof label, "d = %" PRId64, report->points[chosen[c]].d);
    size_t series = limen_plot_series(plot, label, LIMEN_LINE_POINTS, (int)c);
    if (each_n(report, &report->points[chosen[c]], add_wrong, plot, series, error) != LIMEN_OK)
      plot->failed = true;
  }
  return plot;
}
