/* Plots with names on the vertical axis: forests. */
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
#include "report/palette.h"
#include "report/plot_layout.h"
#include "report/plot_place.h"
#include "report/plot_script.h"
#include "report/svg_inline.h"

static const char hostile[] = "'; system('x') @DATA \"`x`\" %d {/A a}^2 \\n <b>&amp;";

static void assert_has(const char *text, const char *part) {
  if (!strstr(text, part)) fail_msg("\"%s\" is missing in: %.3000s", part, text);
}

static void assert_lacks(const char *text, const char *part) {
  if (strstr(text, part)) fail_msg("\"%s\" must not stand in: %.3000s", part, text);
}

/* Three rows, a null band and `abreast` series that stand side by side around each row. */
static struct limen_plot *forest(const char *first, size_t abreast) {
  struct limen_plot *plot = limen_plot_alloc("forest", "c", "effect", "");
  const char *const names[] = {first, "by_category", "block_shuffle_8192"};
  static const double effect[] = {0.11, -3.2, 0.57};
  for (size_t i = 0; i < 3; i++) limen_plot_row(plot, names[i]);
  plot->x_line = 0;
  size_t band = limen_plot_series(plot, "null", LIMEN_BAND, -1);
  limen_plot_point(plot, band, NAN, NAN, -0.46, 0.46);
  for (size_t s = 0; s < abreast; s++) {
    size_t series = limen_plot_series(plot, "ours", LIMEN_POINTS, (int)s);
    double aside = 0.6 * ((double)s + 0.5) / (double)abreast - 0.3;
    for (size_t i = 0; i < 3; i++)
      limen_plot_point(plot, series, effect[i], (double)i + aside, effect[i] - 0.32,
                       effect[i] + 0.41);
  }
  return plot;
}

static void lay_out(const struct limen_plot *plot, struct limen_layout *layout) {
  struct limen_error error = {0};
  if (limen_layout_make(layout, plot, &error) != LIMEN_OK) fail_msg("%s", error.text);
}

/* ---- layout ---- */

static void test_rows_from_the_top(void **state) {
  (void)state;
  struct limen_plot *plot = forest("as_given", 1);
  struct limen_layout layout;
  lay_out(plot, &layout);
  double height = layout.plot.bottom - layout.plot.top;
  for (size_t i = 0; i < 3; i++) {
    double y = limen_layout_y(&layout, false, (double)i);
    assert_true(fabs(y - (layout.plot.top + height * ((double)i + 0.5) / 3)) < 1e-9);
  }
  /* Bars, band and line all lie within the axis. */
  assert_true(layout.x.min <= -3.52 && layout.x.max >= 0.98);
  double x = limen_layout_x(&layout, false, -3.2);
  assert_true(x > layout.plot.left && x < limen_layout_x(&layout, false, 0));
  limen_layout_clear(&layout);
  /* The line belongs to the axis even where no value comes near it. */
  plot->x_line = 5.7;
  lay_out(plot, &layout);
  assert_true(layout.x.max >= 5.7);
  limen_layout_clear(&layout);
  limen_plot_free(plot);
}

/* The left margin holds the longest name, up to a part of the plot; what is longer is cut. */
static void test_names_fit(void **state) {
  (void)state;
  static const char longest[] =
      "a name that goes on and on, and still goes on, past every margin there could be for it";
  const char *const names[] = {"as_given", "faiss, batch = 1, levels = library, ef = 40", longest};
  double left = 0;
  for (size_t i = 0; i < 3; i++) {
    struct limen_plot *plot = forest(names[i], 1);
    struct limen_layout layout;
    lay_out(plot, &layout);
    double width = limen_text_width(names[i], LIMEN_LABEL_MOST, LIMEN_PLOT_FONT);
    size_t most = limen_layout_fits(names[i], layout.names_width, LIMEN_PLOT_FONT);
    assert_true(layout.plot.left >= left);
    assert_true(limen_text_width(names[i], most, LIMEN_PLOT_FONT) <= layout.plot.left - 8);
    assert_true(layout.plot.left < LIMEN_PLOT_WIDTH / 2.0);
    if (i < 2) assert_true(most >= strlen(names[i]) && width < layout.plot.left - 8);
    if (i == 2) assert_true(most < strlen(longest));
    left = layout.plot.left;
    struct limen_text script = {0};
    limen_plot_script(&script, plot, &layout);
    if (i == 2) assert_lacks(script.data, longest);
    assert_has(script.data, i == 2 ? "'a name that goes on and on, and still " : names[i]);
    limen_text_clear(&script);
    limen_layout_clear(&layout);
    limen_plot_free(plot);
  }
}

static void test_height_grows(void **state) {
  (void)state;
  double one_series, height;
  struct limen_layout layout;
  struct limen_plot *plot = forest("as_given", 1);
  lay_out(plot, &layout);
  one_series = height = layout.height;
  limen_layout_clear(&layout);
  for (size_t i = 0; i < 9; i++) {
    limen_plot_row(plot, "one more");
    lay_out(plot, &layout);
    assert_true(layout.height > height || i == 0);
    height = layout.height;
    limen_layout_clear(&layout);
  }
  assert_true(height > one_series + 100);
  limen_plot_free(plot);
  /* Series stand side by side: they need more of a row, and markers stay apart. */
  plot = forest("as_given", 4);
  lay_out(plot, &layout);
  assert_true(layout.height > one_series);
  assert_true(limen_layout_y(&layout, false, 0.15) - limen_layout_y(&layout, false, 0) > 9);
  limen_layout_clear(&layout);
  limen_plot_free(plot);
}

/* A note keeps away from bars, which lie along x. */
static void test_ink_lies_along_x(void **state) {
  (void)state;
  struct limen_plot *plot = forest("as_given", 1);
  struct limen_layout layout;
  struct limen_ink ink = {0};
  lay_out(plot, &layout);
  assert_int_equal(limen_ink_gather(&ink, &layout, plot, NULL), LIMEN_OK);
  double y = limen_layout_y(&layout, false, 1), low = limen_layout_x(&layout, false, -3.5),
         high = limen_layout_x(&layout, false, -3.25);
  assert_true(limen_ink_inside(&ink, &(struct limen_box){low, y - 2, high, y + 2}) > 0);
  assert_int_equal(limen_ink_inside(&ink, &(struct limen_box){low, y - 20, high, y - 4}), 0);
  limen_ink_clear(&ink);
  limen_layout_clear(&layout);
  limen_plot_free(plot);
}

static void test_remarks(void **state) {
  (void)state;
  struct limen_plot *plot = forest("as_given", 1);
  struct limen_text out = {0};
  limen_plot_point(plot, 1, NAN, 1, NAN, NAN); /* a gap */
  assert_int_equal(limen_plot_remarks(plot, &out, NULL), LIMEN_OK);
  assert_string_equal(limen_text_string(&out), "");
  limen_plot_point(plot, 1, INFINITY, 1, NAN, NAN);
  limen_plot_point(plot, 1, 0.32, 3.2, NAN, NAN); /* below the last row */
  plot->x_min = -1;
  assert_int_equal(limen_plot_remarks(plot, &out, NULL), LIMEN_OK);
  assert_string_equal(out.data,
                      "1 value is not shown: infinite, or no share between 0 and 1. 2 values lie "
                      "outside the axes.");
  limen_text_clear(&out);
  limen_plot_free(plot);
}

/* ---- script ---- */

static void test_script(void **state) {
  (void)state;
  struct limen_plot *plot = forest(hostile, 2);
  struct limen_layout layout;
  struct limen_text script = {0};
  lay_out(plot, &layout);
  limen_plot_script(&script, plot, &layout);
  assert_has(script.data, "set yrange [2.5:-0.5]");
  assert_has(script.data, "set ytics nomirror out scale 0 ('' 0.5, '' 1.5)\n");
  assert_has(script.data, "set label 'by_category' at screen ");
  /* Names are labels in single quotes: tics would look for formats in them. */
  assert_has(script.data,
             "set label ''.APOSTROPHE.'; system('.APOSTROPHE.'x'.APOSTROPHE.') "
             "@DATA \"`x`\" %d {/A a}^2 \\n <b>&amp;' at screen");
  assert_has(script.data,
             "DATA index 0 using (has($3, $4) ? x_end($3) : NaN):(0):(x_end($3)):"
             "(x_end($4)):(-0.5):(2.5) with boxxyerror");
  assert_has(script.data,
             "DATA index 2 using (has($3, $4) ? x_of($1) : NaN):(y_of($2)):"
             "(x_end($3)):(x_end($4)) with xerrorbars");
  assert_lacks(script.data, "with yerrorbars");
  assert_lacks(script.data, "filledcurves");
  char line[80];
  double at = limen_layout_x(&layout, false, 0) / LIMEN_PLOT_WIDTH;
  snprintf(line, sizeof line, "set arrow from screen %.5f,", at);
  assert_has(script.data, line);
  limen_text_clear(&script);
  plot->x_line = NAN;
  limen_plot_script(&script, plot, &layout);
  assert_lacks(script.data, line);
  limen_text_clear(&script);
  limen_layout_clear(&layout);
  limen_plot_free(plot);
}

static void test_rows_without_points(void **state) {
  (void)state;
  struct limen_plot *plot = limen_plot_alloc("forest", "c", "x", "");
  struct limen_layout layout;
  limen_plot_row(plot, "alone");
  lay_out(plot, &layout);
  assert_true(layout.empty);
  limen_layout_clear(&layout);
  limen_plot_free(plot);
}

/* ---- drawing ---- */

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
  char *svg[2];
  for (int i = 0; i < 2; i++) {
    if (limen_plot_write(plot, folder, &error) != LIMEN_OK) fail_msg("%s", error.text);
    svg[i] = read_text(folder, "forest.svg");
  }
  assert_string_equal(svg[0], svg[1]);
  limen_free(svg[1]);
  return svg[0];
}

static void test_draw(void **state) {
  (void)state;
  if (!has_gnuplot()) skip();
  char folder[] = "/tmp/limen_plot_XXXXXX";
  assert_non_null(mkdtemp(folder));
  struct limen_plot *plot = forest(hostile, 2);
  char *svg = draw(plot, folder);
  assert_has(svg, "'; system('x') @DATA \"`x`\" %d {/A a}^2 \\n &lt;b>&amp;amp;");
  assert_has(svg, "by_category");
  /* On a page: colours are variables, and values under the mouse name their row. */
  struct limen_text page = {0};
  struct limen_error error = {0};
  if (limen_svg_inline(&page, svg, plot, &error) != LIMEN_OK) fail_msg("%s", error.text);
  assert_has(page.data, "<title>ours\nby_category\neffect: -3.2 (-3.52 to -2.79)</title>");
  assert_has(page.data, "&lt;b&gt;&amp;amp;\neffect: 0.11 (-0.21 to 0.52)</title>");
  assert_lacks(page.data, limen_palette_slot(0));
  assert_has(page.data, "var(--s0)");
  limen_text_clear(&page);
  limen_free(svg);
  char **names;
  size_t count;
  assert_int_equal(limen_folder_list(folder, &names, &count, NULL), LIMEN_OK);
  assert_int_equal(count, 4); /* nothing that a command left */
  limen_folder_list_free(names, count);
  limen_plot_free(plot);
  assert_int_equal(limen_folder_remove(folder, NULL), LIMEN_OK);
}

static void test_draw_odd(void **state) {
  (void)state;
  if (!has_gnuplot()) skip();
  static const double odd[][4] = {{NAN, NAN, NAN, NAN},
                                  {0.57, 0, 0.57, 0.57},
                                  {INFINITY, 0, -INFINITY, 3},
                                  {1e140, 0.3, -1e145, 1e145},
                                  {-0.32, 7, NAN, 0.11}};
  char folder[] = "/tmp/limen_plot_XXXXXX";
  assert_non_null(mkdtemp(folder));
  for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
    struct limen_plot *plot = limen_plot_alloc("forest", "c", "x", "");
    limen_plot_row(plot, "");
    plot->x_line = odd[i][0];
    for (int style = LIMEN_POINTS; style <= LIMEN_HOLLOW; style++) {
      size_t series = limen_plot_series(plot, "s", (enum limen_style)style, style - 1);
      limen_plot_point(plot, series, odd[i][0], odd[i][1], odd[i][2], odd[i][3]);
    }
    limen_plot_mark(plot, odd[i][0], odd[i][1], "mark");
    char *svg = draw(plot, folder);
    assert_has(svg, "</svg>");
    if (i == 0) assert_has(svg, "<text>no data</text>");
    limen_free(svg);
    limen_plot_free(plot);
  }
  assert_int_equal(limen_folder_remove(folder, NULL), LIMEN_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rows_from_the_top),
      cmocka_unit_test(test_names_fit),
      cmocka_unit_test(test_height_grows),
      cmocka_unit_test(test_ink_lies_along_x),
      cmocka_unit_test(test_remarks),
      cmocka_unit_test(test_script),
      cmocka_unit_test(test_rows_without_points),
      cmocka_unit_test(test_draw),
      cmocka_unit_test(test_draw_odd),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
