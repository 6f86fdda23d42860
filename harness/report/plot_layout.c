#include "report/plot_layout.h"

#include <math.h>

#include "base/memory.h"
#include "report/escape.h"
#include "report/plot_place.h"

/* Pixels. */
static const double PLOT_HEIGHT = 420, PANEL_HEIGHT = 150;
static const double TOP = 46;        /* the label of the y axis stands over it, set straight */
static const double UNDER_AXIS = 64; /* tic labels and the label of the x axis */
static const double NAMES_MOST = 0.45 * LIMEN_PLOT_WIDTH;           /* room for names of rows */
static const double ROW_HEIGHT = 14, ROW_GAP = 14, ROWS_LEAST = 90; /* of a row */
static const double KEY_ROW = 24, KEY_GAP = 22, EDGE = 26;

double limen_layout_x(const struct limen_layout *layout, bool inset, double value) {
  const struct limen_box *box = inset ? &layout->inset : &layout->plot;
  double f = limen_axis_fraction(inset ? &layout->inset_x : &layout->x, value);
  return box->left + f * (box->right - box->left);
}

double limen_layout_y(const struct limen_layout *layout, bool inset, double value) {
  const struct limen_box *box = inset ? &layout->inset : &layout->plot;
  double f = limen_axis_fraction(inset ? &layout->inset_y : &layout->y, value);
  return box->bottom - f * (box->bottom - box->top);
}

bool limen_layout_shows(const struct limen_layout *layout, const struct limen_series *series,
                        size_t i) {
  const struct limen_axis *x = series->inset ? &layout->inset_x : &layout->x;
  const struct limen_axis *y = series->inset ? &layout->inset_y : &layout->y;
  if (layout->rows > 0 && series->style == LIMEN_BAND)
    return limen_axis_shows(x->scale, series->lower[i]) &&
           limen_axis_shows(x->scale, series->upper[i]);
  if (!limen_axis_shows(x->scale, series->x[i])) return false;
  double fx = limen_axis_fraction(x, series->x[i]), slack = 1e-9;
  if (fx < -slack || fx > 1 + slack) return false;
  if (series->style == LIMEN_BAND)
    return limen_axis_shows(y->scale, series->lower[i]) &&
           limen_axis_shows(y->scale, series->upper[i]);
  if (!limen_axis_shows(y->scale, series->y[i])) return false;
  double fy = limen_axis_fraction(y, series->y[i]);
  return fy >= -slack && fy <= 1 + slack;
}

/* ---- axes ---- */

/* What the two axes have to show. Bars count, so that uncertainty is not cut off. */
static void gather_ranges(const struct limen_plot *plot, bool inset, enum limen_scale y_scale,
                          struct limen_range *x, struct limen_range *y) {
  for (size_t s = 0; s < plot->count; s++) {
    const struct limen_series *series = &plot->series[s];
    if (series->inset != inset) continue;
    for (size_t i = 0; i < series->count; i++) {
      bool band = series->style == LIMEN_BAND;
      if (!limen_axis_shows(plot->x_scale, series->x[i])) continue;
      if (!band && !limen_axis_shows(y_scale, series->y[i])) continue;
      limen_range_add(x, plot->x_scale, series->x[i]);
      if (!band) limen_range_add(y, y_scale, series->y[i]);
      limen_range_add(y, y_scale, series->lower[i]);
      limen_range_add(y, y_scale, series->upper[i]);
    }
  }
}

/* The same where rows have names: only x has something to show. */
static void gather_along(const struct limen_plot *plot, struct limen_range *x) {
  for (size_t s = 0; s < plot->count; s++) {
    const struct limen_series *series = &plot->series[s];
    for (size_t i = 0; i < series->count; i++) {
      bool band = series->style == LIMEN_BAND;
      if (!band && !(limen_axis_shows(plot->x_scale, series->x[i]) && isfinite(series->y[i])))
        continue;
      if (!band) limen_range_add(x, plot->x_scale, series->x[i]);
      limen_range_add(x, plot->x_scale, series->lower[i]);
      limen_range_add(x, plot->x_scale, series->upper[i]);
    }
  }
}

/* Room that the labels of the y axis need on its left. */
static double labels_width(const struct limen_axis *axis, double size) {
  double widest = 0;
  for (size_t i = 0; i < axis->n_tics; i++)
    if (!axis->tic[i].minor)
      widest = fmax(widest, limen_text_width(axis->tic[i].label, LIMEN_LABEL_MOST, size));
  return widest;
}

/* Notes on the last points, the ends of lines above all, are easiest to read right of them: make
 * room there, but never more than a third of the plot. */
static void widen_right_margin(struct limen_layout *layout, const struct limen_plot *plot) {
  double right = layout->plot.right, left = layout->plot.left;
  for (size_t i = 0; i < plot->n_marks; i++) {
    const struct limen_mark *mark = &plot->marks[i];
    if (!limen_axis_shows(plot->x_scale, mark->x) || !limen_axis_shows(plot->y_scale, mark->y))
      continue;
    double f = limen_axis_fraction(&layout->x, mark->x);
    if (f < 0.9 || f > 1) continue;
    double width = limen_text_width(mark->text, LIMEN_LABEL_MOST, LIMEN_PLOT_FONT - 1);
    right = fmin(right, left + (LIMEN_PLOT_WIDTH - 16 - width - left) / f);
  }
  layout->plot.right = fmax(right, left + (layout->plot.right - left) * 2 / 3);
}

size_t limen_layout_fits(const char *text, double width, double size) {
  size_t most = LIMEN_LABEL_MOST;
  while (most > 1 && limen_text_width(text, most, size) > width) most--;
  return most;
}

/* At how many heights around its row points stand: series side by side. */
static size_t heights_in_rows(const struct limen_plot *plot) {
  enum { MOST = 16 };
  double apart[MOST] = {0};
  size_t count = 0;
  for (size_t s = 0; s < plot->count; s++)
    for (size_t i = 0; i < plot->series[s].count; i++) {
      double y = plot->series[s].y[i], aside = y - round(y);
      size_t at = 0;
      if (plot->series[s].style == LIMEN_BAND || !isfinite(y)) continue;
      while (at < count && fabs(apart[at] - aside) > 1e-6) at++;
      if (at == count && count < MOST) apart[count++] = aside;
    }
  return count > 0 ? count : 1;
}

/* Names down the left side, as much room as they need, and rows high enough that points side by
 * side stand apart. */
static void fit_rows(struct limen_layout *layout, const struct limen_plot *plot) {
  double widest = 0, height = ROW_GAP + ROW_HEIGHT * (double)heights_in_rows(plot);
  for (size_t i = 0; i < plot->n_rows; i++)
    widest = fmax(widest, limen_text_width(plot->row[i], LIMEN_LABEL_MOST, LIMEN_PLOT_FONT));
  layout->y =
      (struct limen_axis){.scale = LIMEN_LINEAR, .min = (double)plot->n_rows - 0.5, .max = -0.5};
  layout->names_width = fmin(widest, NAMES_MOST);
  layout->plot.left = fmax(46, 25 + layout->names_width);
  if (!*plot->y_label) layout->plot.top = TOP / 2;
  layout->plot.bottom = layout->plot.top + fmax(ROWS_LEAST, height * (double)plot->n_rows);
}

static void fit_main(struct limen_layout *layout, const struct limen_plot *plot) {
  struct limen_range x = {0}, y = {0};
  layout->rows = plot->n_rows;
  if (layout->rows > 0)
    gather_along(plot, &x);
  else
    gather_ranges(plot, false, plot->y_scale, &x, &y);
  layout->empty = x.count == 0 || (y.count == 0 && layout->rows == 0);
  for (size_t i = 0; i < plot->n_marks && !layout->empty; i++) {
    if (!limen_axis_shows(plot->x_scale, plot->marks[i].x) ||
        !limen_axis_shows(plot->y_scale, plot->marks[i].y))
      continue;
    limen_range_add(&x, plot->x_scale, plot->marks[i].x);
    limen_range_add(&y, plot->y_scale, plot->marks[i].y);
  }
  if (!layout->empty) limen_range_add(&x, plot->x_scale, plot->x_line);
  if (plot->x_whole) x.fractional = false;
  limen_axis_fit(&layout->x, plot->x_scale, &x, plot->x_min, plot->x_max, 12);
  limen_axis_fit(&layout->y, plot->y_scale, &y, plot->y_min, plot->y_max,
                 plot->y_scale == LIMEN_LOG ? 12 : 8);
  layout->plot.left = fmax(46, 20 + labels_width(&layout->y, LIMEN_PLOT_FONT));
  layout->plot.right = LIMEN_PLOT_WIDTH - EDGE;
  layout->plot.top = TOP;
  layout->plot.bottom = TOP + PLOT_HEIGHT;
  if (layout->rows > 0) fit_rows(layout, plot);
  widen_right_margin(layout, plot);
  layout->height = layout->plot.bottom + UNDER_AXIS;
}

/* ---- the inset ---- */

static void fit_inset(struct limen_layout *layout, const struct limen_plot *plot,
                      const struct limen_ink *ink) {
  struct limen_range x = {0}, y = {0};
  gather_ranges(plot, true, LIMEN_LINEAR, &x, &y);
  layout->has_inset = false;
  if (layout->rows > 0) return;
  for (size_t s = 0; s < plot->count; s++) layout->has_inset |= plot->series[s].inset;
  if (!layout->has_inset) return;
  limen_axis_fit(&layout->inset_x, plot->x_scale, &x, NAN, NAN, 6);
  limen_axis_fit(&layout->inset_y, LIMEN_LINEAR, &y, NAN, NAN, 4);
  double left = 14 + labels_width(&layout->inset_y, LIMEN_PLOT_SMALL);
  double width = 0.42 * (layout->plot.right - layout->plot.left), height = 0.42 * PLOT_HEIGHT;
  layout->inset_below = !limen_place_inset(layout, ink, width, height, &layout->inset_frame);
  if (layout->inset_below) {
    layout->inset_frame =
        (struct limen_box){0, layout->height, LIMEN_PLOT_WIDTH, layout->height + PANEL_HEIGHT + 70};
    layout->height = layout->inset_frame.bottom;
    layout->inset = (struct limen_box){layout->plot.left, layout->inset_frame.top + 34,
                                       layout->plot.right, layout->inset_frame.bottom - 36};
    return;
  }
  const struct limen_box *frame = &layout->inset_frame;
  layout->inset = (struct limen_box){frame->left + left + 4, frame->top + 42, frame->right - 14,
                                     frame->bottom - 26};
}

/* ---- the key ---- */

/* Entries flow from left to right under the plot, as words do; a table of columns as wide as the
 * longest entry would waste most of its room. */
static int flow_key(struct limen_layout *layout, const struct limen_plot *plot,
                    struct limen_error *error) {
  layout->key = limen_alloc(plot->count, sizeof *layout->key, error);
  if (!layout->key) return LIMEN_FAILED;
  /* Names may take half the width from the plot; the key has all of it. */
  const double start = layout->rows > 0 ? 20 : layout->plot.left;
  double x = start, y = layout->height + 8;
  for (size_t s = 0; s < plot->count; s++) {
    const char *label = plot->series[s].label;
    if (!label || !*label) continue;
    double width =
        LIMEN_KEY_SAMPLE + 8 + limen_text_width(label, LIMEN_LABEL_MOST, LIMEN_PLOT_FONT);
    if (x > start && x + width > LIMEN_PLOT_WIDTH - 8) {
      x = start;
      y += KEY_ROW;
    }
    layout->key[layout->n_key++] = (struct limen_key_entry){s, x, y};
    x += width + KEY_GAP;
  }
  layout->height = layout->n_key > 0 ? y + 20 : layout->height + 2;
  return LIMEN_OK;
}

int limen_layout_make(struct limen_layout *layout, const struct limen_plot *plot,
                      struct limen_error *error) {
  struct limen_ink ink = {0};
  *layout = (struct limen_layout){0};
  fit_main(layout, plot);
  int status = limen_ink_gather(&ink, layout, plot, error);
  if (status != LIMEN_OK) goto done;
  fit_inset(layout, plot, &ink);
  if ((status = flow_key(layout, plot, error)) != LIMEN_OK) goto done;
  layout->notes = limen_alloc(plot->n_marks, sizeof *layout->notes, error);
  status = layout->notes ? limen_place_notes(layout, plot, &ink, error) : LIMEN_FAILED;
done:
  limen_ink_clear(&ink);
  return status;
}

void limen_layout_clear(struct limen_layout *layout) {
  limen_free(layout->key);
  limen_free(layout->notes);
  *layout = (struct limen_layout){0};
}
