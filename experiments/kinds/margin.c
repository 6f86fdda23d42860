/* How wide a margin can n documents in d dimensions keep, if every set of k must be some query's
 * top k, and how far from the bounds is the best that is known?
 *
 * A cell is a number of documents and of dimensions. Every candidate places documents of length 1,
 * the best query of every set is solved for, and the smallest score gap is proved in float32; half
 * of the widest is the margin. */
#include <inttypes.h>
#include <math.h>

#include "data/relevance.h"
#include "experiments/kinds/margin/margin.h"
#include "experiments/kinds/parameter_words.h"

const struct limen_parameter margin_parameters[] = {
    {.name = "k", .about = "documents a query wants", AXIS, COUNT("2", 1, 4)},
    {.name = "n", .about = "documents", AXIS, COUNT("16", 3, 1000)},
    {.name = "d", .about = "dimensions", AXIS, COUNT("8", 2, 512)},
    {.name = "proposals",
     .about = "harmonic frames that a search looks at, at most",
     SETTING,
     COUNT("3000", 0, 1000000000)},
    {.name = "trainings", .about = "trainings from random starts", SETTING, COUNT("2", 0, 1000)},
    {.name = "steps", .about = "of a training, all annealed", SETTING, COUNT("1500", 1, 10000000)},
    {.name = "first_seed",
     .about = "what starts, layouts and searches are drawn from",
     SETTING,
     COUNT("1", 0, 1e15)},
    {0},
};

const struct limen_measure_column margin_measures[] = {
    [MARGIN_BEST] = {"margin", "half the smallest score gap, proved, of unit vectors", "score",
                     false},
    [MARGIN_WINNER] = {"winner", "place of the best candidate in the report's list", "", false},
    [MARGIN_TRIED] = {"tried", "candidates that there are for these numbers", "", false},
    [MARGIN_SECONDS] = {"seconds", "time of the cell", "s", true},
    {0},
};

static int check(const struct limen_grid *grid, struct limen_error *error) {
  for (size_t point = 0; point < limen_grid_points(grid); point++) {
    const int64_t n = limen_grid_integer(grid, point, "n"),
                  k = limen_grid_integer(grid, point, "k");
    if (k >= n)
      return LIMEN_FAIL(
          error, LIMEN_USAGE,
          "k = %" PRId64 " of n = %" PRId64 " documents: queries want fewer than there are", k, n);
    if (limen_binomial((size_t)n, (size_t)k) > MARGIN_SETS_MOST)
      return LIMEN_FAIL(error, LIMEN_USAGE,
                        "n = %" PRId64 ", k = %" PRId64
                        ": there are more than %d sets, each with a query; take fewer documents",
                        n, k, MARGIN_SETS_MOST);
  }
  return LIMEN_OK;
}

static int plan_cells(struct limen_plan *plan, struct limen_error *error) {
  const int64_t none[1] = {0}; /* there are no coordinates */
  (void)error;
  for (size_t point = 0; point < limen_grid_points(&plan->grid); point++)
    limen_plan_ask(plan, point, none);
  return LIMEN_OK;
}

/* A step of training looks at every score. */
static double cost(const struct limen_cell *cell) {
  const double n = (double)limen_cell_integer(cell, "n");
  return pow(n, 1 + (double)limen_cell_integer(cell, "k")) * (double)limen_cell_integer(cell, "d");
}

const struct limen_kind limen_kind_margin = {
    .name = "margin",
    .about = "the widest margin of n documents in d dimensions, against its bounds",
    .parameters = margin_parameters,
    .measures = margin_measures,
    .check = check,
    .plan = plan_cells,
    .cost = cost,
    .run = margin_run,
    .summarise = margin_summarise,
    .describe = margin_describe,
    .verify = margin_verify,
    .certify = margin_certify,
};
