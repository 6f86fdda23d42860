/* Turns a plot and its layout into what gnuplot reads. */
#ifndef LIMEN_REPORT_PLOT_SCRIPT_H
#define LIMEN_REPORT_PLOT_SCRIPT_H

#include "base/text.h"
#include "report/plot_layout.h"

/* The script: draws NAME.svg and NAME.png from NAME.dat, all in the working folder. */
void limen_plot_script(struct limen_text *out, const struct limen_plot *plot,
                       const struct limen_layout *layout);

/* The data: a block per series, its number in the order of the plot; x, y, lower, upper, as given,
 * NaN where there is none. A series without points has a block of one row of NaN. */
void limen_plot_data(struct limen_text *out, const struct limen_plot *plot);

#endif
