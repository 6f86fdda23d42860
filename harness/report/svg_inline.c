/* gnuplot's SVG names its marker shapes gpPt0 .. in every file, colours everything by fixed values
 * and fills the background. Two of them in one page would share shapes, and a dark page would show
 * black on black. So the file is read tag by tag and written anew:
 *   - what stands before the drawing (declaration, title, description, filters) is left out, and so
 *     are the background, the titles of groups and groups without content;
 *   - ids and references get the plot's name in front;
 *   - colours become variables of the page, fonts are left to its style sheet;
 *   - transparent circles over the points carry their values as titles, which browsers show under
 *     the mouse. */
#include "report/svg_inline.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "report/escape.h"
#include "report/palette.h"
#include "report/plot_layout.h"
#include "report/writer.h"

enum { TIPS_MOST = 1000 /* circles in a plot; more would make the page slow and hard to hit */ };

/* ---- tags ---- */

struct tag {
  const char *name, *end; /* after '<', at '>' */
  size_t name_length;
};

static bool is_named(const struct tag *tag, const char *name) {
  return strlen(name) == tag->name_length && memcmp(tag->name, name, tag->name_length) == 0;
}

/* The tag that starts at '<'; false at the end of the text or when it is not closed. */
static bool read_tag(const char *at, struct tag *tag) {
  tag->name = at + 1;
  tag->name_length = strcspn(tag->name, " \t\r\n/>");
  if (tag->name_length == 0 && *tag->name == '/')
    tag->name_length = 1 + strcspn(tag->name + 1, " \t\r\n>");
  char quote = 0;
  for (const char *c = tag->name; *c; c++) {
    if (quote) {
      if (*c == quote) quote = 0;
    } else if (*c == '"' || *c == '\'') {
      quote = *c;
    } else if (*c == '>') {
      tag->end = c;
      return true;
    }
  }
  return false;
}

static void add_value(struct limen_text *out, const char *name, size_t name_length,
                      const char *value, size_t length, const char *prefix) {
  char colour[40];
  bool is_colour = false, is_id = name_length == 2 && memcmp(name, "id", 2) == 0;
  bool is_link = name_length == 10 && memcmp(name, "xlink:href", 10) == 0;
  static const char *const coloured[] = {"fill", "stroke", "color"};
  for (size_t i = 0; i < 3; i++)
    is_colour |= strlen(coloured[i]) == name_length && memcmp(name, coloured[i], name_length) == 0;
  const char *variable = NULL;
  if (is_colour && length < sizeof colour) {
    memcpy(colour, value, length);
    colour[length] = '\0';
    variable = limen_palette_variable(colour);
  }
  if (variable)
    limen_text_print(out, " %.*s=\"%s\"", (int)name_length, name, variable);
  else if (is_id)
    limen_text_print(out, " id=\"%s-%.*s\"", prefix, (int)length, value);
  else if (is_link && value[0] == '#')
    limen_text_print(out, " href=\"#%s-%.*s\"", prefix, (int)length - 1, value + 1);
  else
    limen_text_print(out, " %.*s=\"%.*s\"", (int)name_length, name, (int)length, value);
}

static bool is_font(const char *name, size_t length) {
  return length == 11 && memcmp(name, "font-family", 11) == 0;
}

/* Writes a tag with its attributes restyled. Quotes inside a value are of the other kind than those
 * around it; gnuplot writes none, and they would be escaped in the values it takes from us. */
static void add_tag(struct limen_text *out, const struct tag *tag, const char *prefix) {
  limen_text_print(out, "<%.*s", (int)tag->name_length, tag->name);
  const char *at = tag->name + tag->name_length;
  while (at < tag->end) {
    at += strspn(at, " \t\r\n");
    size_t name_length = strcspn(at, "= \t\r\n/>");
    const char *name = at;
    at += name_length;
    at += strspn(at, " "); /* gnuplot writes some attributes as name = 'value' */
    if (*at != '=') break;
    at += 1 + strspn(at + 1, " ");
    if (*at != '"' && *at != '\'') break;
    const char *value = at + 1, *end = strchr(value, *at);
    if (!end || end > tag->end) break;
    if (!is_font(name, name_length))
      add_value(out, name, name_length, value, (size_t)(end - value), prefix);
    at = end + 1;
  }
  limen_text_add(out, tag->end[-1] == '/' ? "/>" : ">");
}

/* ---- the drawing ---- */

/* Just after the closing tag of the element that opens at `tag`; it holds none of its own kind. */
static const char *after_element(const struct tag *tag) {
  if (tag->end[-1] == '/') return tag->end + 1;
  char closing[40];
  if (tag->name_length + 4 > sizeof closing) return tag->end + 1;
  const int length = snprintf(closing, sizeof closing, "</%.*s>", (int)tag->name_length, tag->name);
  const char *found = strstr(tag->end, closing);
  return found ? found + length : tag->end + 1;
}

/* After a group that holds nothing but spaces, of which gnuplot writes many; NULL for others. */
static const char *after_empty_group(const struct tag *tag) {
  if (!is_named(tag, "g") || tag->end[-1] == '/') return NULL;
  const char *inside = tag->end + 1 + strspn(tag->end + 1, " \t\r\n");
  return strncmp(inside, "</g>", 4) == 0 ? inside + 4 : NULL;
}

/* Spaces between tags draw nothing; one newline keeps the page readable. */
static const char *add_between(struct limen_text *out, const char *at) {
  size_t spaces = strspn(at, " \t\r\n");
  if (at[spaces] == '<' || at[spaces] == '\0') {
    if (spaces > 0 && out->length > 0 && out->data[out->length - 1] != '\n')
      limen_text_add(out, "\n");
    return at + spaces;
  }
  size_t length = strcspn(at, "<");
  limen_text_add_bytes(out, at, length);
  return at + length;
}

static int add_drawing(struct limen_text *out, const char *at, const char *prefix,
                       struct limen_error *error) {
  bool background = true; /* the first rectangle is still to come */
  while (*at) {
    struct tag tag;
    if (*at != '<') {
      at = add_between(out, at);
      continue;
    }
    if (!read_tag(at, &tag))
      return LIMEN_FAIL(error, LIMEN_FAILED, "the SVG of the plot %s ends inside a tag", prefix);
    const char *after = after_empty_group(&tag);
    if (is_named(&tag, "/svg")) return LIMEN_OK;
    bool first_rect = background && is_named(&tag, "rect");
    if (after) {
      at = after;
    } else if (is_named(&tag, "title") || is_named(&tag, "desc") || is_named(&tag, "filter") ||
               first_rect) {
      background = background && !first_rect;
      at = after_element(&tag);
    } else {
      add_tag(out, &tag, prefix);
      at = tag.end + 1;
    }
  }
  return LIMEN_FAIL(error, LIMEN_FAILED, "the SVG of the plot %s is cut off", prefix);
}

/* ---- values under the mouse ---- */

/* "recall: 0.57 (0.32 to 0.61)". Six digits are what a reader takes in; the tables and the data
 * file have them all. NaN bounds: none. */
static void add_reading(struct limen_text *out, const char *label, double value, double lower,
                        double upper) {
  char text[3][LIMEN_NUMBER_SIZE];
  const double values[] = {value, lower, upper};
  for (size_t c = 0; c < 3; c++) {
    limen_number(values[c], text[c]);
    if (strlen(text[c]) > 9) snprintf(text[c], sizeof text[c], "%.6g", values[c]);
  }
  limen_html_escape(out, label);
  limen_text_print(out, ": %s", text[0]);
  if (*text[1] && *text[2]) limen_text_print(out, " (%s to %s)", text[1], text[2]);
}

static void add_tip(struct limen_text *out, const struct limen_plot *plot,
                    const struct limen_layout *layout, const struct limen_series *series,
                    size_t i) {
  const double x = series->x[i], y = series->y[i];
  limen_text_print(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"7\"><title>",
                   limen_layout_x(layout, series->inset, x),
                   limen_layout_y(layout, series->inset, y));
  if (series->label && *series->label) {
    limen_html_escape(out, series->label);
    limen_text_add(out, "\n");
  }
  if (layout->rows > 0) {
    size_t row = (size_t)fmax(0, fmin(round(y), (double)layout->rows - 1));
    limen_html_escape(out, plot->row[row]);
    limen_text_add(out, "\n");
    add_reading(out, plot->x_label, x, series->lower[i], series->upper[i]);
  } else {
    bool own = series->inset && plot->inset_y_label;
    add_reading(out, plot->x_label, x, NAN, NAN);
    limen_text_add(out, "\n");
    add_reading(out, own ? plot->inset_y_label : plot->y_label, y, series->lower[i],
                series->upper[i]);
  }
  limen_text_add(out, "</title></circle>\n");
}

static void add_tips(struct limen_text *out, const struct limen_plot *plot,
                     const struct limen_layout *layout) {
  size_t points = 0;
  for (size_t s = 0; s < plot->count; s++) {
    enum limen_style style = plot->series[s].style;
    if (style == LIMEN_POINTS || style == LIMEN_HOLLOW || style == LIMEN_LINE_POINTS)
      points += plot->series[s].count;
  }
  if (points == 0 || points > TIPS_MOST) return;
  limen_text_add(out, "<g class=\"tips\">\n");
  for (size_t s = 0; s < plot->count; s++) {
    const struct limen_series *series = &plot->series[s];
    if (series->style != LIMEN_POINTS && series->style != LIMEN_HOLLOW &&
        series->style != LIMEN_LINE_POINTS)
      continue;
    for (size_t i = 0; i < series->count; i++)
      if (limen_layout_shows(layout, series, i)) add_tip(out, plot, layout, series, i);
  }
  limen_text_add(out, "</g>\n");
}

int limen_svg_inline(struct limen_text *out, const char *svg, const struct limen_plot *plot,
                     struct limen_error *error) {
  struct limen_layout layout = {0};
  struct tag tag;
  const char *root = strstr(svg, "<svg");
  if (!root || !read_tag(root, &tag))
    return LIMEN_FAIL(error, LIMEN_FAILED, "the file drawn for the plot %s is no SVG", plot->name);
  int status = limen_layout_make(&layout, plot, error);
  if (status != LIMEN_OK) goto done;
  limen_text_print(out, "<svg role=\"img\" viewBox=\"0 0 %d %.0f\" aria-label=\"", LIMEN_PLOT_WIDTH,
                   layout.height);
  limen_html_escape(out, plot->caption);
  limen_text_add(out, "\">\n");
  status = add_drawing(out, tag.end + 1, plot->name, error);
  if (status != LIMEN_OK) goto done;
  add_tips(out, plot, &layout);
  limen_text_add(out, "</svg>\n");
done:
  limen_layout_clear(&layout);
  return status;
}
