/* A history as a plot: values with their intervals, in order; a gap where an entry lacks the
 * number, and a gap with a note where it stopped measuring the same thing. */
#ifndef LIMEN_GATE_HISTORY_PLOT_H
#define LIMEN_GATE_HISTORY_PLOT_H

#include "gate/history.h"
#include "report/plot.h"

enum { LIMEN_HISTORY_SERIES_MOST = 8 /* colours that can be told apart */ };

/* The plot of some numbers, released by limen_plot_free. LIMEN_USAGE when they are too many, or of
 * several units, which have no axis in common. */
int limen_history_plot(const struct limen_history *history, const char *const *names, size_t count,
                       struct limen_plot **out, struct limen_error *error);

#endif
