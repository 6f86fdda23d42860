/* Finds free places in a plot: a corner for the inset, a side for each note. */
#ifndef LIMEN_REPORT_PLOT_PLACE_H
#define LIMEN_REPORT_PLOT_PLACE_H

#include "base/error.h"
#include "report/plot_layout.h"

/* Pixels where something of the main plot is drawn, close enough together that nothing which
 * matters lies between them. */
struct limen_ink {
  struct limen_dot {
    double x, y;
  } * dots;
  size_t count, capacity;
};

int limen_ink_gather(struct limen_ink *ink, const struct limen_layout *layout,
                     const struct limen_plot *plot, struct limen_error *error);
size_t limen_ink_inside(const struct limen_ink *ink, const struct limen_box *box);
void limen_ink_clear(struct limen_ink *ink);

/* Puts a frame of this size into a free corner of the plot, top left preferred; false when there is
 * none, with `frame` untouched. */
bool limen_place_inset(const struct limen_layout *layout, const struct limen_ink *ink, double width,
                       double height, struct limen_box *frame);

/* Fills layout->notes, which holds one zeroed entry per mark. */
int limen_place_notes(struct limen_layout *layout, const struct limen_plot *plot,
                      const struct limen_ink *ink, struct limen_error *error);

#endif
