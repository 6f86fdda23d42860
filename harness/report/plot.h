/* Plots as data: series of points with their uncertainty, on named axes. plot.c turns one into a
 * gnuplot script and a data file, runs gnuplot, and leaves NAME.gp, NAME.dat, NAME.svg, NAME.png.
 */
#ifndef LIMEN_REPORT_PLOT_H
#define LIMEN_REPORT_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

enum limen_scale {
  LIMEN_LINEAR,
  LIMEN_LOG,
  LIMEN_LOGIT /* for recalls and shares: linear near 0.5, stretched near 0 and 1 */
};

enum limen_style {
  LIMEN_POINTS,      /* markers with error bars where lower and upper are numbers */
  LIMEN_LINE,        /* a line without markers */
  LIMEN_LINE_POINTS, /* both */
  LIMEN_DASHED,      /* a dashed line: fits, theory */
  LIMEN_BAND,        /* the area between lower and upper */
  LIMEN_HOLLOW       /* hollow markers: published figures, not ours */
};

struct limen_series {
  char *label; /* in the key; "" for none */
  enum limen_style style;
  int colour; /* slot of the palette, 0..7 (colour-blind safe, distinct in grey); -1: grey */
  bool inset; /* drawn in the inset (x as in the main plot, y linear), not in the main plot */
  double *x, *y, *lower, *upper; /* `count` each; NaN lower/upper: no bar */
  size_t count, capacity;
};

struct limen_mark {
  double x, y;
  char *text; /* a note placed at a point */
};

/* A plot whose vertical axis holds names instead of numbers, as forest plots do, has rows: row i
 * stands at y = i, counted from the top, and points of several series stand side by side around it,
 * within half a row. Lower and upper, of bars and bands alike, then lie along x, and a band reaches
 * over all rows (only its lower and upper count). Such a plot has no inset; its y_scale stays
 * linear. */
struct limen_plot {
  char *name;    /* file name without ending: [a-z0-9_]+ */
  char *caption; /* what the reader should see in it; a sentence or two */
  char *x_label, *y_label;
  enum limen_scale x_scale, y_scale;
  double x_min, x_max, y_min, y_max; /* NaN: from the data */
  bool x_whole;  /* x counts something: tics stand at whole numbers, wherever points are drawn */
  double x_line; /* a vertical line through the whole plot, such as "no effect"; NaN: none */
  char **row;    /* owned: names on the vertical axis, by limen_plot_row */
  size_t n_rows, rows_capacity;
  char *inset_title, *inset_y_label; /* owned: by limen_plot_inset; NULL for none */
  bool timed; /* measured with a clock: goes to plots/timed/, is not deterministic */
  struct limen_series *series;
  size_t count, capacity;
  struct limen_mark *marks;
  size_t n_marks, marks_capacity;
  bool failed; /* memory ran out at some add */
};

/* All four texts are copied. NULL when memory runs out. */
struct limen_plot *limen_plot_alloc(const char *name, const char *caption, const char *x_label,
                                    const char *y_label);
/* Returns the index of the new series. There is none behind it once the plot has failed. */
size_t limen_plot_series(struct limen_plot *plot, const char *label, enum limen_style style,
                         int colour);
void limen_plot_point(struct limen_plot *plot, size_t series, double x, double y, double lower,
                      double upper);
/* Puts a series into the inset, the title and axis of which are copied; asked for anew with every
 * series that stands there. */
void limen_plot_inset(struct limen_plot *plot, size_t series, const char *title,
                      const char *y_label);
/* Adds a name to the vertical axis, below the others. */
void limen_plot_row(struct limen_plot *plot, const char *name);
void limen_plot_mark(struct limen_plot *plot, double x, double y, const char *text);
void limen_plot_free(struct limen_plot *plot);

/* Whether `name` may name a plot: [a-z0-9_]+, at most 100. Makes names of files and of parts of a
 * page, so nothing else is let through. */
bool limen_plot_name_is_good(const char *name);

/* Appends a sentence for each thing that the plot does not show as it is: values that the scale has
 * no place for, values outside given axes, exact zeros and ones on a logit axis. Nothing is
 * appended when all is shown; NaN is a gap and not counted. */
int limen_plot_remarks(const struct limen_plot *plot, struct limen_text *out,
                       struct limen_error *error);

/* Writes NAME.gp, NAME.dat, NAME.svg and NAME.png into `folder` (made if missing). The script names
 * the data file by a relative path, so the folder can be moved and the plot redrawn by hand.
 * The same plot gives the same bytes in .gp, .dat and .svg. Old files are replaced when the new
 * ones are complete. LIMEN_FAILED: memory, disk, a name that is not good, no gnuplot. */
int limen_plot_write(const struct limen_plot *plot, const char *folder, struct limen_error *error);

#endif
