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
#include "report/escape.h"
#include "report/plot_axis.h"
#include "report/plot_layout.h"
#include "report/plot_script.h"

static void assert_has(const char *text, const char *part) {
  if (!strstr(text, part)) fail_msg("\"%s\" is missing in: %.3000s", part, text);
}

/* ---- axes ---- */

/* The labels of the major tics, separated by spaces. */
static void check_axis(enum limen_scale scale, const double *values, size_t count, size_t most,
                       const char *expected) {
  struct limen_range range = {0};
  struct limen_axis axis;
  struct limen_text labels = {0};
  for (size_t i = 0; i < count; i++) limen_range_add(&range, scale, values[i]);
  limen_axis_fit(&axis, scale, &range, NAN, NAN, most);
  for (size_t i = 0; i < axis.n_tics; i++)
    if (!axis.tic[i].minor)
      limen_text_print(&labels, "%s%s", labels.length > 0 ? " " : "", axis.tic[i].label);
  assert_string_equal(limen_text_string(&labels), expected);
  for (size_t i = 0; i < count; i++) {
    if (!limen_axis_shows(scale, values[i])) continue;
    double f = limen_axis_fraction(&axis, values[i]);
    assert_true(f > -1e-9 && f < 1 + 1e-9);
  }
  limen_text_clear(&labels);
}
#define CHECK_AXIS(scale, most, expected, ...)     \
  check_axis(scale, (const double[]){__VA_ARGS__}, \
             sizeof((double[]){__VA_ARGS__}) / sizeof(double), most, expected)

static void test_axes_linear(void **state) {
  (void)state;
  CHECK_AXIS(LIMEN_LINEAR, 8, "0 100 200 300 400 500 600", 10, 626);
  CHECK_AXIS(LIMEN_LINEAR, 8, "0.625 0.650 0.675 0.700 0.725 0.750 0.775", 0.613, 0.787);
  CHECK_AXIS(LIMEN_LINEAR, 8, "-2 0 2 4 6", -3.1, 5.7);
  CHECK_AXIS(LIMEN_LINEAR, 8, "0 0.5M 1M 1.5M 2M 2.5M", 11, 2.4e6);
  /* Whole numbers have no tics between them. */
  CHECK_AXIS(LIMEN_LINEAR, 12, "4 5", 4, 5);
  /* One value, no spread, nothing at all, and what no axis can show. */
  CHECK_AXIS(LIMEN_LINEAR, 8, "0.3 0.4 0.5 0.6 0.7 0.8", 0.57, 0.57);
}

static void test_axes_log(void **state) {
  (void)state;
  CHECK_AXIS(LIMEN_LOG, 12, "5 10 20 50 100 200 500 1000 2000", 4.1, 2100);
  CHECK_AXIS(LIMEN_LOG, 12, "10 100 1k 10k 100k 1M 10M 100M 1B 10B 100B", 9, 7.8e10);
  CHECK_AXIS(LIMEN_LOG, 8, "10⁻⁸ 10⁻⁶ 10⁻⁴ 10⁻² 10⁰", 1.1e-9, 3.2);
  CHECK_AXIS(LIMEN_LOG, 8, "5 6 7 8 9 10 20", 10, -3, 0, NAN);
  /* 900 would run into 1000. */
  CHECK_AXIS(LIMEN_LOG, 12, "60 80 100 200 300 400 500 600 800 1000", 64, 1024);
}

static void test_axes_logit(void **state) {
  (void)state;
  CHECK_AXIS(LIMEN_LOGIT, 8, ".5 .6 .7 .8 .85 .9 .95", 0.57, 0.932);
  CHECK_AXIS(LIMEN_LOGIT, 8, "0 .1 .2 .5 .8 .9 .95 .99 1", 0, 0.11, 0.985, 1);
  CHECK_AXIS(LIMEN_LOGIT, 8, "0 .05 .1 .2 .5 .8 .9 .95 1", 0, 1);
}

/* Pathological ranges must give finite ends in the right order. */
static void test_axes_odd(void **state) {
  (void)state;
  static const double odd[][2] = {
      {0, 0},          {-0.0, 0},         {1e300, -1e300}, {1e150, -1e150}, {5e-324, 0},
      {1e-320, 1e-3},  {1e9, 1e9 + 1e-7}, {NAN, NAN},      {INFINITY, 1},   {-INFINITY, INFINITY},
      {1e-150, 1e150}, {1, 1 + 1e-16},    {-1e-9, -1e-9},  {0.5, 0.5},      {1e-12, 1 - 1e-12}};
  for (int scale = LIMEN_LINEAR; scale <= LIMEN_LOGIT; scale++) {
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
      for (size_t j = 0; j <= sizeof odd / sizeof *odd; j++) {
        struct limen_range range = {0};
        struct limen_axis axis;
        for (size_t c = 0; c < 2; c++) limen_range_add(&range, (enum limen_scale)scale, odd[i][c]);
        double from = j == 0 ? NAN : odd[j - 1][0], to = j == 0 ? NAN : odd[j - 1][1];
        limen_axis_fit(&axis, (enum limen_scale)scale, &range, from, to, 8);
        assert_true(isfinite(axis.min) && isfinite(axis.max));
        if (!(axis.min < axis.max)) fail_msg("scale %d, values %zu, ends %zu", scale, i, j);
        assert_true(axis.n_tics <= LIMEN_TICS_MOST);
        for (size_t t = 0; t < axis.n_tics; t++) assert_true(isfinite(axis.tic[t].at));
      }
    }
  }
}

static void test_text_width(void **state) {
  (void)state;
  assert_true(limen_text_width("iiii", LIMEN_LABEL_MOST, 14) <
              limen_text_width("mmmm", LIMEN_LABEL_MOST, 14));
  assert_true(fabs(limen_text_width("ab", LIMEN_LABEL_MOST, 28) -
                   2 * limen_text_width("ab", LIMEN_LABEL_MOST, 14)) < 1e-9);
  assert_true(limen_text_width("文字", LIMEN_LABEL_MOST, 14) >= 28);
}

/* ---- layout ---- */

static struct limen_plot *line_with_inset(double from, double to, bool fill_all) {
  struct limen_plot *plot = limen_plot_alloc("p", "c", "x", "y");
  size_t line = limen_plot_series(plot, "line", LIMEN_LINE, 0);
  limen_plot_point(plot, line, 0, from, NAN, NAN);
  limen_plot_point(plot, line, 2.5, to, NAN, NAN);
  if (fill_all) {
    size_t cross = limen_plot_series(plot, "cross", LIMEN_LINE, 1);
    limen_plot_point(plot, cross, 0, to, NAN, NAN);
    limen_plot_point(plot, cross, 2.5, from, NAN, NAN);
  }
  size_t inset = limen_plot_series(plot, "", LIMEN_LINE_POINTS, 2);
  plot->series[inset].inset = true;
  limen_plot_point(plot, inset, 1.1, 0.32, NAN, NAN);
  limen_plot_point(plot, inset, 2.2, 0.57, NAN, NAN);
  return plot;
}

static void test_inset_place(void **state) {
  (void)state;
  struct limen_layout layout;
  struct limen_plot *plot = line_with_inset(0.11, 5.7, false); /* rises: top left is free */
  assert_int_equal(limen_layout_make(&layout, plot, NULL), LIMEN_OK);
  assert_true(layout.has_inset && !layout.inset_below);
  assert_true(layout.inset_frame.right < (layout.plot.left + layout.plot.right) / 2);
  limen_layout_clear(&layout);
  limen_plot_free(plot);
  plot = line_with_inset(5.7, 0.11, false); /* falls: top right */
  assert_int_equal(limen_layout_make(&layout, plot, NULL), LIMEN_OK);
  assert_false(layout.inset_below);
  assert_true(layout.inset_frame.left > (layout.plot.left + layout.plot.right) / 2);
  limen_layout_clear(&layout);
  limen_plot_free(plot);
  plot = line_with_inset(0.11, 5.7, true); /* crossing lines touch all corners: a panel below */
  assert_int_equal(limen_layout_make(&layout, plot, NULL), LIMEN_OK);
  assert_true(layout.inset_below);
  assert_true(layout.inset.top > layout.plot.bottom);
  assert_true(layout.height > layout.inset.bottom);
  limen_layout_clear(&layout);
  limen_plot_free(plot);
}

static void test_notes_place(void **state) {
  (void)state;
  struct limen_plot *plot = limen_plot_alloc("p", "c", "x", "y");
  size_t series = limen_plot_series(plot, "s", LIMEN_POINTS, 0);
  for (int i = 0; i < 12; i++) {
    limen_plot_point(plot, series, i, 0.32 * i, NAN, NAN);
    limen_plot_mark(plot, i, 0.32 * i, "a note of some length");
  }
  limen_plot_mark(plot, NAN, 1, "nowhere");
  struct limen_layout layout;
  assert_int_equal(limen_layout_make(&layout, plot, NULL), LIMEN_OK);
  assert_false(layout.notes[12].shown);
  double width = limen_text_width("a note of some length", LIMEN_LABEL_MOST, LIMEN_PLOT_FONT - 1);
  for (int i = 0; i < 12; i++) {
    const struct limen_note_place *place = &layout.notes[i];
    assert_true(place->shown);
    double left = place->x - (place->align + 1) * width / 2;
    assert_true(left >= 3 && left + width <= LIMEN_PLOT_WIDTH);
    assert_true(place->y > 0 && place->y < layout.plot.bottom);
  }
  limen_layout_clear(&layout);
  limen_plot_free(plot);
}

static void test_key_flows(void **state) {
  (void)state;
  struct limen_plot *plot = limen_plot_alloc("p", "c", "x", "y");
  for (int i = 0; i < 40; i++) limen_plot_series(plot, "a label as they are", LIMEN_LINE, i % 8);
  struct limen_layout layout;
  assert_int_equal(limen_layout_make(&layout, plot, NULL), LIMEN_OK);
  assert_int_equal(layout.n_key, 40);
  for (size_t i = 0; i < 40; i++) {
    assert_true(layout.key[i].x >= layout.plot.left && layout.key[i].x < LIMEN_PLOT_WIDTH - 60);
    assert_true(layout.key[i].y > layout.plot.bottom && layout.key[i].y < layout.height);
  }
  assert_true(layout.key[39].y > layout.key[0].y);
  limen_layout_clear(&layout);
  limen_plot_free(plot);
}

static void test_remarks(void **state) {
  (void)state;
  struct limen_plot *plot = limen_plot_alloc("p", "c", "x", "y");
  struct limen_text out = {0};
  size_t series = limen_plot_series(plot, "s", LIMEN_POINTS, 0);
  limen_plot_point(plot, series, 1, 0.57, NAN, NAN);
  limen_plot_point(plot, series, NAN, 0.57, NAN, NAN);
  assert_int_equal(limen_plot_remarks(plot, &out, NULL), LIMEN_OK);
  assert_string_equal(limen_text_string(&out), "");
  limen_plot_point(plot, series, 2, -3, NAN, NAN);
  plot->y_scale = LIMEN_LOG;
  assert_int_equal(limen_plot_remarks(plot, &out, NULL), LIMEN_OK);
  assert_string_equal(out.data,
                      "1 value is not shown: a logarithmic axis has no place for zero, negative or "
                      "infinite numbers.");
  limen_text_clear(&out);
  plot->y_scale = LIMEN_LOGIT;
  limen_plot_point(plot, series, 3, 1, NAN, NAN);
  limen_plot_point(plot, series, 11, 0.32, NAN, NAN);
  limen_plot_point(plot, series, 12, 0.32, NAN, NAN);
  plot->x_max = 10;
  assert_int_equal(limen_plot_remarks(plot, &out, NULL), LIMEN_OK);
  assert_string_equal(
      out.data,
      "Exact zeros and ones, infinitely far on this scale, stand at its ends. 1 value "
      "is not shown: infinite, or no share between 0 and 1. 2 values lie outside the "
      "axes.");
  limen_text_clear(&out);
  limen_plot_free(plot);
}

/* ---- drawing ---- */

static void test_data(void **state) {
  (void)state;
  struct limen_plot *plot = limen_plot_alloc("p", "c", "x", "y");
  struct limen_text out = {0};
  limen_plot_series(plot, "empty\nsystem('x')", LIMEN_POINTS, 0);
  size_t series = limen_plot_series(plot, "s", LIMEN_POINTS, 0);
  limen_plot_point(plot, series, 0.11, INFINITY, NAN, 1e-9);
  limen_plot_data(&out, plot);
  assert_string_equal(out.data,
                      "# x y lower upper\n# series 0: empty system('x')\nNaN NaN NaN NaN\n\n\n"
                      "# series 1: s\n0.11 NaN NaN 1e-09\n");
  limen_text_clear(&out);
  /* A series that was never added takes no points, and the plot says so. */
  limen_plot_point(plot, 7, 1, 1, 1, 1);
  assert_true(plot->failed);
  struct limen_error error = {0};
  assert_int_equal(limen_plot_write(plot, "/tmp", &error), LIMEN_FAILED);
  assert_string_equal(error.text, "out of memory while the plot p was made");
  limen_plot_free(plot);
}

static void test_names(void **state) {
  (void)state;
  static const char *const bad[] = {"", "../x", "a b", "A", "x.gp", "x;y", "x'"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    struct limen_plot *plot = limen_plot_alloc(bad[i], "c", "x", "y");
    struct limen_error error = {0};
    assert_int_equal(limen_plot_write(plot, "/tmp", &error), LIMEN_FAILED);
    assert_has(error.text, "cannot name a plot: only a-z, 0-9 and _ can");
    limen_plot_free(plot);
  }
  assert_true(limen_plot_name_is_good("recall_at_10"));
}

static bool has_gnuplot(void) {
  static const char *const command[] = {"gnuplot", "--version", NULL};
  if (limen_process_run(command, NULL, NULL) == LIMEN_OK) return true;
  print_message("gnuplot is not installed: nothing is drawn\n");
  return false;
}

static char *read_text(const char *folder, const char *name) {
  char *path = limen_path_join(folder, name, NULL), *text = NULL;
  size_t count;
  struct limen_error error = {0};
  if (limen_file_read(path, 1 << 26, &text, &count, &error) != LIMEN_OK) fail_msg("%s", error.text);
  limen_free(path);
  return text;
}

/* Draws the plot twice, compares the bytes, hands back the SVG. */
static char *draw(const struct limen_plot *plot, const char *folder) {
  struct limen_error error = {0};
  char name[128];
  char *svg[2];
  for (int i = 0; i < 2; i++) {
    if (limen_plot_write(plot, folder, &error) != LIMEN_OK) fail_msg("%s", error.text);
    snprintf(name, sizeof name, "%s.svg", plot->name);
    svg[i] = read_text(folder, name);
  }
  assert_string_equal(svg[0], svg[1]);
  limen_free(svg[1]);
  assert_has(svg[0], "</svg>");
  char *png = NULL, *path = limen_print(NULL, "%s/%s.png", folder, plot->name);
  size_t bytes;
  assert_int_equal(limen_file_read(path, 1 << 26, &png, &bytes, &error), LIMEN_OK);
  assert_true(bytes > 100);
  assert_memory_equal(png, "\x89PNG", 4);
  limen_free(png);
  limen_free(path);
  return svg[0];
}

static void test_draw_odd(void **state) {
  (void)state;
  if (!has_gnuplot()) skip();
  static const double data[][3][4] = {
      {{0.57, 0.32, 0.11, 0.57}, {NAN, NAN, NAN, NAN}, {NAN, NAN, NAN, NAN}},
      {{1, 5.7, NAN, NAN}, {2, 5.7, NAN, NAN}, {3, 5.7, 5.7, 5.7}},
      {{1, NAN, NAN, NAN}, {INFINITY, 2, 1, 3}, {2, -INFINITY, NAN, INFINITY}},
      {{-1, -3, -4, -2}, {0, 0, 0, 0}, {2, 3, -1, 7}},
      {{1e-140, 1e140, 1e-140, 1e145}, {1e140, 1e-140, NAN, NAN}, {1e300, 1e-300, 1e-300, 1e300}},
      {{0, 1, 0.9, 1}, {1, 0, 0, 0.11}, {0.5, 0.5, 0.32, 0.57}},
  };
  char folder[] = "/tmp/limen_plot_XXXXXX";
  assert_non_null(mkdtemp(folder));
  for (size_t i = 0; i <= sizeof data / sizeof *data; i++) {
    for (int scale = LIMEN_LINEAR; scale <= LIMEN_LOGIT; scale++) {
      struct limen_plot *plot = limen_plot_alloc("odd", "c", "x", "y");
      plot->x_scale = plot->y_scale = (enum limen_scale)scale;
      for (int style = LIMEN_POINTS; style <= LIMEN_HOLLOW; style++) {
        size_t series = limen_plot_series(plot, "s", (enum limen_style)style, style - 1);
        plot->series[series].inset = style == LIMEN_DASHED;
        for (size_t r = 0; r < 3 && i < sizeof data / sizeof *data; r++) {
          const double *row = data[i][r];
          limen_plot_point(plot, series, row[0], row[1], row[2], row[3]);
        }
      }
      limen_plot_mark(plot, 0.57, 0.32, "mark");
      limen_plot_mark(plot, -1, INFINITY, "never");
      struct limen_error error = {0};
      if (limen_plot_write(plot, folder, &error) != LIMEN_OK)
        fail_msg("data %zu, scale %d: %s", i, scale, error.text);
      char *svg = read_text(folder, "odd.svg");
      assert_has(svg, "</svg>");
      if (i == sizeof data / sizeof *data) assert_has(svg, "<text>no data</text>");
      limen_free(svg);
      limen_plot_free(plot);
    }
  }
  assert_int_equal(limen_folder_remove(folder, NULL), LIMEN_OK);
}

static void test_draw_hostile(void **state) {
  (void)state;
  if (!has_gnuplot()) skip();
  static const char hostile[] =
      "'; system('touch x') @DATA; \"`touch x`\" $(x) @M {/A a}^2_3 %d \\n <b>&amp; @DATA\n";
  char folder[] = "/tmp/limen_plot_XXXXXX";
  assert_non_null(mkdtemp(folder));
  struct limen_plot *plot = limen_plot_alloc("hostile", hostile, hostile, hostile);
  size_t series = limen_plot_series(plot, hostile, LIMEN_POINTS, 0);
  limen_plot_point(plot, series, 0.11, 0.32, 0.3, 0.57);
  limen_plot_mark(plot, 0.11, 0.32, hostile);
  char *svg = draw(plot, folder);
  /* Every character as it was given; gnuplot escapes it for XML. */
  assert_has(
      svg,
      "'; system('touch x') @DATA; \"`touch x`\" $(x) @M {/A a}^2_3 %d \\n &lt;b>&amp;amp; @DATA");
  limen_free(svg);
  char **names;
  size_t count;
  assert_int_equal(limen_folder_list(folder, &names, &count, NULL), LIMEN_OK);
  assert_int_equal(count, 4); /* the plot's own files and nothing that a command left */
  limen_folder_list_free(names, count);
  limen_plot_free(plot);
  assert_int_equal(limen_folder_remove(folder, NULL), LIMEN_OK);
}

static void test_draw_failure(void **state) {
  (void)state;
  struct limen_plot *plot = limen_plot_alloc("p", "c", "x", "y");
  struct limen_error error = {0};
  assert_int_equal(limen_plot_write(plot, "/dev/null", &error), LIMEN_FAILED);
  assert_has(error.text, "cannot make the folder /dev/null");
  /* Without gnuplot the error names it, and nothing is left behind. */
  char folder[] = "/tmp/limen_plot_XXXXXX";
  assert_non_null(mkdtemp(folder));
  char *path = limen_copy_text(getenv("PATH"), NULL);
  assert_int_equal(setenv("PATH", "/nonexistent", 1), 0);
  assert_int_equal(limen_plot_write(plot, folder, &error), LIMEN_FAILED);
  assert_int_equal(setenv("PATH", path ? path : "/usr/bin", 1), 0);
  assert_has(error.text, "cannot draw the plot p: cannot start gnuplot");
  char **names;
  size_t count;
  assert_int_equal(limen_folder_list(folder, &names, &count, NULL), LIMEN_OK);
  assert_int_equal(count, 0);
  limen_folder_list_free(names, count);
  limen_free(path);
  limen_plot_free(plot);
  assert_int_equal(limen_folder_remove(folder, NULL), LIMEN_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_axes_linear),  cmocka_unit_test(test_axes_log),
      cmocka_unit_test(test_axes_logit),   cmocka_unit_test(test_axes_odd),
      cmocka_unit_test(test_text_width),   cmocka_unit_test(test_inset_place),
      cmocka_unit_test(test_notes_place),  cmocka_unit_test(test_key_flows),
      cmocka_unit_test(test_remarks),      cmocka_unit_test(test_data),
      cmocka_unit_test(test_names),        cmocka_unit_test(test_draw_odd),
      cmocka_unit_test(test_draw_hostile), cmocka_unit_test(test_draw_failure),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
