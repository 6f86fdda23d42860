/* Where everything of a plot goes, in pixels from the top left corner of an image of fixed width.
 */
#ifndef LIMEN_REPORT_PLOT_LAYOUT_H
#define LIMEN_REPORT_PLOT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "report/plot.h"
#include "report/plot_axis.h"

enum {
  LIMEN_PLOT_WIDTH = 900, /* the widest a page shows a plot, so that text keeps its size */
  LIMEN_PLOT_FONT = 14,   /* pixels; of axes and key */
  LIMEN_PLOT_SMALL = 12,  /* of the inset */
  LIMEN_LABEL_MOST = 90,  /* characters of a label in a plot; captions and tables have the rest */
  LIMEN_KEY_SAMPLE = 30   /* width of the sample before a text of the key */
};

struct limen_box {
  double left, top, right, bottom;
};

struct limen_key_entry {
  size_t series;
  double x, y; /* left end and middle of the sample */
};

struct limen_note_place {
  double x, y; /* middle of the line, at the end named by `align` */
  int align;   /* -1: text starts at x, 0: centred, 1: ends at x */
  bool shown;
};

struct limen_layout {
  double height;
  struct limen_box plot; /* the area inside the axes */
  struct limen_axis x, y;
  bool empty;         /* nothing to draw in the main plot */
  size_t rows;        /* names on the vertical axis; lower and upper then lie along x */
  double names_width; /* room for them, in pixels */

  bool has_inset, inset_below;         /* below: a panel of its own, since no corner is free */
  struct limen_box inset_frame, inset; /* with and without its labels */
  struct limen_axis inset_x, inset_y;

  struct limen_key_entry *key;
  size_t n_key;
  struct limen_note_place *notes; /* one per mark of the plot */
};

int limen_layout_make(struct limen_layout *layout, const struct limen_plot *plot,
                      struct limen_error *error);
void limen_layout_clear(struct limen_layout *layout);

/* Pixel of a value; the two axes must show it. */
double limen_layout_x(const struct limen_layout *layout, bool inset, double value);
double limen_layout_y(const struct limen_layout *layout, bool inset, double value);

/* How many characters of a text fit into a width, for the functions that take such a number: all,
 * or fewer, the last of which becomes an ellipsis. */
size_t limen_layout_fits(const char *text, double width, double size);

/* Whether the point has a place in the plot: both axes can show it and it lies within them. */
bool limen_layout_shows(const struct limen_layout *layout, const struct limen_series *series,
                        size_t point);

#endif
