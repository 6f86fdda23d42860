/* How critical n grows with d: fits, what they say far away, and how far that can be believed. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/critical_n/report.h"
#include "stats/curve.h"

enum {
  SPAN_LEAST = 20, /* dimensions that our own points must span before they are fitted */
  MODELS_MOST = 8,
  TAIL = 6, /* the published points from d = 40 on */
  TARGETS = 5
};
#define NEAR 1.15 /* numbers within this factor share a label */
static const double targets[TARGETS] = {512, 768, 1024, 3072, 4096};

/* Points to be fitted, and the fits of every model: NaN AICc where a model refused. */
struct growth {
  const char *what;  /* whose points, for sentences */
  const char *label; /* the same, for a narrow column */
  const double *d, *n;
  size_t count, models;
  struct limen_curve_fit fits[MODELS_MOST];
  double weights[MODELS_MOST];
  struct limen_text refusals; /* why models were not fitted, a sentence each */
};

static int fit_all(struct growth *growth, struct limen_error *error) {
  growth->models = 0;
  for (size_t i = 0; limen_curve_at(i) && growth->models < MODELS_MOST; i++) {
    struct limen_error reason = {0};
    int status = limen_curve_fit_points(limen_curve_at(i), growth->d, growth->n, growth->count,
                                        &growth->fits[growth->models], &reason);
    if (status == LIMEN_OK)
      growth->models++;
    else if (status == LIMEN_INPUT)
      limen_text_print(&growth->refusals, "%s%s", growth->refusals.length ? "; " : "", reason.text);
    else
      return LIMEN_FAIL(error, status, "%s", reason.text);
  }
  if (growth->models == 0) return LIMEN_OK;
  return limen_curve_weights(growth->fits, growth->models, growth->weights, error);
}

static double predict(const struct limen_curve_fit *fit, double d) {
  struct limen_curve_prediction at;
  limen_curve_predict(fit, d, &at);
  return at.value;
}

/* ---- plots ---- */

static void add_models(struct limen_plot *plot, const struct growth *growth) {
  enum { STEPS = 120 };
  const double from = growth->d[0], to = targets[TARGETS - 1];
  char count[32];
  for (size_t m = 0; m < growth->models; m++) {
    const struct limen_curve_fit *fit = &growth->fits[m];
    size_t series = limen_plot_series(plot, fit->curve->noun, LIMEN_DASHED, (int)(m + 2));
    for (int i = 0; i <= STEPS; i++) {
      double d = from * pow(to / from, (double)i / STEPS), n = predict(fit, d);
      /* Below one document there is nothing to draw on a logarithmic axis. */
      limen_plot_point(plot, series, d, n >= 1 ? n : NAN, NAN, NAN);
    }
    double last = predict(fit, to);
    bool told = last < 1; /* or by a neighbour's number, which would stand on top of it */
    for (size_t other = 0; other < m; other++)
      told = told || fabs(log(predict(&growth->fits[other], to) / last)) < log(NEAR);
    if (told) continue;
    limen_plot_mark(plot, to, last, critical_count_words(last, count, sizeof count));
  }
}

static void add_points(struct limen_plot *plot, const struct growth *growth, bool published,
                       size_t from, size_t to, const char *label, int colour) {
  size_t series = limen_plot_series(plot, label, published ? LIMEN_HOLLOW : LIMEN_POINTS, colour);
  for (size_t i = from; i < to; i++)
    limen_plot_point(plot, series, growth->d[i], growth->n[i], NAN, NAN);
}

static struct limen_plot *fan(const char *name, const char *caption) {
  struct limen_plot *plot = limen_plot_alloc(name, caption, "dimension d", "documents n");
  if (plot) plot->x_scale = plot->y_scale = LIMEN_LOG;
  return plot;
}

/* Second differences of the published points: for a cubic law they would rise on a line. */
static void add_second_differences(struct limen_plot *plot, const struct growth *all) {
  static const char title[] = "second differences of the published n";
  size_t early = limen_plot_series(plot, "", LIMEN_LINE_POINTS, -1);
  size_t late = limen_plot_series(plot, "", LIMEN_LINE_POINTS, 1);
  limen_plot_inset(plot, early, title, "documents");
  limen_plot_inset(plot, late, title, "documents");
  for (size_t i = 1; i + 1 < all->count; i++)
    limen_plot_point(plot, i + 1 < all->count - TAIL ? early : late, all->d[i],
                     all->n[i + 1] - 2 * all->n[i] + all->n[i - 1], NAN, NAN);
}

/* ---- tables and words ---- */

static void fits_table(struct limen_document *out, const struct growth *const *sets,
                       size_t n_sets) {
  enum { COLUMNS = 6 + TARGETS };
  limen_document_table(out,
                       "Least-squares fits and what they say far outside the data. The Akaike "
                       "weight is the share of belief among these models if one of them is right; "
                       "it knows nothing of extrapolation.",
                       "points|model|#count|#RMSE|#AICc|#weight|#n at d = 512|#768|#1024|#3072|"
                       "#4096");
  for (size_t s = 0; s < n_sets; s++)
    for (size_t m = 0; m < sets[s]->models; m++) {
      const struct limen_curve_fit *fit = &sets[s]->fits[m];
      char cells[COLUMNS][48];
      const char *row[COLUMNS];
      snprintf(cells[0], sizeof cells[0], "%s", sets[s]->label);
      snprintf(cells[1], sizeof cells[1], "%s", fit->curve->noun);
      snprintf(cells[2], sizeof cells[2], "%zu", fit->points);
      snprintf(cells[3], sizeof cells[3], "%.3g", fit->rmse);
      snprintf(cells[4], sizeof cells[4], "%.1f", fit->aicc);
      snprintf(cells[5], sizeof cells[5], "%.2g", sets[s]->weights[m]);
      for (size_t t = 0; t < TARGETS; t++)
        critical_count_words(predict(fit, targets[t]), cells[6 + t], sizeof cells[6 + t]);
      for (size_t c = 0; c < COLUMNS; c++) row[c] = cells[c];
      limen_document_row(out, row);
    }
}

static int tail_table(struct limen_document *out, const struct growth *growth,
                      struct limen_error *error) {
  static const size_t left_out[] = {3, 6, 12};
  enum { COLUMNS = 5 };
  char caption[256];
  snprintf(caption, sizeof caption,
           "Leave the tail out: each model is fitted to %s but the last few and asked for those. "
           "A law would miss them by about its own error.",
           growth->what);
  limen_document_table(out, caption,
                       "model|#left out|#RMSE of the fit|#RMSE on the tail|#off at the last point");
  for (size_t m = 0; m < growth->models; m++)
    for (size_t l = 0; l < sizeof left_out / sizeof *left_out; l++) {
      struct limen_curve_tail tail;
      struct limen_error reason = {0};
      int status = limen_curve_leave_tail(growth->fits[m].curve, growth->d, growth->n,
                                          growth->count, left_out[l], &tail, &reason);
      if (status == LIMEN_INPUT) continue; /* too few points are left */
      if (status != LIMEN_OK) return LIMEN_FAIL(error, status, "%s", reason.text);
      char cells[COLUMNS][48];
      const char *row[COLUMNS];
      snprintf(cells[0], sizeof cells[0], "%s", growth->fits[m].curve->noun);
      snprintf(cells[1], sizeof cells[1], "%zu", tail.left_out);
      snprintf(cells[2], sizeof cells[2], "%.2f", tail.fit.rmse);
      snprintf(cells[3], sizeof cells[3], "%.2f", tail.tail_rmse);
      snprintf(cells[4], sizeof cells[4], "%+.1f (%+.0f SE)", tail.last_error, tail.last_z);
      for (size_t c = 0; c < COLUMNS; c++) row[c] = cells[c];
      limen_document_row(out, row);
    }
  return LIMEN_OK;
}

/* "from 5.40M to 80.4B (a factor of 14,900)" for one target. */
static void disagreement(struct limen_document *out, const struct growth *growth) {
  double low = INFINITY, high = -INFINITY, far = targets[TARGETS - 1];
  size_t negative = 0;
  char low_words[32], high_words[32];
  for (size_t m = 0; m < growth->models; m++) {
    double n = predict(&growth->fits[m], far);
    if (n < 1) {
      negative++;
      continue;
    }
    low = fmin(low, n);
    high = fmax(high, n);
  }
  if (high < low) return;
  double magnitude = fmax(1, pow(10, floor(log10(high / low)) - 1)); /* two digits will do */
  limen_document_print(out, LIMEN_BLOCK_PARAGRAPH,
                       "Fitted to %s, the models say anything from %s to %s documents at d = %.0f, "
                       "a factor of about %.0f apart%s. A fan of models has no coverage: the truth "
                       "may lie outside it.",
                       growth->what, critical_count_words(low, low_words, sizeof low_words),
                       critical_count_words(high, high_words, sizeof high_words), far,
                       round(high / low / magnitude) * magnitude,
                       negative == 0   ? ""
                       : negative == 1 ? "; one of them falls below zero on the way"
                                       : "; two or more of them fall below zero on the way");
}

/* What each model's farthest prediction owes to the last points. */
static void tail_matters(struct limen_document *out, const struct growth *all,
                         const struct growth *without) {
  double far = targets[TARGETS - 1];
  char with_words[32], without_words[32];
  limen_document_print(out, LIMEN_BLOCK_PARAGRAPH,
                       "What the last %d of %zu points do to the prediction at d = %.0f:", TAIL,
                       all->count, far);
  for (size_t m = 0; m < all->models; m++)
    for (size_t w = 0; w < without->models; w++) {
      if (all->fits[m].curve != without->fits[w].curve) continue;
      double with = predict(&all->fits[m], far), less = predict(&without->fits[w], far);
      critical_count_words(with, with_words, sizeof with_words);
      critical_count_words(less, without_words, sizeof without_words);
      limen_document_print(out, LIMEN_BLOCK_LIST, "%s: %s with them, %s without.",
                           all->fits[m].curve->noun, with_words, without_words);
    }
}

/* ---- the published points ---- */

static int describe_published(const struct critical_report *report, struct limen_error *error) {
  const struct limen_published *table = limen_published_find("weller2025");
  struct growth *all = limen_alloc(2, sizeof *all, error);
  double *d = limen_alloc(2 * table->count, sizeof *d, error);
  int status = all && d ? LIMEN_OK : LIMEN_FAILED;
  if (status != LIMEN_OK) goto done;
  struct growth *without = all + 1;
  double *n = d + table->count;
  for (size_t i = 0; i < table->count; i++) {
    d[i] = table->points[i].d;
    n[i] = table->points[i].n;
  }
  *all = (struct growth){
      .what = "all published points", .label = "all", .d = d, .n = n, .count = table->count};
  *without = *all;
  without->what = "the published points below d = 40";
  without->label = "d < 40";
  without->count -= TAIL;
  if ((status = fit_all(all, error)) != LIMEN_OK) goto done;
  if ((status = fit_all(without, error)) != LIMEN_OK) goto done;

  struct limen_plot *plot =
      fan("fan",
          "All 42 published points and models fitted to them, drawn on to d = "
          "4096. The last six points are coloured.");
  if (plot) {
    add_points(plot, all, true, 0, all->count - TAIL, "published, d < 40", -1);
    add_points(plot, all, true, all->count - TAIL, all->count, "published, d = 40 .. 45", 1);
    add_models(plot, all);
  }
  limen_document_plot(report->out, plot);
  disagreement(report->out, all);
  plot =
      fan("fan_without_tail",
          "The same models fitted without the last six points, which are coloured. Inset: second "
          "differences of the published n, which a cubic law would put on a rising line.");
  if (plot) {
    add_points(plot, all, true, 0, all->count - TAIL, "published, d < 40", -1);
    add_points(plot, all, true, all->count - TAIL, all->count, "left out", 1);
    add_models(plot, without);
    add_second_differences(plot, all);
  }
  limen_document_plot(report->out, plot);
  disagreement(report->out, without);
  tail_matters(report->out, all, without);
  const struct growth *const sets[] = {all, without};
  fits_table(report->out, sets, 2);
  status = tail_table(report->out, all, error);
done:
  if (all) {
    limen_text_clear(&all[0].refusals);
    limen_text_clear(&all[1].refusals);
  }
  limen_free(all);
  limen_free(d);
  return status;
}

/* ---- our own points ---- */

/* The points that are complete and not cut off by n_most, by d; returns how many. */
static size_t collect(const struct critical_report *report, double *d, double *n) {
  size_t count = 0;
  for (size_t i = 0; i < report->count; i++) {
    const struct critical_point *point = &report->points[i];
    if (point->seeds == 0 || (point->waiting > 0 && !report->plan->imported) || point->at_most)
      continue;
    d[count] = (double)point->d;
    n[count++] = point->critical.estimate;
  }
  return count;
}

static int describe_fits(const struct critical_report *report, struct growth *own,
                         struct limen_error *error) {
  int status = fit_all(own, error);
  if (status != LIMEN_OK) return status;
  if (own->refusals.length > 0)
    limen_document_print(report->out, LIMEN_BLOCK_PARAGRAPH, "Not fitted to our own points: %s.",
                         limen_text_string(&own->refusals));
  if (own->models == 0) return LIMEN_OK;
  struct limen_plot *plot =
      fan("fan_own", "Our own medians and models fitted to them, drawn on to d = 4096.");
  if (plot) {
    add_points(plot, own, false, 0, own->count, "critical_n, ours", 0);
    add_models(plot, own);
  }
  limen_document_plot(report->out, plot);
  disagreement(report->out, own);
  const struct growth *const sets[] = {own};
  fits_table(report->out, sets, 1);
  return tail_table(report->out, own, error);
}

static int describe_own(const struct critical_report *report, struct limen_error *error) {
  struct growth *own = limen_alloc(1, sizeof *own, error);
  double *d = limen_alloc(2 * report->count, sizeof *d, error);
  int status = own && d ? LIMEN_OK : LIMEN_FAILED;
  if (status != LIMEN_OK) goto done;
  double *n = d + report->count;
  *own = (struct growth){.what = "our own medians", .label = "ours", .d = d, .n = n};
  own->count = collect(report, d, n);
  double span = own->count > 0 ? d[own->count - 1] - d[0] : 0;
  if (span >= SPAN_LEAST)
    status = describe_fits(report, own, error);
  else
    limen_document_print(
        report->out, LIMEN_BLOCK_PARAGRAPH,
        "Our own complete points span %.0f dimension%s. A law of growth is fitted "
        "from %d on, so none is fitted to them%s; `--full` or `--set d=4..24` gives "
        "enough.",
        span, span == 1 ? "" : "s", SPAN_LEAST,
        report->comparable ? ", only to the published ones, to show what that takes" : "");
done:
  if (own) limen_text_clear(&own->refusals);
  limen_free(own);
  limen_free(d);
  return status;
}

int critical_describe_growth(const struct critical_report *report, struct limen_error *error) {
  int status = LIMEN_OK;
  limen_document_heading(report->out, "How it grows, and how far that can be carried on");
  if (report->curves == 1)
    status = describe_own(report, error);
  else
    limen_document_print(report->out, LIMEN_BLOCK_PARAGRAPH,
                         "Fits are made for one curve at a time; this run has %zu.",
                         report->curves);
  if (status == LIMEN_OK && report->comparable) status = describe_published(report, error);
  return status;
}
