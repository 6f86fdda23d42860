/* Eight hues after Okabe and Ito (blue, orange, green, purple, vermilion, sky, wine, ink), each
 * with a lightness of its own (CIE L* 42 61 35 28 50 57 21 10 on white), so that no two look alike
 * in grey print; simulated protan, deutan and tritan vision (Machado et al. 2009) keeps any two at
 * least 13 apart in CIE Lab. Yellow, the eighth of theirs, vanishes on white. The dark set keeps
 * the hues and spreads the lightness from 51 to 97. Every colour has a contrast of 3 or more with
 * its paper, as charts should (WCAG 1.4.11). */
#include "report/palette.h"

#include <stdio.h>
#include <string.h>

const char limen_colour_paper[] = "#ffffff";
const char limen_colour_ink[] = "#1f2328";
const char limen_colour_muted[] = "#59636e";
const char limen_colour_axis[] = "#8b949e";
const char limen_colour_grid[] = "#e4e8ec";

static const struct slot {
  const char *light, *dark;
  int filled, hollow;
  const char *dash; /* ink and gap lengths */
} slots[LIMEN_SLOTS + 1] = {
    {"#0364b4", "#7bacfe", 7, 6, "(10,5)"},     {"#d07a08", "#ffc793", 5, 4, "(5,4)"},
    {"#005e44", "#32d6a2", 9, 8, "(14,4,3,4)"}, {"#6f2a86", "#b86fcd", 13, 12, "(3,4)"},
    {"#db3324", "#ff6d53", 11, 10, "(18,6)"},   {"#0195b9", "#8ed3f2", 15, 14, "(10,4,3,4,3,4)"},
    {"#66023f", "#b75685", 2, 3, "(7,7)"},      {"#181c21", "#f2f7fe", 1, 6, "(14,4,7,4)"},
    {"#767d86", "#949ca6", 13, 12, "(6,6)"}, /* grey */
};

static const struct slot *slot_of(int slot) {
  return &slots[slot >= 0 && slot < LIMEN_SLOTS ? slot : LIMEN_SLOTS];
}

const char *limen_palette_slot(int slot) { return slot_of(slot)->light; }
const char *limen_palette_dash(int slot) { return slot_of(slot)->dash; }
int limen_palette_marker(int slot, int hollow) {
  return hollow ? slot_of(slot)->hollow : slot_of(slot)->filled;
}

/* The colours of paper, text and axes, and the variables that stand for all of them. */
static const struct {
  const char *variable, *light, *dark;
} page[] = {
    {"--paper", limen_colour_paper, "#15181c"}, {"--ink", limen_colour_ink, "#e6eaef"},
    {"--muted", limen_colour_muted, "#9aa4af"}, {"--axis", limen_colour_axis, "#6b7580"},
    {"--grid", limen_colour_grid, "#2b3138"},
};
static const char *const variables[] = {
    "var(--s0)", "var(--s1)", "var(--s2)", "var(--s3)", "var(--s4)",
    "var(--s5)", "var(--s6)", "var(--s7)", "var(--s8)",
};
static const char *const page_variables[] = {
    "var(--paper)", "var(--ink)", "var(--muted)", "var(--axis)", "var(--grid)",
};

const char *limen_palette_variable(const char *colour) {
  char hex[8];
  unsigned r, g, b;
  if (strcmp(colour, "black") == 0) return "currentColor";
  if (sscanf(colour, "rgb(%u , %u , %u", &r, &g, &b) == 3 && r < 256 && g < 256 && b < 256)
    snprintf(hex, sizeof hex, "#%02x%02x%02x", r, g, b);
  else if (sscanf(colour, "#%2x%2x%2x", &r, &g, &b) == 3)
    snprintf(hex, sizeof hex, "#%02x%02x%02x", r & 255, g & 255, b & 255);
  else
    return NULL;
  for (size_t i = 0; i <= LIMEN_SLOTS; i++)
    if (strcmp(hex, slots[i].light) == 0) return variables[i];
  for (size_t i = 0; i < sizeof page / sizeof *page; i++)
    if (strcmp(hex, page[i].light) == 0) return page_variables[i];
  return NULL;
}

void limen_palette_style(struct limen_text *out, int dark) {
  for (size_t i = 0; i <= LIMEN_SLOTS; i++)
    limen_text_print(out, "--s%zu:%s;", i, dark ? slots[i].dark : slots[i].light);
  for (size_t i = 0; i < sizeof page / sizeof *page; i++)
    limen_text_print(out, "%s:%s;", page[i].variable, dark ? page[i].dark : page[i].light);
}
