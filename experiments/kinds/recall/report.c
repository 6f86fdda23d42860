/* What the reports of the kind recall share. */
#include "experiments/kinds/recall/report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

int recall_report_init(struct recall_report *report, const struct limen_plan *plan,
                       struct limen_document *out, struct limen_error *error) {
  *report = (struct recall_report){.plan = plan, .out = out};
  return recall_groups(plan, &report->groups, &report->count, error);
}

void recall_report_clear(struct recall_report *report) {
  limen_free(report->groups);
  *report = (struct recall_report){0};
}

const struct recall_group *recall_group_at(const struct recall_report *report, size_t point,
                                           size_t row) {
  for (size_t i = 0; i < report->count; i++)
    if (report->groups[i].point == point && report->groups[i].row == row) return &report->groups[i];
  return NULL;
}

/* ---- words ---- */

static bool is_listed(const char *name, const char *const *names) {
  for (size_t i = 0; names && names[i]; i++)
    if (strcmp(names[i], name) == 0) return true;
  return false;
}

static bool varies(const struct limen_grid *grid, size_t parameter) {
  return grid->parameters[parameter].role == LIMEN_AXIS && grid->lengths[parameter] > 1;
}

static void print_value(const struct limen_grid *grid, const struct limen_parameter *parameter,
                        const struct limen_value *value, struct limen_text *out) {
  (void)grid;
  if (parameter->zero && value->type == LIMEN_INTEGER && value->as.integer == 0)
    limen_text_add(out, parameter->zero);
  else
    limen_value_label(value, out);
}

void recall_print_value(const struct recall_report *report, size_t point, const char *parameter,
                        struct limen_text *out) {
  const struct limen_grid *grid = &report->plan->grid;
  ptrdiff_t i = limen_parameter_find(grid->parameters, parameter);
  print_value(grid, &grid->parameters[i], limen_grid_value(grid, point, parameter), out);
}

void recall_point_name(const struct recall_report *report, size_t point, const char *const *except,
                       struct limen_text *out) {
  const struct limen_grid *grid = &report->plan->grid;
  size_t start = out->length;
  for (size_t i = 0; i < grid->count; i++) {
    const char *name = grid->parameters[i].name;
    if (!varies(grid, i) || is_listed(name, except) || !recall_looks_at(grid, point, name))
      continue;
    limen_text_print(out, "%s%s = ", out->length > start ? ", " : "", name);
    recall_print_value(report, point, name, out);
  }
}

bool recall_same_but(const struct recall_report *report, size_t a, size_t b,
                     const char *const *except) {
  const struct limen_grid *grid = &report->plan->grid;
  for (size_t i = 0; i < grid->count; i++) {
    const char *name = grid->parameters[i].name;
    if (!varies(grid, i) || is_listed(name, except)) continue;
    if (!limen_value_equal(limen_grid_value(grid, a, name), limen_grid_value(grid, b, name)))
      return false;
  }
  return true;
}

/* Places after the point so that the interval's half width has two digits. */
static int places_of(double half_width, int least, int most) {
  if (!(half_width > 0)) return most;
  int places = 1 - (int)floor(log10(half_width));
  return places < least ? least : places > most ? most : places;
}

static void print_scaled(const struct recall_number *number, double scale, int least, int most,
                         const char *sign, struct limen_text *out) {
  bool known = isfinite(number->lower) && isfinite(number->upper);
  double half = known ? scale * (number->upper - number->lower) / 2 : NAN;
  int places = known ? places_of(half, least, most) : most;
  if (isnan(number->value)) {
    limen_text_add(out, "none");
    return;
  }
  limen_text_print(out, *sign ? "%+.*f" : "%.*f", places, scale * number->value);
  if (!known) return;
  limen_text_print(out, *sign ? " [%+.*f, %+.*f]" : " [%.*f, %.*f]", places, scale * number->lower,
                   places, scale * number->upper);
}

void recall_print_number(const struct recall_number *number, struct limen_text *out) {
  if (fabs(number->value) >= 100)
    print_scaled(number, 1, 0, 1, "", out);
  else
    print_scaled(number, 1, 2, 4, "", out);
}

void recall_print_compact(const struct recall_number *number, struct limen_text *out) {
  bool known = isfinite(number->lower) && isfinite(number->upper);
  double half = known ? (number->upper - number->lower) / 2 : NAN;
  int most = fabs(number->value) >= 100 ? 1 : 4;
  int places = known ? places_of(half, 0, most) : most;
  if (isnan(number->value))
    limen_text_add(out, "none");
  else if (known && half > 0)
    limen_text_print(out, "%.*f ± %.*f", places, number->value, places, half);
  else
    limen_text_print(out, "%.*f", known ? 0 : places, number->value);
}

void recall_print_points(const struct recall_number *number, struct limen_text *out) {
  print_scaled(number, 100, 1, 2, "+", out);
}

/* ---- the parts that all reports have ---- */

void recall_report_start(const struct recall_report *report) {
  limen_document_title(report->out, report->plan->definition.name,
                       report->plan->definition.question);
}

/* Orders that some data cannot have, as they lack what the order needs. */
static void tell_left_out(const struct recall_report *report) {
  const struct limen_plan *plan = report->plan;
  struct limen_text names = {0};
  for (size_t point = 0; point < limen_grid_points(&plan->grid); point++) {
    const struct limen_cell *cell = limen_plan_peek(plan, point, (const int64_t[]){0, 0});
    if (!cell || cell->answer.values[RECALL_VARIANTS] != 0) continue;
    struct limen_text one = {0};
    limen_text_print(&one, "%s on ", limen_grid_string(&plan->grid, point, "order"));
    recall_print_value(report, point, "data", &one);
    if (!strstr(limen_text_string(&names), limen_text_string(&one)))
      limen_text_print(&names, "%s%s", names.length ? ", " : "", limen_text_string(&one));
    limen_text_clear(&one);
  }
  char plain[1024];
  if (names.length > 0)
    limen_document_print(report->out, LIMEN_BLOCK_WARNING,
                         "Left out for want of labels: %s. For a file, give them with --set "
                         "labels=FILE.",
                         limen_plain(limen_text_string(&names), plain, sizeof plain));
  limen_text_clear(&names);
}

void recall_report_warnings(const struct recall_report *report) {
  if (report->plan->n_missing > 0)
    limen_document_print(report->out, LIMEN_BLOCK_WARNING,
                         "This report is partial: at least %zu builds are still to be done. Run "
                         "the same command again to go on.",
                         report->plan->n_missing);
  tell_left_out(report);
}

static void add_setting(const struct limen_grid *grid, size_t i, struct limen_text *out) {
  limen_text_print(out, "%s%s = ", out->length ? "; " : "", grid->parameters[i].name);
  for (size_t j = 0; j < grid->lengths[i]; j++) {
    limen_text_add(out, j ? ", " : "");
    print_value(grid, &grid->parameters[i], &grid->values[i][j], out);
  }
}

static bool is_looked_at(const struct limen_grid *grid, const char *name) {
  for (size_t point = 0; point < limen_grid_points(grid); point++)
    if (recall_looks_at(grid, point, name)) return true;
  return false;
}

/* Axes that something looks at and sizes always; everything else where it is not at its default.
 */
void recall_report_settings(const struct recall_report *report) {
  static const char *const always[] = {"n", "nq", "k", "builds", NULL};
  const struct limen_grid *grid = &report->plan->grid;
  struct limen_text text = {0};
  char plain[2048];
  for (size_t i = 0; i < grid->count; i++) {
    const struct limen_parameter *parameter = &grid->parameters[i];
    struct limen_value standard;
    bool axis = parameter->role == LIMEN_AXIS || parameter->role == LIMEN_INNER;
    if (grid->lengths[i] == 0 || strcmp(parameter->name, "study") == 0) continue;
    if (!is_looked_at(grid, parameter->name)) continue;
    bool usual = grid->lengths[i] == 1 &&
                 limen_value_parse(parameter, parameter->fallback, &standard, NULL) == LIMEN_OK &&
                 limen_value_equal(&standard, &grid->values[i][0]);
    if (usual && strcmp(parameter->name, "r") == 0) continue; /* the data's own */
    if (axis || !usual || is_listed(parameter->name, always)) add_setting(grid, i, &text);
  }
  limen_document_print(report->out, LIMEN_BLOCK_PARAGRAPH,
                       "What was run: %s. Everything else is at its default.",
                       limen_plain(limen_text_string(&text), plain, sizeof plain));
  limen_text_clear(&text);
}

/* Shares of a recall below which ties are not worth a column: a tenth of a point. */
static const double TIES_MATTER = 1e-3;

/* The largest gap between recall by id and tie-aware recall. */
static double widest_tie_gap(const struct recall_report *report) {
  double widest = 0;
  for (size_t i = 0; i < report->count; i++)
    widest = fmax(widest, report->groups[i].ties.value - report->groups[i].recall.value);
  return widest;
}

void recall_report_doubts(const struct recall_report *report) {
  struct limen_document *out = report->out;
  size_t single = 0, fewer = 0, duplicates = 0;
  double tie = widest_tie_gap(report);
  for (size_t i = 0; i < report->count; i++) {
    single += report->groups[i].builds == 1;
    fewer += report->groups[i].mean[RECALL_SHORT] > 0;
    duplicates += report->groups[i].mean[RECALL_DUPLICATES] > 0;
  }
  limen_document_heading(out, "What could make this wrong");
  if (single > 0)
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "%zu of %zu recalls rest on one build: their intervals are over queries "
                         "alone, and another build of the same index would move them by more. Give "
                         "builds=5 to see by how much.",
                         single, report->count);
  if (tie > TIES_MATTER)
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "Ties: recall_ties is up to %.2f points above recall by id. Rows as near "
                         "as the k-th were returned in its place, which is no fault of the index.",
                         100 * tie);
  else
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "Ties play no part: recall by id and tie-aware recall agree to %.2f "
                         "points.",
                         100 * tie);
  if (fewer > 0)
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "In %zu of %zu rows some queries were given fewer than k answers.", fewer,
                         report->count);
  if (duplicates > 0)
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "In %zu of %zu rows an id was returned twice; it counts once.", duplicates,
                         report->count);
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "The data stand for themselves: another set of the same dimension, or other "
                       "queries than these were drawn from, may do better or worse.");
}

void recall_report_definitions(const struct recall_report *report) {
  struct limen_document *out = report->out;
  const struct limen_grid *grid = &report->plan->grid;
  int64_t k = limen_grid_integer(grid, 0, "k");
  limen_document_heading(out, "What the numbers mean");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "recall: the share of a query's true %" PRId64
                       " nearest neighbours whose ids were returned; the truth is exact, decided "
                       "in float64 and ordered by (distance, id). Mean over queries and builds.",
                       k);
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "recall_ties: the same, counting every row at most (1 + %g) times as far as "
                       "the %" PRId64 "-th.",
                       limen_grid_real(grid, 0, "tie"), k);
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS, "recall_epsilon: the same with (1 + %g).",
                       limen_grid_real(grid, 0, "epsilon"));
  limen_document_print(
      out, LIMEN_BLOCK_DEFINITIONS,
      "distances: how many rows a search compared with the query, on all levels, counted one by "
      "one in a pass of its own.");
  limen_document_print(
      out, LIMEN_BLOCK_DEFINITIONS,
      "interval: 95%%, over builds and queries together where there are several builds (two-way "
      "random effects), over queries alone where there is one. A build is an index made anew, with "
      "levels of its own and, for random orders, an order of its own. Where several orders meet "
      "the "
      "same few level seeds, it is over orders and queries, for these seeds. Near 0 and 1 it is "
      "Wilson's, with as many trials as the standard error is worth.");
}

/* ---- tables ---- */

void recall_report_recalls_table(const struct recall_report *report, const char *caption) {
  enum { FIXED = 7, AXES_MOST = 16 };
  const struct limen_grid *grid = &report->plan->grid;
  struct limen_text heads = {0};
  size_t axis[AXES_MOST], axes = 0;
  for (size_t i = 0; i < grid->count && axes < AXES_MOST; i++)
    if (varies(grid, i)) {
      axis[axes++] = i;
      limen_text_print(&heads, "%s|", grid->parameters[i].name);
    }
  bool ties = widest_tie_gap(report) > TIES_MATTER;
  limen_text_print(&heads, "#ef|#builds|#recall|%s#worst 1%%|#found nothing|#distances",
                   ties ? "#recall_ties|" : "");
  limen_document_table(report->out, caption, limen_text_string(&heads));
  for (size_t i = 0; i < report->count; i++) {
    const struct recall_group *group = &report->groups[i];
    struct limen_text cells[AXES_MOST + FIXED] = {0};
    const char *row[AXES_MOST + FIXED];
    size_t c = 0;
    for (; c < axes; c++) {
      const char *name = grid->parameters[axis[c]].name;
      if (recall_looks_at(grid, group->point, name))
        recall_print_value(report, group->point, name, &cells[c]);
      else
        limen_text_add(&cells[c], "-");
    }
    limen_text_print(&cells[c++], "%" PRId64, group->ef);
    limen_text_print(&cells[c++], "%zu", group->builds);
    recall_print_number(&group->recall, &cells[c++]);
    if (ties) recall_print_number(&group->ties, &cells[c++]);
    limen_text_print(&cells[c++], "%.3f", group->mean[RECALL_WORST_1]);
    limen_text_print(&cells[c++], "%.3f", group->mean[RECALL_ZERO]);
    recall_print_compact(&group->distances, &cells[c++]);
    for (size_t t = 0; t < c; t++) row[t] = limen_text_string(&cells[t]);
    limen_document_row(report->out, row);
    for (size_t t = 0; t < c; t++) limen_text_clear(&cells[t]);
  }
  limen_document_fold(report->out, 20);
  limen_text_clear(&heads);
}
