/* How few dimensions are certified to serve a given number of documents, if every set of k must be
 * some query's top k?
 *
 * Nothing is trained: documents are a formula of their number, and a proof covers all sets at once,
 * so that millions and billions of them can be certified (limits/construction.h has the families).
 * What is found is an upper bound on the dimension that is needed; no more is claimed.
 *
 * A code is chosen by a table: one cell. A harmonic frame is looked for by a search over d, each d
 * a cell: from a guess with doubling steps, then bisection, then the two next below. That one d
 * fails says nothing about others: frequencies are drawn at random. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "experiments/kinds/scale/scale.h"
#include "limits/harmonic_proof.h"

enum { NOT_KNOWN = -1, SWEEP = 2 /* even numbers below the bisection's end */ };

/* ---- the search ---- */

static const struct limen_grid *grid_of(const struct scale_search *search) {
  return search->plan ? &search->plan->grid : &search->finished->grid;
}

const struct limen_construction *scale_family(const struct limen_grid *grid, size_t point) {
  return limen_construction_find(limen_grid_string(grid, point, "family"));
}

/* 1 or 0: does d hold; NOT_KNOWN while waiting. */
static int holds(struct scale_search *search, int64_t d) {
  const struct limen_cell *cell = search->plan
                                      ? limen_plan_ask(search->plan, search->point, &d)
                                      : limen_plan_peek(search->finished, search->point, &d);
  if (!cell) {
    search->waiting = true;
    return NOT_KNOWN;
  }
  const double *values = cell->answer.values;
  search->attempts++;
  if (values[SCALE_HOLDS] != 1) return 0;
  if (!search->best || values[SCALE_DIMENSIONS] < search->best->answer.values[SCALE_DIMENSIONS])
    search->best = cell;
  return 1;
}

/* Somewhere near: a share of where Gaussians of variance 1 / d in place of inner products would
 * make some lead 0 (harmonic_proof.h), as it was found for n up to 10^8. A matter of speed alone.
 */
static int64_t guess(const struct limen_grid *grid, size_t point, int64_t most) {
  const double n = (double)limen_grid_integer(grid, point, "n");
  const double k = (double)limen_grid_integer(grid, point, "k"), w = k - 1;
  const double share = k == 1 ? 0.25 : k == 2 ? 0.6 : 0.8;
  const double d = share * 4 * (1 + 2 * w * w) * log(n);
  const int64_t even = 2 * (int64_t)fmin(fmax(d / 2, 1), 1e6);
  return even < most ? even : most;
}

/* Two neighbouring even numbers, of which the lower fails and the upper holds; a lower of 0 fails
 * untried. False while waiting, or when nothing up to `most` holds. */
static bool bracket(struct scale_search *search, int64_t most, int64_t *low, int64_t *high) {
  const int64_t start = guess(grid_of(search), search->point, most);
  int64_t step = start / 32 * 2 > 2 ? start / 32 * 2 : 2;
  int good = holds(search, start);
  *low = *high = start;
  while (good == 1 && *low > 0) {
    *low = *high - step > 0 ? *high - step : 0;
    if (*low == 0) break;
    if ((good = holds(search, *low)) == 1) *high = *low;
    step *= 2;
  }
  while (good == 0 && *high == *low && *low < most) {
    *high = *low + step < most ? *low + step : most;
    good = holds(search, *high);
    if (good == 0) *low = *high;
    step *= 2;
  }
  return good != NOT_KNOWN && search->best;
}

static void search_dimension(struct scale_search *search) {
  int64_t most = limen_grid_integer(grid_of(search), 0, "d_most") / 2 * 2, low = 0, high = 0;
  if (!bracket(search, most, &low, &high)) return;
  while (high - low > 2) {
    const int64_t middle = low + (high - low) / 4 * 2;
    const int good = holds(search, middle);
    if (good == NOT_KNOWN) return;
    *(good ? &high : &low) = middle;
  }
  for (int64_t i = 1; i <= SWEEP && high - 2 - 2 * i >= 2; i++) holds(search, high - 2 - 2 * i);
}

void scale_search(struct scale_search *search) {
  search->waiting = false;
  search->best = NULL;
  search->attempts = 0;
  if (strcmp(scale_family(grid_of(search), search->point)->name, "harmonic") == 0)
    search_dimension(search);
  else
    holds(search, 0);
}

static int plan_cells(struct limen_plan *plan, struct limen_error *error) {
  (void)error;
  for (size_t point = 0; point < limen_grid_points(&plan->grid); point++) {
    struct scale_search search = {.plan = plan, .point = point};
    scale_search(&search);
  }
  return LIMEN_OK;
}

/* ---- the kind ---- */

static int check(const struct limen_grid *grid, struct limen_error *error) {
  for (size_t point = 0; point < limen_grid_points(grid); point++) {
    const struct limen_construction *family = scale_family(grid, point);
    const int64_t k = limen_grid_integer(grid, point, "k");
    if (k > (int64_t)family->k_most)
      return LIMEN_FAIL(error, LIMEN_USAGE, "k = %" PRId64 ": family %s serves sets of up to %zu",
                        k, family->name, family->k_most);
  }
  if (limen_grid_integer(grid, 0, "d_most") < 2)
    return LIMEN_FAIL(error, LIMEN_USAGE, "d_most: a harmonic frame has at least 2 dimensions");
  return LIMEN_OK;
}

/* A pass over half a row of the Gram matrix; a code looks at tuples of its inner code. */
static double cost(const struct limen_cell *cell) {
  const double d = (double)limen_cell_integer(cell, "d");
  return d == 0 ? 1e9 : (double)limen_cell_integer(cell, "n") * d;
}

const struct limen_kind limen_kind_scale = {
    .name = "scale",
    .about = "the fewest dimensions in which a construction is proved to serve n documents",
    .parameters = scale_parameters,
    .measures = scale_measures,
    .check = check,
    .plan = plan_cells,
    .cost = cost,
    .run = scale_run,
    .release = scale_release,
    .summarise = scale_summarise,
    .describe = scale_describe,
    .certify = scale_certify,
};
