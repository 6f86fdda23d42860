/* The colours of plots and pages. A plot file carries the light colours; when it is put into a
 * page they become style variables, so that the page can turn dark. */
#ifndef LIMEN_REPORT_PALETTE_H
#define LIMEN_REPORT_PALETTE_H

#include "base/text.h"

enum { LIMEN_SLOTS = 8 };

/* "#rrggbb" of a slot; anything but 0..7 is grey. */
const char *limen_palette_slot(int slot);
/* gnuplot's number of the marker of a slot, filled or hollow. */
int limen_palette_marker(int slot, int hollow);
/* gnuplot's dash pattern of a slot, for the dashed style. */
const char *limen_palette_dash(int slot);

/* Colours that are no data. */
extern const char limen_colour_paper[], limen_colour_ink[], limen_colour_muted[],
    limen_colour_axis[], limen_colour_grid[];

/* The style variable ("var(--s0)") that stands for a colour as gnuplot writes it ("#rrggbb",
 * "rgb(r, g, b)", "black"), or NULL when it is none of ours. */
const char *limen_palette_variable(const char *colour);

/* Appends the declarations "--s0:#...;" of all variables, light or dark. */
void limen_palette_style(struct limen_text *out, int dark);

#endif
