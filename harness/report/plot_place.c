#include "report/plot_place.h"

#include <math.h>

#include "base/memory.h"
#include "report/escape.h"

/* ---- what is drawn where ---- */

static const double APART = 5; /* pixels between dots along a line: less than any text is high */

static int add_dot(struct limen_ink *ink, double x, double y, struct limen_error *error) {
  int status = limen_grow(&ink->dots, &ink->capacity, ink->count + 1, sizeof *ink->dots, error);
  if (status == LIMEN_OK) ink->dots[ink->count++] = (struct limen_dot){x, y};
  return status;
}

/* A line from one pixel to another, dots on it; at most as many as cross a whole plot, so that
 * points far outside the axes cost nothing. */
static int add_line(struct limen_ink *ink, struct limen_dot a, struct limen_dot b,
                    struct limen_error *error) {
  double length = hypot(b.x - a.x, b.y - a.y);
  size_t steps = length / APART < 400 ? (size_t)(length / APART) : 400;
  int status = LIMEN_OK;
  for (size_t i = 1; i < steps && status == LIMEN_OK; i++) {
    double t = (double)i / (double)steps;
    status = add_dot(ink, a.x + t * (b.x - a.x), a.y + t * (b.y - a.y), error);
  }
  return status;
}

static bool is_line(enum limen_style style) {
  return style == LIMEN_LINE || style == LIMEN_LINE_POINTS || style == LIMEN_DASHED;
}

/* The ends of a point's bar; false when it has none. */
static bool bar_ends(const struct limen_layout *layout, const struct limen_series *series, size_t i,
                     struct limen_dot *from, struct limen_dot *to) {
  bool along = layout->rows > 0;
  const struct limen_axis *axis = along ? &layout->x : &layout->y;
  if (!limen_axis_shows(axis->scale, series->lower[i]) ||
      !limen_axis_shows(axis->scale, series->upper[i]))
    return false;
  if (along) {
    from->x = limen_layout_x(layout, false, series->lower[i]);
    to->x = limen_layout_x(layout, false, series->upper[i]);
    from->y = to->y = limen_layout_y(layout, false, series->y[i]);
    return isfinite(series->y[i]);
  }
  from->x = to->x = limen_layout_x(layout, false, series->x[i]);
  from->y = limen_layout_y(layout, false, series->lower[i]);
  to->y = limen_layout_y(layout, false, series->upper[i]);
  return true;
}

static int add_bar(struct limen_ink *ink, const struct limen_layout *layout,
                   const struct limen_series *series, size_t i, struct limen_error *error) {
  struct limen_dot low, high;
  if (!bar_ends(layout, series, i, &low, &high)) return LIMEN_OK;
  int status = add_dot(ink, low.x, low.y, error);
  if (status == LIMEN_OK) status = add_dot(ink, high.x, high.y, error);
  if (status == LIMEN_OK) status = add_line(ink, low, high, error);
  return status;
}

static int add_series(struct limen_ink *ink, const struct limen_layout *layout,
                      const struct limen_series *series, struct limen_error *error) {
  struct limen_dot before = {NAN, NAN};
  for (size_t i = 0; i < series->count; i++) {
    int status = LIMEN_OK;
    bool shown = limen_axis_shows(layout->x.scale, series->x[i]);
    if (shown) status = add_bar(ink, layout, series, i, error);
    shown = shown && series->style != LIMEN_BAND && limen_axis_shows(layout->y.scale, series->y[i]);
    struct limen_dot now = {NAN, NAN};
    if (shown) {
      now = (struct limen_dot){limen_layout_x(layout, false, series->x[i]),
                               limen_layout_y(layout, false, series->y[i])};
      if (status == LIMEN_OK) status = add_dot(ink, now.x, now.y, error);
      if (status == LIMEN_OK && is_line(series->style) && !isnan(before.x))
        status = add_line(ink, before, now, error);
    }
    before = now;
    if (status != LIMEN_OK) return status;
  }
  return LIMEN_OK;
}

int limen_ink_gather(struct limen_ink *ink, const struct limen_layout *layout,
                     const struct limen_plot *plot, struct limen_error *error) {
  for (size_t s = 0; s < plot->count; s++) {
    if (plot->series[s].inset) continue;
    int status = add_series(ink, layout, &plot->series[s], error);
    if (status != LIMEN_OK) return status;
  }
  return LIMEN_OK;
}

size_t limen_ink_inside(const struct limen_ink *ink, const struct limen_box *box) {
  size_t inside = 0;
  for (size_t i = 0; i < ink->count; i++) {
    const struct limen_dot *dot = &ink->dots[i];
    inside +=
        dot->x >= box->left && dot->x <= box->right && dot->y >= box->top && dot->y <= box->bottom;
  }
  return inside;
}

void limen_ink_clear(struct limen_ink *ink) {
  limen_free(ink->dots);
  *ink = (struct limen_ink){0};
}

/* ---- the inset ---- */

bool limen_place_inset(const struct limen_layout *layout, const struct limen_ink *ink, double width,
                       double height, struct limen_box *frame) {
  const struct limen_box *plot = &layout->plot;
  static const double gap = 10; /* pixels to the axes */
  for (int corner = 0; corner < 4; corner++) {
    bool right = corner & 1, bottom = corner & 2;
    struct limen_box box;
    box.left = right ? plot->right - width : plot->left + gap;
    box.top = bottom ? plot->bottom - gap - height : plot->top;
    box.right = box.left + width;
    box.bottom = box.top + height;
    struct limen_box wide = {box.left - 6, box.top - 6, box.right + 6, box.bottom + 6};
    if (limen_ink_inside(ink, &wide) > 0) continue;
    *frame = box;
    return true;
  }
  return false;
}

/* ---- notes ---- */

static struct limen_box note_box(const struct limen_note_place *place, double width) {
  double left = place->align < 0    ? place->x
                : place->align == 0 ? place->x - width / 2
                                    : place->x - width;
  return (struct limen_box){left, place->y - 9, left + width, place->y + 9};
}

static double overlap(const struct limen_box *a, const struct limen_box *b) {
  double wide = fmin(a->right, b->right) - fmax(a->left, b->left);
  double high = fmin(a->bottom, b->bottom) - fmax(a->top, b->top);
  return wide > 0 && high > 0 ? wide * high : 0;
}

/* How bad a place is: what it covers, most of all other notes and the edge of the image. */
static double badness(const struct limen_layout *layout, const struct limen_ink *ink,
                      const struct limen_box *box, const struct limen_box *taken, size_t n_taken) {
  struct limen_box page = {layout->plot.left + 3, layout->plot.top - 10, LIMEN_PLOT_WIDTH - 4,
                           layout->plot.bottom - 2};
  double area = (box->right - box->left) * (box->bottom - box->top);
  double bad = (double)limen_ink_inside(ink, box) + 5 * (area - overlap(box, &page));
  for (size_t i = 0; i < n_taken; i++) bad += 2 * overlap(box, &taken[i]);
  if (layout->has_inset && !layout->inset_below) bad += 2 * overlap(box, &layout->inset_frame);
  return bad;
}

static struct limen_note_place best_place(const struct limen_layout *layout,
                                          const struct limen_ink *ink, double x, double y,
                                          double width, const struct limen_box *taken,
                                          size_t n_taken) {
  /* The eight sides, the most readable first, near and then farther. */
  static const struct {
    int align, dx, dy;
  } sides[] = {{-1, 1, 0}, {-1, 1, -1}, {1, -1, -1}, {1, -1, 0},
               {0, 0, -1}, {-1, 1, 1},  {0, 0, 1},   {1, -1, 1}};
  struct limen_note_place best = {0};
  double least = INFINITY;
  for (int ring = 0; ring < 4; ring++) {
    double reach_x = ring == 0 ? 10 : 6 + 4 * ring, reach_y = ring == 0 ? 14 : 2 + 14 * ring;
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
      struct limen_note_place place = {.align = sides[i].align, .shown = true};
      place.x = x + sides[i].dx * reach_x;
      place.y = y + sides[i].dy * reach_y;
      struct limen_box box = note_box(&place, width);
      double bad = badness(layout, ink, &box, taken, n_taken) + 3 * ring + 0.2 * (double)i;
      if (bad < least) least = bad, best = place;
    }
  }
  return best;
}

/* A text that still leaves the image (a long one in a narrow place) is pushed back inside. */
static void keep_inside(struct limen_note_place *place, double width) {
  struct limen_box box = note_box(place, width);
  if (box.right > LIMEN_PLOT_WIDTH - 4) place->x -= box.right - (LIMEN_PLOT_WIDTH - 4);
  box = note_box(place, width);
  if (box.left < 4) place->x += 4 - box.left;
}

int limen_place_notes(struct limen_layout *layout, const struct limen_plot *plot,
                      const struct limen_ink *ink, struct limen_error *error) {
  struct limen_box *taken = limen_alloc(plot->n_marks, sizeof *taken, error);
  if (!taken) return LIMEN_FAILED;
  size_t n_taken = 0;
  for (size_t i = 0; i < plot->n_marks; i++) {
    const struct limen_mark *mark = &plot->marks[i];
    if (!limen_axis_shows(layout->x.scale, mark->x) || !limen_axis_shows(layout->y.scale, mark->y))
      continue;
    double x =
        fmin(fmax(limen_layout_x(layout, false, mark->x), layout->plot.left), layout->plot.right);
    double y =
        fmin(fmax(limen_layout_y(layout, false, mark->y), layout->plot.top), layout->plot.bottom);
    double width = limen_text_width(mark->text, LIMEN_LABEL_MOST, LIMEN_PLOT_FONT - 1);
    layout->notes[i] = best_place(layout, ink, x, y, width, taken, n_taken);
    keep_inside(&layout->notes[i], width);
    taken[n_taken++] = note_box(&layout->notes[i], width);
  }
  limen_free(taken);
  return LIMEN_OK;
}
