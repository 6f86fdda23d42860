/* Puts gnuplot's SVG into a page: ids of its own, the page's colours and font, a caption for those
 * who cannot see it, and the values of points under the mouse. */
#ifndef LIMEN_REPORT_SVG_INLINE_H
#define LIMEN_REPORT_SVG_INLINE_H

#include "base/text.h"
#include "report/plot.h"

/* Appends an <svg> element made from the file content `svg`. LIMEN_FAILED when that is no SVG as
 * gnuplot writes it. */
int limen_svg_inline(struct limen_text *out, const char *svg, const struct limen_plot *plot,
                     struct limen_error *error);

#endif
