/* The script sets everything by hand that gnuplot would otherwise choose: ranges, tics, margins and
 * the key. It reads as a story: the look, the axes, the key and notes, then the drawing itself,
 * once for each of the two formats. Text of others appears only in single-quoted strings. */
#include "report/plot_script.h"

#include <math.h>

#include "report/escape.h"
#include "report/palette.h"

static void add_number(struct limen_text *out, double value) {
  char number[LIMEN_NUMBER_SIZE];
  limen_text_add(out, isfinite(value) ? limen_number(value, number) : "NaN");
}

/* "screen 0.1234,0.5678" from pixels. */
static void add_screen(struct limen_text *out, const struct limen_layout *layout, double x,
                       double y) {
  limen_text_print(out, "screen %.5f,%.5f", x / LIMEN_PLOT_WIDTH, 1 - y / layout->height);
}

/* At most `most` characters of the text. */
static void add_label_cut(struct limen_text *out, const struct limen_layout *layout,
                          const char *text, size_t most, double x, double y, int align,
                          const char *colour, int size) {
  limen_text_add(out, "set label ");
  limen_gnuplot_quote(out, text, most);
  limen_text_add(out, " at ");
  add_screen(out, layout, x, y);
  limen_text_print(out, " %s noenhanced front font ',%d' tc rgb '%s'\n",
                   align < 0    ? "left"
                   : align == 0 ? "center"
                                : "right",
                   size, colour);
}

static void add_label(struct limen_text *out, const struct limen_layout *layout, const char *text,
                      double x, double y, int align, const char *colour, int size) {
  add_label_cut(out, layout, text, LIMEN_LABEL_MOST, x, y, align, colour, size);
}

/* ---- axes ---- */

static void add_tics(struct limen_text *out, char name, const struct limen_axis *axis, int size) {
  limen_text_print(out, "set %ctics nomirror out scale 0,0.4 font ',%d' tc rgb '%s' (", name, size,
                   limen_colour_muted);
  for (size_t i = 0; i < axis->n_tics; i++) {
    const struct limen_tic *tic = &axis->tic[i];
    if (i > 0) limen_text_add(out, ", ");
    limen_gnuplot_quote(out, tic->label, LIMEN_LABEL_MOST);
    limen_text_add(out, " ");
    add_number(out, axis->scale == LIMEN_LOG ? tic->at : limen_axis_map(axis, tic->at));
    if (tic->minor) limen_text_add(out, " 1");
  }
  limen_text_add(out, ")\n");
}

static void add_axis(struct limen_text *out, char name, const struct limen_axis *axis, int size) {
  bool log_scale = axis->scale == LIMEN_LOG;
  limen_text_print(out, "%s logscale %c%s\n", log_scale ? "set" : "unset", name,
                   log_scale ? " 10" : "");
  limen_text_print(out, "set %crange [", name);
  add_number(out, log_scale ? axis->min : limen_axis_map(axis, axis->min));
  limen_text_add(out, ":");
  add_number(out, log_scale ? axis->max : limen_axis_map(axis, axis->max));
  limen_text_add(out, "]\n");
  add_tics(out, name, axis, size);
  /* What a value becomes, and a bar's end cut off at the end of the axis. */
  if (axis->scale == LIMEN_LOGIT) {
    char low[LIMEN_NUMBER_SIZE], high[LIMEN_NUMBER_SIZE];
    limen_number(axis->min, low);
    limen_number(axis->max, high);
    limen_text_print(out,
                     "%c_pin(p) = p < %s ? %s : p > %s ? %s : p\n"
                     "%c_of(p) = p >= 0 && p <= 1 ? log(%c_pin(p) / (1 - %c_pin(p))) : NaN\n"
                     "%c_end(p) = %c_of(p)\n",
                     name, low, low, high, high, name, name, name, name, name);
    return;
  }
  limen_text_print(out, "%c_of(v) = v\n%c_end(v) = v < ", name, name);
  add_number(out, axis->min);
  limen_text_add(out, " ? ");
  add_number(out, axis->min);
  limen_text_add(out, " : v > ");
  add_number(out, axis->max);
  limen_text_add(out, " ? ");
  add_number(out, axis->max);
  limen_text_add(out, " : v\n");
}

/* Between a name and the axis: a marker at the axis must not touch the name. */
static const double NAMES_GAP = 13;

/* Names in place of numbers. They are labels, not labels of tics, in which gnuplot would look for
 * formats. The lines stand between the rows: they hold together what belongs to one name. */
static void add_names(struct limen_text *out, const struct limen_plot *plot,
                      const struct limen_layout *layout) {
  limen_text_print(out,
                   "unset logscale y\nset yrange [%zu.5:-0.5]\ny_of(v) = v\n"
                   "set ytics nomirror out scale 0 (",
                   plot->n_rows - 1);
  for (size_t i = 0; i + 1 < plot->n_rows; i++)
    limen_text_print(out, "%s'' %zu.5", i > 0 ? ", " : "", i);
  limen_text_add(out, plot->n_rows > 1 ? ")\n" : "'' -1)\n");
  for (size_t i = 0; i < plot->n_rows; i++)
    add_label_cut(out, layout, plot->row[i],
                  limen_layout_fits(plot->row[i], layout->names_width, LIMEN_PLOT_FONT),
                  layout->plot.left - NAMES_GAP, limen_layout_y(layout, false, (double)i), 1,
                  limen_colour_ink, LIMEN_PLOT_FONT);
}

static void add_area(struct limen_text *out, const struct limen_layout *layout,
                     const struct limen_box *box) {
  limen_text_print(out,
                   "set lmargin at screen %.5f\nset rmargin at screen %.5f\n"
                   "set tmargin at screen %.5f\nset bmargin at screen %.5f\n",
                   box->left / LIMEN_PLOT_WIDTH, box->right / LIMEN_PLOT_WIDTH,
                   1 - box->top / layout->height, 1 - box->bottom / layout->height);
}

/* ---- the key and the notes ---- */

static bool has_marker(enum limen_style style) {
  return style == LIMEN_POINTS || style == LIMEN_LINE_POINTS || style == LIMEN_HOLLOW;
}

static void add_sample(struct limen_text *out, const struct limen_layout *layout,
                       const struct limen_series *series, double x, double y) {
  const char *colour = limen_palette_slot(series->colour);
  if (series->style == LIMEN_BAND) {
    limen_text_add(out, "set object rectangle from ");
    add_screen(out, layout, x, y + 6);
    limen_text_add(out, " to ");
    add_screen(out, layout, x + LIMEN_KEY_SAMPLE, y - 6);
    limen_text_print(out, " front fc rgb '%s' fs transparent solid 0.2 noborder\n", colour);
    return;
  }
  if (series->style != LIMEN_POINTS && series->style != LIMEN_HOLLOW) {
    limen_text_add(out, "set arrow from ");
    add_screen(out, layout, x, y);
    limen_text_add(out, " to ");
    add_screen(out, layout, x + LIMEN_KEY_SAMPLE, y);
    limen_text_print(out, " nohead front lc rgb '%s' lw 2 dt %s\n", colour,
                     series->style == LIMEN_DASHED ? limen_palette_dash(series->colour) : "solid");
  }
  if (has_marker(series->style)) {
    limen_text_add(out, "set label '' at ");
    add_screen(out, layout, x + LIMEN_KEY_SAMPLE / 2.0, y);
    limen_text_print(out, " front point pt %d ps 0.95 lw 1.5 lc rgb '%s'\n",
                     limen_palette_marker(series->colour, series->style == LIMEN_HOLLOW), colour);
  }
}

static void add_key(struct limen_text *out, const struct limen_plot *plot,
                    const struct limen_layout *layout) {
  for (size_t i = 0; i < layout->n_key; i++) {
    const struct limen_key_entry *entry = &layout->key[i];
    const struct limen_series *series = &plot->series[entry->series];
    add_sample(out, layout, series, entry->x, entry->y);
    add_label(out, layout, series->label, entry->x + LIMEN_KEY_SAMPLE + 8, entry->y, -1,
              limen_colour_ink, LIMEN_PLOT_FONT);
  }
}

/* A thin line from a point to its note, when the note could not stand right beside it. */
static void add_leader(struct limen_text *out, const struct limen_layout *layout,
                       const struct limen_mark *mark, const struct limen_note_place *place) {
  double x = limen_layout_x(layout, false, mark->x), y = limen_layout_y(layout, false, mark->y);
  double wide = place->x - x, high = place->y - y, length = hypot(wide, high);
  if (length < 20) return;
  double from = 7 / length, to = place->align == 0 ? 1 - 10 / length : 1 - 3 / length;
  limen_text_add(out, "set arrow from ");
  add_screen(out, layout, x + from * wide, y + from * high);
  limen_text_add(out, " to ");
  add_screen(out, layout, x + to * wide, y + to * high);
  limen_text_print(out, " nohead front lc rgb '%s' lw 1\n", limen_colour_muted);
}

static void add_notes(struct limen_text *out, const struct limen_plot *plot,
                      const struct limen_layout *layout) {
  for (size_t i = 0; i < plot->n_marks; i++) {
    const struct limen_note_place *place = &layout->notes[i];
    if (!place->shown) continue;
    add_leader(out, layout, &plot->marks[i], place);
    add_label(out, layout, plot->marks[i].text, place->x, place->y, place->align, limen_colour_ink,
              LIMEN_PLOT_FONT - 1);
  }
  if (layout->empty)
    add_label(out, layout, "no data", (layout->plot.left + layout->plot.right) / 2,
              (layout->plot.top + layout->plot.bottom) / 2, 0, limen_colour_muted, 18);
}

static void add_titles(struct limen_text *out, const struct limen_plot *plot,
                       const struct limen_layout *layout) {
  const struct limen_box *box = &layout->plot;
  add_label(out, layout, plot->y_label, 2, box->top - 26, -1, limen_colour_ink, LIMEN_PLOT_FONT);
  add_label(out, layout, plot->x_label, (box->left + box->right) / 2, box->bottom + 44, 0,
            limen_colour_ink, LIMEN_PLOT_FONT);
  if (!layout->has_inset) return;
  const struct limen_box *frame = &layout->inset_frame;
  double x = layout->inset_below ? 2 : frame->left + 12, y = frame->top + 14;
  int size = layout->inset_below ? LIMEN_PLOT_FONT : LIMEN_PLOT_SMALL;
  if (plot->inset_title && *plot->inset_title)
    add_label(out, layout, plot->inset_title, x, y, -1, limen_colour_ink, size);
  if (plot->inset_y_label && *plot->inset_y_label) {
    double width = layout->inset_below
                       ? 24 + limen_text_width(plot->inset_title ? plot->inset_title : "",
                                               LIMEN_LABEL_MOST, size)
                       : 0;
    add_label(out, layout, plot->inset_y_label, x + width, y + (layout->inset_below ? 0 : 15), -1,
              limen_colour_muted, LIMEN_PLOT_SMALL);
  }
}

/* ---- drawing ---- */

/* One element of the plot command; bands come first, then lines, then markers on top. */
enum pass { PASS_BANDS, PASS_LINES, PASS_BARS, PASS_HALOS, PASS_MARKERS, PASSES };

/* The two elements that lie along x where rows have names. */
static void add_element_along(struct limen_text *out, const struct limen_series *series,
                              size_t index, size_t rows, enum pass pass) {
  const char *colour = limen_palette_slot(series->colour);
  if (pass == PASS_BANDS && series->style == LIMEN_BAND)
    limen_text_print(out,
                     ", \\\n  DATA index %zu using (has($3, $4) ? x_end($3) : NaN):(0):(x_end($3)):"
                     "(x_end($4)):(-0.5):(%zu.5) with boxxyerror lc rgb '%s' "
                     "fs transparent solid 0.2 noborder notitle",
                     index, rows - 1, colour);
  if (pass == PASS_BARS && series->style != LIMEN_BAND)
    limen_text_print(out,
                     ", \\\n  DATA index %zu using (has($3, $4) ? x_of($1) : NaN):(y_of($2)):"
                     "(x_end($3)):(x_end($4)) with xerrorbars lc rgb '%s' lw 1.2 pt -1 notitle",
                     index, colour);
}

static void add_element(struct limen_text *out, const struct limen_series *series, size_t index,
                        enum pass pass) {
  enum limen_style style = series->style;
  const char *colour = limen_palette_slot(series->colour);
  bool line = style == LIMEN_LINE || style == LIMEN_LINE_POINTS || style == LIMEN_DASHED;
  bool drawn = pass == PASS_BANDS   ? style == LIMEN_BAND
               : pass == PASS_LINES ? line
               : pass == PASS_HALOS
                   ? style == LIMEN_HOLLOW
                   : style != LIMEN_BAND && (pass == PASS_BARS || has_marker(style));
  if (!drawn) return;
  const char *x = pass == PASS_BARS ? "has($3, $4) ? x_of($1) : NaN" : "x_of($1)";
  limen_text_print(out, ", \\\n  DATA index %zu using (%s):", index, x);
  int hollow = style == LIMEN_HOLLOW;
  double size = series->inset ? 0.6 : 0.9;
  switch (pass) {
    case PASS_BANDS:
      limen_text_print(out,
                       "(y_end($3)):(y_end($4)) with filledcurves lc rgb '%s' "
                       "fs transparent solid 0.2 noborder",
                       colour);
      break;
    case PASS_LINES:
      limen_text_print(out, "(y_of($2)) with lines lc rgb '%s' lw %s dt %s", colour,
                       series->inset ? "1.5" : "2",
                       style == LIMEN_DASHED ? limen_palette_dash(series->colour) : "solid");
      break;
    case PASS_BARS:
      limen_text_print(
          out, "(y_of($2)):(y_end($3)):(y_end($4)) with yerrorbars lc rgb '%s' lw 1.2 pt -1",
          colour);
      break;
    case PASS_HALOS:
      limen_text_print(out, "(y_of($2)) with points pt %d ps %g lc rgb '%s'",
                       limen_palette_marker(series->colour, 0), size, limen_colour_paper);
      break;
    default:
      limen_text_print(out, "(y_of($2)) with points pt %d ps %g lw 1.5 lc rgb '%s'",
                       limen_palette_marker(series->colour, hollow), size, colour);
  }
  limen_text_add(out, " notitle");
}

static void add_plot(struct limen_text *out, const struct limen_plot *plot, bool inset) {
  limen_text_add(out, "plot NaN notitle");
  for (enum pass pass = 0; pass < PASSES; pass++)
    for (size_t s = 0; s < plot->count; s++) {
      const struct limen_series *series = &plot->series[s];
      if (series->inset != inset) continue;
      if (plot->n_rows > 0 && (pass == PASS_BANDS || pass == PASS_BARS))
        add_element_along(out, series, s, plot->n_rows, pass);
      else
        add_element(out, series, s, pass);
    }
  limen_text_add(out, "\n");
}

/* The vertical line, behind everything that is data. */
static void add_x_line(struct limen_text *out, const struct limen_plot *plot,
                       const struct limen_layout *layout) {
  if (layout->empty || !limen_axis_shows(plot->x_scale, plot->x_line)) return;
  double f = limen_axis_fraction(&layout->x, plot->x_line);
  if (!(f >= 0 && f <= 1)) return;
  double x = limen_layout_x(layout, false, plot->x_line);
  limen_text_add(out, "set arrow from ");
  add_screen(out, layout, x, layout->plot.top);
  limen_text_add(out, " to ");
  add_screen(out, layout, x, layout->plot.bottom);
  limen_text_print(out, " nohead back lc rgb '%s' lw 1.5\n", limen_colour_muted);
}

static void add_frame(struct limen_text *out, const struct limen_layout *layout) {
  if (!layout->has_inset || layout->inset_below) return;
  const struct limen_box *frame = &layout->inset_frame;
  limen_text_add(out, "set object rectangle from ");
  add_screen(out, layout, frame->left, frame->bottom);
  limen_text_add(out, " to ");
  add_screen(out, layout, frame->right, frame->top);
  limen_text_print(out, " front fc rgb '%s' fs solid 1 border lc rgb '%s' lw 1\n",
                   limen_colour_paper, limen_colour_grid);
}

static void add_drawing(struct limen_text *out, const struct limen_plot *plot,
                        const struct limen_layout *layout) {
  if (layout->has_inset) limen_text_add(out, "set multiplot\n");
  add_area(out, layout, &layout->plot);
  add_axis(out, 'x', &layout->x, LIMEN_PLOT_FONT);
  if (layout->rows > 0)
    add_names(out, plot, layout);
  else
    add_axis(out, 'y', &layout->y, LIMEN_PLOT_FONT);
  add_x_line(out, plot, layout);
  add_frame(out, layout);
  add_key(out, plot, layout);
  add_notes(out, plot, layout);
  if (!layout->has_inset) add_titles(out, plot, layout);
  add_plot(out, plot, false);
  limen_text_add(out, "unset label\nunset arrow\nunset object\n");
  if (!layout->has_inset) return;
  add_area(out, layout, &layout->inset);
  add_axis(out, 'x', &layout->inset_x, LIMEN_PLOT_SMALL);
  add_axis(out, 'y', &layout->inset_y, LIMEN_PLOT_SMALL);
  add_titles(out, plot, layout);
  add_plot(out, plot, true);
  limen_text_add(out, "unset label\nunset multiplot\n");
}

void limen_plot_script(struct limen_text *out, const struct limen_plot *plot,
                       const struct limen_layout *layout) {
  limen_text_print(out,
                   "# Draws %s.svg and %s.png from %s.dat; run `gnuplot -d %s.gp` in this folder.\n"
                   "set encoding utf8\n"
                   "APOSTROPHE = \"'\" # no quoted string can hold it safely\n"
                   "DATA = '%s.dat'\n"
                   "set key off\nset border 3 lc rgb '%s' lw 1\n"
                   "set grid xtics ytics nomxtics nomytics back lt 1 lc rgb '%s' lw 1\n"
                   "set clip one\nset clip two\nset errorbars 0.5\n"
                   "has(a, b) = a == a && b == b # NaN is not even itself: no bar\n\n",
                   plot->name, plot->name, plot->name, plot->name, plot->name, limen_colour_axis,
                   limen_colour_grid);
  limen_text_print(out,
                   "set terminal svg noenhanced size %d,%.0f background rgb '%s' "
                   "font 'Helvetica,%d' name '%s'\nset output '%s.svg'\n",
                   LIMEN_PLOT_WIDTH, layout->height, limen_colour_paper, LIMEN_PLOT_FONT,
                   plot->name, plot->name);
  add_drawing(out, plot, layout);
  limen_text_print(out,
                   "unset output\n\n"
                   "set terminal pngcairo noenhanced size %d,%.0f background rgb '%s' "
                   "font 'Helvetica,%d' fontscale 1.5 linewidth 2 pointscale 2\n"
                   "set output '%s.png'\n",
                   2 * LIMEN_PLOT_WIDTH, 2 * layout->height, limen_colour_paper, LIMEN_PLOT_FONT,
                   plot->name);
  add_drawing(out, plot, layout);
  limen_text_add(out, "unset output\n");
}

void limen_plot_data(struct limen_text *out, const struct limen_plot *plot) {
  limen_text_add(out, "# x y lower upper\n");
  for (size_t s = 0; s < plot->count; s++) {
    const struct limen_series *series = &plot->series[s];
    if (s > 0) limen_text_add(out, "\n\n");
    limen_text_print(out, "# series %zu: ", s);
    limen_visible_add(out, series->label ? series->label : "", true);
    limen_text_add(out, "\n");
    for (size_t i = 0; i < series->count; i++) {
      const double row[] = {series->x[i], series->y[i], series->lower[i], series->upper[i]};
      for (size_t c = 0; c < 4; c++) {
        if (c > 0) limen_text_add(out, " ");
        add_number(out, row[c]);
      }
      limen_text_add(out, "\n");
    }
    if (series->count == 0) limen_text_add(out, "NaN NaN NaN NaN\n");
  }
}
