/* How many documents can every pair be served for, when documents and queries are stored in few
 * dimensions and few bits, by constructions instead of training?
 *
 * A cell is a number of dimensions and an arithmetic; its rows are constructions. Each is pushed to
 * the largest number of documents of which all pairs are proved to have a query, everything
 * rounded: by classes (torus_rounding.h) or pair by pair (stored_pairs.h). */
#include <inttypes.h>
#include <string.h>

#include "experiments/kinds/parameter_words.h"
#include "experiments/kinds/precision/precision.h"

const struct limen_parameter precision_parameters[] = {
    {.name = "k", .about = "documents a query wants", AXIS, COUNT("2", 2, 2)},
    {.name = "d", .about = "dimensions", AXIS, COUNT("8", 2, LIMEN_TORUS_MOST)},
    {.name = "arithmetic",
     .about = "what documents and queries are stored in",
     .type = LIMEN_CHOICE,
     AXIS,
     .fallback = "float16",
     .choices = limen_quantiser_name},
    {.name = "construction",
     .about = "how documents are laid out",
     .type = LIMEN_CHOICE,
     .role = LIMEN_INNER,
     .fallback = "harmonic",
     .choices = limen_layout_name},
    {.name = "n_most", .about = "documents at most", SETTING, COUNT("20000", 3, 1000000)},
    {.name = "pairs_most",
     .about = "documents up to which all pairs are checked one by one where classes do not suffice",
     SETTING,
     COUNT("3000", 3, 100000)},
    {.name = "mend",
     .about = "wrong pairs at most whose queries are looked for on their own",
     SETTING,
     COUNT("200", 0, 1000000)},
    {.name = "proposals",
     .about = "frames that a search looks at, for one number of documents, at most",
     SETTING,
     COUNT("2000", 0, 1000000000)},
    {.name = "patience",
     .about = "frames in vain before a search starts anew",
     SETTING,
     COUNT("300", 1, 1000000000)},
    {.name = "work",
     .about = "millions of coordinates looked at, for one construction, at most",
     SETTING,
     NUMBER("4000", 0.001, 1e9)},
    {.name = "weight_most",
     .about = "largest weight of a frequency; 1: all are equal",
     SETTING,
     COUNT("2", 1, LIMEN_TORUS_WEIGHT_MOST)},
    {.name = "seeds", .about = "how often searches are repeated", PLANNING, COUNT("1", 1, 10000)},
    {.name = "first_seed",
     .about = "seeds are this one and those after it",
     PLANNING,
     COUNT("1", 0, 1e15)},
    {.name = "seed",
     .about = "seed of the random numbers",
     .type = LIMEN_INTEGER,
     .role = LIMEN_COORDINATE,
     .min = 0,
     .max = 1e15},
    {0},
};

const struct limen_measure_column precision_measures[] = {
    [PRECISION_N] = {"n_star", "largest number of documents of which every pair was proved",
                     "documents", false},
    [PRECISION_HOW] = {"how", "0 proved by classes, for any rounding; 1 every pair on its own", "",
                       false},
    [PRECISION_GAP] = {"gap", "smallest lead in real arithmetic, of unit vectors; at least",
                       "score", false},
    [PRECISION_LEFT] = {"stored_lead", "smallest lead of what is stored, of a unit query", "score",
                        false},
    [PRECISION_MENDED] = {"mended", "pairs whose query was looked for on its own", "pairs", false},
    [PRECISION_TRIED] = {"tried", "numbers of documents tried", "", false},
    [PRECISION_ENDED] = {"end", "0 nothing larger was proved, 1 at the most, 2 work ran out", "",
                         false},
    [PRECISION_FRAMES] = {"frames", "frames that searches looked at", "frames", false},
    [PRECISION_WORK] = {"looked_at", "coordinates looked at, millions", "", false},
    [PRECISION_SECONDS] = {"seconds", "time of the row", "s", true},
    {0},
};

static int plan_cells(struct limen_plan *plan, struct limen_error *error) {
  const int64_t first = limen_grid_integer(&plan->grid, 0, "first_seed");
  (void)error;
  for (size_t point = 0; point < limen_grid_points(&plan->grid); point++)
    for (int64_t i = 0; i < limen_grid_integer(&plan->grid, 0, "seeds"); i++) {
      const int64_t seed = first + i;
      limen_plan_ask(plan, point, &seed);
    }
  return LIMEN_OK;
}

/* Work is what is spent, and more dimensions spend it surer. */
static double cost(const struct limen_cell *cell) {
  return limen_cell_real(cell, "work") * (double)(limen_cell_integer(cell, "d") + 8);
}

const struct limen_kind limen_kind_precision = {
    .name = "precision",
    .about =
        "documents of which every pair is served, by constructions, in d dimensions and an "
        "arithmetic",
    .parameters = precision_parameters,
    .measures = precision_measures,
    .plan = plan_cells,
    .cost = cost,
    .run = precision_run,
    .summarise = precision_summarise,
    .describe = precision_describe,
    .verify = precision_verify,
    .certify = precision_certify,
};
