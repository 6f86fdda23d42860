/* A whole report as experiments make them, written twice. Its numbers are made up for the eye,
 * apart from the published ones. With LIMEN_REPORT_SAMPLE set to a folder, the report stays there
 * to be looked at. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/process.h"
#include "report/writer.h"

/* Weller et al., arXiv 2508.21038, Table 6: critical n for d = 4 .. 45 at k = 2. */
static const double published[] = {10,  14,  19,  24,  28,  32,  36,  42,  47,  54,  62,
                                   70,  79,  89,  99,  109, 120, 132, 144, 157, 170, 184,
                                   198, 213, 229, 245, 261, 278, 296, 314, 333, 352, 372,
                                   392, 413, 434, 460, 484, 505, 545, 605, 626};
enum { PUBLISHED = sizeof published / sizeof *published };
/* An independent reproduction, d = 9 .. 30. */
static const double reproduced[] = {35,  37,  41,  50,  56,  61,  68,  77,  85,  89,  106,
                                    118, 121, 136, 143, 151, 169, 180, 196, 221, 227, 243};
enum { REPRODUCED = sizeof reproduced / sizeof *reproduced };

static double ours(size_t i) { return floor(published[i] * (0.96 + 0.05 * sin(1.7 * (double)i))); }
static double cubic(double d) { return -10.5322 + d * (4.0309 + d * (0.0520 + d * 0.0037)); }
static double quadratic(double d) { return 5.1 + d * (0.62 + d * 0.283); }
static double power(double d) { return 0.86 * pow(d, 1.727); }
static double quartic(double d) { return 9.5 + d * (d * 0.19 + d * d * d * 2.8e-4); }

static void add_points(struct limen_plot *plot, bool with_fits) {
  size_t mine = limen_plot_series(plot, "limen, 3 seeds", LIMEN_POINTS, 0);
  for (size_t i = 0; i < PUBLISHED; i++)
    limen_plot_point(plot, mine, (double)(4 + i), ours(i), ours(i) * 0.95, ours(i) * 1.04);
  size_t weller = limen_plot_series(plot, "Weller et al., Table 6", LIMEN_HOLLOW, 1);
  for (size_t i = 0; i < PUBLISHED; i++)
    limen_plot_point(plot, weller, (double)(4 + i), published[i], NAN, NAN);
  size_t other = limen_plot_series(plot, "independent reproduction", LIMEN_HOLLOW, 2);
  for (size_t i = 0; i < REPRODUCED; i++)
    limen_plot_point(plot, other, (double)(9 + i), reproduced[i], NAN, NAN);
  if (!with_fits) return;
  static double (*const models[])(double) = {cubic, quadratic, power, quartic};
  static const char *const names[] = {"cubic", "quadratic", "power law", "quartic"};
  static const int colours[] = {3, 4, 5, 6};
  for (size_t m = 0; m < 4; m++) {
    size_t fit = limen_plot_series(plot, names[m], LIMEN_DASHED, colours[m]);
    for (size_t i = 0; i <= 120; i++) {
      double d = 4 * pow(1024, (double)i / 120);
      if (models[m](d) > 3) limen_plot_point(plot, fit, d, models[m](d), NAN, NAN);
    }
    char text[64];
    double n = models[m](4096);
    snprintf(text, sizeof text, n < 1e9 ? "%s: %.3gM" : "%s: %.3gB", names[m],
             n < 1e9 ? n / 1e6 : n / 1e9);
    limen_plot_mark(plot, 4096, models[m](4096), text);
  }
}

static struct limen_plot *main_plot(void) {
  struct limen_plot *plot = limen_plot_alloc("critical_n",
                                             "Critical n against the dimension, k = 2, every pair "
                                             "asked for. Bars are the range over three "
                                             "seeds. Hollow markers are published figures. The "
                                             "inset shows second differences, which a cubic "
                                             "law would draw as a rising line.",
                                             "dimension d", "critical n (documents)");
  add_points(plot, false);
  size_t fit = limen_plot_series(plot, "quadratic fit, d < 40", LIMEN_DASHED, 4);
  for (double d = 4; d <= 45; d += 1) limen_plot_point(plot, fit, d, quadratic(d), NAN, NAN);
  size_t second = limen_plot_series(plot, "", LIMEN_LINE_POINTS, 1);
  plot->series[second].inset = true;
  for (size_t i = 1; i + 1 < PUBLISHED; i++)
    limen_plot_point(plot, second, (double)(4 + i),
                     published[i + 1] - 2 * published[i] + published[i - 1], NAN, NAN);
  plot->inset_title = limen_copy_text("second differences of Table 6", NULL);
  plot->inset_y_label = limen_copy_text("documents", NULL);
  return plot;
}

static struct limen_plot *fan_plot(void) {
  struct limen_plot *plot = limen_plot_alloc("fan",
                                             "The same points with four models that fit them about "
                                             "equally well, drawn on to d = 4096. They "
                                             "part by four orders of magnitude.",
                                             "dimension d", "critical n (documents)");
  plot->x_scale = plot->y_scale = LIMEN_LOG;
  size_t band = limen_plot_series(plot, "between quadratic and cubic", LIMEN_BAND, -1);
  for (size_t i = 0; i <= 60; i++) {
    double d = 45 * pow(4096.0 / 45, (double)i / 60);
    limen_plot_point(plot, band, d, NAN, quadratic(d), cubic(d));
  }
  add_points(plot, true);
  return plot;
}

static void wilson(double hits, double of, double *low, double *high) {
  double z = 1.959964, p = hits / of, middle = (p + z * z / (2 * of)) / (1 + z * z / of);
  double half = z / (1 + z * z / of) * sqrt(p * (1 - p) / of + z * z / (4 * of * of));
  *low = fmax(0, middle - half);
  *high = fmin(1, middle + half);
}

static struct limen_plot *share_plot(void) {
  struct limen_plot *plot = limen_plot_alloc(
      "share", "Share of seeds that separate every pair, against n, with 95% Wilson intervals.",
      "documents n", "share of successes");
  plot->y_scale = LIMEN_LOGIT;
  for (int d = 4; d < 12; d++) {
    char label[32];
    snprintf(label, sizeof label, "d = %d", d);
    size_t series = limen_plot_series(plot, label, LIMEN_LINE_POINTS, d - 4);
    for (int i = 0; i < 9; i++) {
      double n = published[d - 4] - 4 + i, low, high;
      double hits = floor(20 / (1 + exp(1.1 * (i - 4.3))) + 0.5);
      wilson(hits, 20, &low, &high);
      limen_plot_point(plot, series, n, hits / 20, low, high);
    }
  }
  limen_plot_mark(plot, 10, 0.5, "published at d = 4");
  return plot;
}

static struct limen_plot *recall_plot(void) {
  struct limen_plot *plot = limen_plot_alloc(
      "recall", "Recall at 10 against distances computed a query, three insertion orders.",
      "distances a query", "recall at 10");
  plot->x_scale = LIMEN_LOG;
  plot->y_scale = LIMEN_LOGIT;
  static const char *const orders[] = {"random order", "by descending LID", "by ascending LID"};
  for (int o = 0; o < 3; o++) {
    size_t band = limen_plot_series(plot, "", LIMEN_BAND, o);
    size_t line = limen_plot_series(plot, orders[o], LIMEN_LINE_POINTS, o);
    for (int i = 0; i < 8; i++) {
      double work = 140 * pow(1.75, i),
             odds = exp(0.3 + 0.62 * i + 0.25 * (o == 1) - 0.2 * (o == 2));
      double p = odds / (1 + odds);
      limen_plot_point(plot, line, work, p, NAN, NAN);
      limen_plot_point(plot, band, work, NAN, p - 0.35 * (1 - p) * p, p + 0.3 * (1 - p) * p);
    }
  }
  limen_plot_mark(plot, 140 * pow(1.75, 3), 0.9, "ef = 40");
  return plot;
}

static struct limen_plot *time_plot(void) {
  struct limen_plot *plot =
      limen_plot_alloc("steps", "Training steps a second.", "documents n", "steps/s");
  plot->x_scale = plot->y_scale = LIMEN_LOG;
  plot->timed = true;
  size_t series = limen_plot_series(plot, "two threads", LIMEN_LINE_POINTS, 0);
  limen_plot_point(plot, series, 62, 2260, 2100, 2400);
  limen_plot_point(plot, series, 157, 855, 801, 880);
  limen_plot_point(plot, series, 333, 71, 66, 73);
  return plot;
}

static void add_wide_table(struct limen_document *document) {
  limen_document_table(document, "Critical n by dimension, all seeds.",
                       "#d|#critical n|#lower|#upper|#seed 1|#seed 2|#seed 3|#Weller et al.|"
                       "#ratio|certificate|remark");
  for (size_t i = 0; i < PUBLISHED; i++) {
    char cell[11][64];
    snprintf(cell[0], 64, "%zu", 4 + i);
    for (size_t c = 1; c < 7; c++) snprintf(cell[c], 64, "%.0f", ours(i) + (double)c - 3);
    snprintf(cell[7], 64, "%.0f", published[i]);
    snprintf(cell[8], 64, "%.3f", ours(i) / published[i]);
    snprintf(cell[9], 64, "d%02zu_s%zu", 4 + i, i % 3);
    snprintf(cell[10], 64, "%s", i % 7 == 3 ? "two seeds disagree by more than 3" : "");
    const char *cells[11];
    for (size_t c = 0; c < 11; c++) cells[c] = cell[c];
    limen_document_row(document, cells);
  }
  limen_document_fold(document, 8);
}

static void add_model_table(struct limen_document *document) {
  static const char *const rows[][6] = {
      {"quadratic", "3", "0.92", "0.0", "0.7", "4.75M"},
      {"power law", "2", "1.31", "14.2", "1.6", "1.49M"},
      {"cubic", "4", "6.70", "31.9", "18.4", "255M"},
      {"quartic", "4", "2.05", "40.6", "51.0", "78.8B"},
  };
  limen_document_table(document, "Four models of the same points.",
                       "model|#parameters|#RMSE|#ΔAICc|#error on the tail|#n at d = 4096");
  for (size_t i = 0; i < 4; i++) limen_document_row(document, rows[i]);
}

static void fill(struct limen_document *document) {
  limen_document_title(
      document, "limit_k2",
      "How many documents can d dimensions serve if every pair must be some query's "
      "top 2?");
  limen_document_print(document, LIMEN_BLOCK_ANSWER,
                       "With trained free embeddings, *9 documents at d = 4 and 601 at d = 45* "
                       "(range over three seeds ±5%%). The curve measures the loss at one "
                       "temperature: a construction serves 640 documents at d = 4.");
  limen_document_plot(document, main_plot());
  limen_document_print(
      document, LIMEN_BLOCK_PARAGRAPH,
      "Each point is the largest n for which `infonce` at *τ = 0.1* separated every "
      "pair, found by galloping, bisection and a sweep of n − 4 … n + 5. A success is "
      "a certificate, re-checked in exact arithmetic; a failure proves nothing.");
  add_wide_table(document);
  limen_document_heading(document, "Where the extrapolation goes");
  limen_document_print(document, LIMEN_BLOCK_WARNING,
                       "The four fits part by a factor of 50,000 at d = 4096. None of them is a "
                       "prediction.");
  limen_document_plot(document, fan_plot());
  add_model_table(document);
  limen_document_heading(document, "How sharp the threshold is");
  limen_document_plot(document, share_plot());
  limen_document_heading(document, "Recall against work");
  limen_document_plot(document, recall_plot());
  limen_document_heading(document, "What could make this wrong");
  limen_document_print(document, LIMEN_BLOCK_LIST,
                       "Success is not monotone in n: bisection alone gives 7, 9, 7 at d = 4.");
  limen_document_print(document, LIMEN_BLOCK_LIST,
                       "One or two unlucky queries out of thousands decide the figure.");
  limen_document_heading(document, "Terms");
  limen_document_print(document, LIMEN_BLOCK_DEFINITIONS,
                       "critical n: the largest n that was separated");
  limen_document_print(document, LIMEN_BLOCK_DEFINITIONS,
                       "gap: the least lead of a relevant document over any other");
  limen_document_heading(document, "Speed");
  limen_document_plot(document, time_plot());
}

static const char manifest[] =
    "{\n  \"command\": \"limen run limit_k2 --full\",\n  \"seed\": 42,\n"
    "  \"compiler\": \"gcc 12.2.0\",\n  \"note\": \"<b>\"\n}\n";

static bool has_gnuplot(void) {
  static const char *const command[] = {"gnuplot", "--version", NULL};
  return limen_process_run(command, NULL, NULL) == LIMEN_OK;
}

static char *read_text(const char *folder, const char *name) {
  char *path = limen_path_join(folder, name, NULL), *text = NULL;
  size_t count;
  assert_int_equal(limen_file_read(path, 1 << 26, &text, &count, NULL), LIMEN_OK);
  limen_free(path);
  return text;
}

static void test_sample(void **state) {
  (void)state;
  if (!has_gnuplot()) {
    print_message("gnuplot is not installed: no report is drawn\n");
    skip();
  }
  char first[] = "/tmp/limen_sample_XXXXXX", second[] = "/tmp/limen_sample_XXXXXX";
  assert_non_null(mkdtemp(first));
  assert_non_null(mkdtemp(second));
  const char *folders[] = {first, second};
  struct limen_error error = {0};
  for (size_t i = 0; i < 2; i++) {
    struct limen_document document = {0};
    fill(&document);
    int status = limen_report_write(&document, folders[i],
                                    "make experiment EXP=limit_k2 ARGS=\"--full --seed 42\"",
                                    manifest, &error);
    if (status != LIMEN_OK) fail_msg("%s", error.text);
    limen_document_clear(&document);
  }
  static const char *const files[] = {"index.html",           "report.md",
                                      "plots/critical_n.svg", "plots/critical_n.gp",
                                      "plots/critical_n.dat", "plots/timed/steps.svg",
                                      "plots/fan.svg",        "plots/share.svg"};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    char *a = read_text(first, files[i]), *b = read_text(second, files[i]);
    assert_string_equal(a, b);
    limen_free(a);
    limen_free(b);
  }
  const char *kept = getenv("LIMEN_REPORT_SAMPLE");
  if (kept) {
    struct limen_document document = {0};
    fill(&document);
    assert_int_equal(limen_report_write(&document, kept,
                                        "make experiment EXP=limit_k2 ARGS=\"--full --seed 42\"",
                                        manifest, &error),
                     LIMEN_OK);
    limen_document_clear(&document);
  }
  assert_int_equal(limen_folder_remove(first, NULL), LIMEN_OK);
  assert_int_equal(limen_folder_remove(second, NULL), LIMEN_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_sample)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
