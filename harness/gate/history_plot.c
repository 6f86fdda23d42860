#include "gate/history_plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "gate/compare.h"

/* ---- names ---- */

static size_t n_parts(const char *name) {
  size_t count = 1;
  for (; *name; name++) count += *name == '/';
  return count;
}

/* The part number `i` of a name, between slashes. */
static const char *part_of(const char *name, size_t i, size_t *length) {
  for (; i > 0; i--) name = strchr(name, '/') + 1;
  *length = strcspn(name, "/");
  return name;
}

static bool all_share(const char *const *names, size_t count, size_t part) {
  size_t length, other_length;
  const char *first = part_of(names[0], part, &length);
  for (size_t i = 1; i < count; i++) {
    const char *other = part_of(names[i], part, &other_length);
    if (length != other_length || memcmp(first, other, length) != 0) return false;
  }
  return true;
}

/* What tells a name from the others: the parts in which they differ, if all have as many. */
static void add_label(const char *const *names, size_t count, size_t which,
                      struct limen_text *out) {
  const size_t parts = n_parts(names[which]);
  for (size_t i = 0; i < count; i++)
    if (n_parts(names[i]) != parts) {
      limen_text_add(out, names[which]);
      return;
    }
  for (size_t part = 0; part < parts; part++) {
    size_t length;
    const char *start = part_of(names[which], part, &length);
    if (all_share(names, count, part)) continue;
    if (out->length > 0) limen_text_add(out, "/");
    limen_text_add_bytes(out, start, length);
  }
}

/* The measure, where it is one. */
static void add_axis(const char *const *names, size_t count, const char *unit,
                     struct limen_text *out) {
  size_t length;
  const char *measure = part_of(names[0], 0, &length);
  if (all_share(names, count, 0)) {
    limen_text_add_bytes(out, measure, length);
    limen_text_print(out, " (%s)", unit);
  } else {
    limen_text_add(out, unit);
  }
}

/* ---- points ---- */

/* The unit that all have wherever they are; NULL: several. */
static const char *unit_of(const struct limen_history *history, const char *const *names,
                           size_t count) {
  const char *unit = NULL;
  for (size_t i = 0; i < history->count; i++)
    for (size_t j = 0; j < count; j++) {
      const struct limen_number *number =
          limen_measured_find(&history->entry[i].measured, names[j]);
      if (number && unit && strcmp(unit, number->unit) != 0) return NULL;
      if (number) unit = number->unit;
    }
  return unit ? unit : "";
}

/* A step to what does not measure the same thing is no gain and no loss: the line has a gap there.
 * The first series that meets it says why, for all of them. */
static void add_point(const struct limen_history_point *point, double x, size_t series, bool *noted,
                      struct limen_plot *plot) {
  const struct limen_number *number = point->number;
  if (!number || point->definition || point->data)
    limen_plot_point(plot, series, number ? x - 0.5 : x, NAN, NAN, NAN);
  if (!number) return;
  limen_plot_point(plot, series, x, number->value, number->lower, number->upper);
  if (*noted || !(point->definition || point->data)) return;
  *noted = true;
  limen_plot_mark(plot, x, number->value,
                  !point->data        ? "other definition"
                  : point->definition ? "other definition and data"
                                      : "other data");
}

/* `noted`: of each entry, whether something is said of it already. */
static int add_series(const struct limen_history *history, const char *name, const char *label,
                      int colour, bool *noted, struct limen_plot *plot, struct limen_error *error) {
  struct limen_history_point *points = limen_alloc(history->count, sizeof *points, error);
  if (!points) return LIMEN_FAILED;
  int status = limen_history_points(history, name, points, error);
  const size_t series = limen_plot_series(plot, label, LIMEN_LINE_POINTS, colour);
  for (size_t i = 0; i < history->count && status == LIMEN_OK; i++)
    add_point(&points[i], (double)(i + 1), series, &noted[i], plot);
  limen_history_points_clear(points, history->count);
  limen_free(points);
  return status;
}

/* "1: 2026-01-31 to 7: 2026-03-02" where dates are known. */
static void add_time(const struct limen_history *history, struct limen_text *out) {
  const struct limen_history_entry *first = &history->entry[0],
                                   *last = &history->entry[history->count - 1];
  limen_text_print(out, "measurement, in order");
  if (*first->date && *last->date)
    limen_text_print(out, " (1: %s, %zu: %s)", first->date, history->count, last->date);
}

static int check(const char *unit, size_t count, struct limen_error *error) {
  if (count > LIMEN_HISTORY_SERIES_MOST)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "--plot: %zu numbers are more than the %d whose colours can be told apart; "
                      "pick some with --metric",
                      count, LIMEN_HISTORY_SERIES_MOST);
  if (!unit)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "--plot: the numbers have several units, which have no axis in common; pick "
                      "some with --metric");
  return LIMEN_OK;
}

int limen_history_plot(const struct limen_history *history, const char *const *names, size_t count,
                       struct limen_plot **out, struct limen_error *error) {
  const char *unit = unit_of(history, names, count);
  struct limen_text time = {0}, axis = {0};
  *out = NULL;
  int status = check(unit, count, error);
  if (status != LIMEN_OK) return status;
  bool *noted = limen_alloc(history->count, sizeof *noted, error);
  if (!noted) return LIMEN_FAILED;
  add_time(history, &time);
  add_axis(names, count, unit, &axis);
  *out = limen_plot_alloc("history", "Headline numbers with their 95% intervals, in order.",
                          limen_text_string(&time), limen_text_string(&axis));
  if (!*out) status = LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for a plot");
  if (status == LIMEN_OK) {
    (*out)->x_whole = true;
    (*out)->x_min = 0.5;
    (*out)->x_max = (double)history->count + 0.5;
    if (limen_gate_is_share(unit)) (*out)->y_scale = LIMEN_LOGIT;
  }
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    struct limen_text label = {0};
    if (count > 1) add_label(names, count, i, &label);
    status = add_series(history, names[i], limen_text_string(&label), (int)i, noted, *out, error);
    if (status == LIMEN_OK) status = limen_text_status(&label, error);
    limen_text_clear(&label);
  }
  if (status == LIMEN_OK) status = limen_text_status(&time, error);
  if (status == LIMEN_OK) status = limen_text_status(&axis, error);
  limen_text_clear(&time);
  limen_text_clear(&axis);
  limen_free(noted);
  return status;
}
