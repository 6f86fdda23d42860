/* Axes: which range, which tics, and where a value lies on it. The ranges are worked out here and
 * not by gnuplot, because notes, insets and key need to know where the data are before it draws,
 * and because a range of nothing, of one value or of infinities must never stop it. */
#ifndef LIMEN_REPORT_PLOT_AXIS_H
#define LIMEN_REPORT_PLOT_AXIS_H

#include <stdbool.h>
#include <stddef.h>

#include "report/plot.h"

enum { LIMEN_TICS_MOST = 128, LIMEN_TIC_LABEL = 32 };

/* The values an axis has to show, gathered one by one. */
struct limen_range {
  double low, high; /* logit: without the exact zeros and ones */
  bool zero, one;   /* logit: whether an exact 0 or 1 is among them */
  bool fractional;  /* some value is not a whole number */
  size_t count;     /* values that the scale can show */
};

struct limen_tic {
  double at;  /* in the units of the data */
  bool minor; /* no label, no grid line */
  char label[LIMEN_TIC_LABEL];
};

struct limen_axis {
  enum limen_scale scale;
  double min, max; /* the ends, in the units of the data; logit: where 0 and 1 are pinned */
  struct limen_tic tic[LIMEN_TICS_MOST];
  size_t n_tics;
};

/* Whether a scale can show the value at all: finite, positive on a log axis, a share on logit. */
bool limen_axis_shows(enum limen_scale scale, double value);

void limen_range_add(struct limen_range *range, enum limen_scale scale, double value);

/* `from` and `to` override the ends where they are numbers that the scale can show; `most` is the
 * number of labels there is room for. */
void limen_axis_fit(struct limen_axis *axis, enum limen_scale scale,
                    const struct limen_range *range, double from, double to, size_t most);

/* The value on the scale gnuplot draws linearly: itself, its logarithm (base 10) or its logit. */
double limen_axis_map(const struct limen_axis *axis, double value);

/* 0 at the lower end, 1 at the upper one; values outside give numbers outside. */
double limen_axis_fraction(const struct limen_axis *axis, double value);

#endif
