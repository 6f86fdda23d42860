/* Where does the limit lie: in geometry, in margins, in number formats, or in training?
 *
 * A point is a number of dimensions and a number format. Two searches look for the most documents
 * of which every pair is proved to be some query's top 2 there: a hunt over layouts in few
 * dimensions (the kind precision has it), and formulas of any number of documents (the kind scale
 * has them), separating codes where documents are bits and harmonic frames where they are not. The
 * report lays them beside what is known, and what training is published to reach. */
#include <string.h>

#include "experiments/kinds/geometry/geometry.h"
#include "experiments/kinds/parameter_words.h"
#include "experiments/kinds/scale/scale.h"
#include "limits/harmonic_proof.h"
#include "limits/inner_codes.h"
#include "limits/layout.h"

const struct limen_parameter geometry_parameters[] = {
    {.name = "k", .about = "documents a query wants", AXIS, COUNT("2", 2, 2)},
    {.name = "format",
     .about = "what documents are stored in",
     .type = LIMEN_CHOICE,
     AXIS,
     .fallback = "float16",
     .choices = limen_quantiser_name},
    {.name = "d", .about = "dimensions", AXIS, COUNT("8", 2, LIMEN_HARMONIC_D_MOST)},
    {.name = "n_hunt", .about = "layouts: documents at most", SETTING, COUNT("20000", 3, 1000000)},
    {.name = "pairs_most",
     .about = "layouts: documents up to which pairs are checked one by one",
     SETTING,
     COUNT("2000", 3, 100000)},
    {.name = "proposals",
     .about = "layouts: frames that a search looks at, for one number of documents, at most",
     SETTING,
     COUNT("2000", 0, 1000000000)},
    {.name = "work",
     .about = "layouts: millions of coordinates looked at, for one layout, at most",
     SETTING,
     NUMBER("2000", 0.001, 1e9)},
    {.name = "draws",
     .about = "frames by formula: random sets of frequencies that are tried",
     SETTING,
     COUNT("4", 1, 1000000)},
    {.name = "inner_bits",
     .about = "codes: bits of an inner word at most",
     SETTING,
     COUNT("48", 1, LIMEN_SEPARATING_BITS)},
    {.name = "tries",
     .about = "codes: random words that are tried for the inner code of each length",
     SETTING,
     COUNT("3000", 1, 1e9)},
    {.name = "first_seed",
     .about = "what frequencies and words are drawn from",
     SETTING,
     COUNT("1", 0, 1e15)},
    {.name = "trainings",
     .about = "random starts of a training at most, up to the first that succeeds",
     SETTING,
     COUNT("4", 1, 10000)},
    {.name = "steps", .about = "of a training", SETTING, COUNT("1500", 1, 10000000)},
    {.name = "d_hunt",
     .about = "dimensions up to which layouts are hunted",
     PLANNING,
     COUNT("32", 2, LIMEN_TORUS_MOST)},
    {.name = "n_frames",
     .about = "frames by formula: documents at most",
     PLANNING,
     COUNT("1e8", 20, 1e11)},
    {.name = "n_codes", .about = "codes: documents at most", PLANNING, COUNT("1e11", 20, 1e12)},
    {.name = "d_train",
     .about = "float32: dimensions up to which embeddings are trained",
     PLANNING,
     COUNT("8", 1, LIMEN_HARMONIC_D_MOST)},
    {.name = "n_train", .about = "trained documents at most", PLANNING, COUNT("150", 4, 2000)},
    {.name = "n",
     .about = "documents asked of a formula, at least, or trained",
     .type = LIMEN_INTEGER,
     .role = LIMEN_COORDINATE,
     .min = 0,
     .max = 1e12,
     .zero = "most"},
    {.name = "trained",
     .about = "1: by training",
     .type = LIMEN_INTEGER,
     .role = LIMEN_COORDINATE,
     .min = 0,
     .max = 1},
    {0},
};

const struct limen_measure_column geometry_measures[] = {
    [GEOMETRY_N] = {"n_proved", "documents of which every pair was proved", "documents", false},
    [GEOMETRY_HOW] = {"how", "0 by classes, 1 every pair on its own, 2 by a formula, 3 trained", "",
                      false},
    [GEOMETRY_D] = {"dimensions", "that are used", "", false},
    [GEOMETRY_LEAD] = {"lead", "smallest, of a unit query, the longest document as 1", "score",
                       false},
    [GEOMETRY_SECONDS] = {"seconds", "time of the cell", "s", true},
    {0},
};

/* ---- the search ---- */

double geometry_value(const struct limen_cell *cell, enum geometry_measure measure) {
  return cell->answer.values[measure];
}

/* 1 or 0: was anything proved for n documents (0: the hunt); -1 while waiting. */
static int holds(struct limen_plan *plan, const struct limen_plan *finished, int64_t n,
                 struct geometry_point *out) {
  const int64_t at[] = {n, 0};
  const struct limen_cell *cell =
      plan ? limen_plan_ask(plan, out->point, at) : limen_plan_peek(finished, out->point, at);
  if (!cell) {
    out->waiting = true;
    return -1;
  }
  const double proved = geometry_value(cell, GEOMETRY_N);
  out->cells++;
  if (!(proved > 0)) return 0;
  if (!out->cell || proved > geometry_value(out->cell, GEOMETRY_N)) out->cell = cell;
  return 1;
}

/* Doublings of GEOMETRY_N_FIRST that stay within the most documents of the format's formula; -1:
 * it has none. */
static int doublings(const struct limen_grid *grid, const struct geometry_point *point) {
  const bool code = point->format->bits == 1;
  const int64_t most = limen_grid_integer(grid, 0, code ? "n_codes" : "n_frames");
  bool known = code;
  for (size_t i = 0; !known && limen_harmonic_format_name(i); i++)
    known = strcmp(limen_harmonic_format_name(i), point->format->name) == 0;
  if (!known || (!code && point->d % 2 == 1)) return -1;
  int count = 0;
  while (GEOMETRY_N_FIRST << (count + 1) <= most) count++;
  return count;
}

/* More documents are harder, if only by and large; so doublings are galloped and bisected. */
static void climb(struct limen_plan *plan, const struct limen_plan *finished, int most,
                  struct geometry_point *out) {
  int low = -1, high = most + 1, step = 1;
  while (high - low > 1) {
    const int gallop = low + step, middle = low + (high - low) / 2;
    const int at = high > most && gallop < high ? gallop : middle;
    const int good = holds(plan, finished, GEOMETRY_N_FIRST << at, out);
    if (good < 0) return;
    *(good ? &low : &high) = at;
    step *= 2;
  }
}

/* Training is no monotone function of n; what is found is the end of one gallop and bisection. */
static void train(struct limen_plan *plan, const struct limen_plan *finished, int64_t most,
                  struct geometry_point *out) {
  int64_t low = 3, high = most + 1;
  while (high - low > 1) {
    const int64_t up = low + low / 2 + 1;
    const int64_t n = high > most ? (up < most ? up : most) : low + (high - low) / 2;
    const int64_t at[] = {n, 1};
    const struct limen_cell *cell =
        plan ? limen_plan_ask(plan, out->point, at) : limen_plan_peek(finished, out->point, at);
    if (!cell) {
      out->waiting = true;
      return;
    }
    const bool good = geometry_value(cell, GEOMETRY_N) > 0;
    if (good) out->trained = cell;
    *(good ? &low : &high) = n;
  }
}

void geometry_search(struct limen_plan *plan, const struct limen_plan *finished,
                     struct geometry_point *out) {
  const struct limen_grid *grid = plan ? &plan->grid : &finished->grid;
  const size_t point = out->point;
  *out = (struct geometry_point){
      .point = point,
      .d = limen_grid_integer(grid, point, "d"),
      .format = limen_quantiser_find(limen_grid_string(grid, point, "format"))};
  if (out->format->bits > 1 && out->d <= limen_grid_integer(grid, 0, "d_hunt"))
    holds(plan, finished, 0, out);
  climb(plan, finished, doublings(grid, out), out);
  if (strcmp(out->format->name, "float32") == 0 && out->d <= limen_grid_integer(grid, 0, "d_train"))
    train(plan, finished, limen_grid_integer(grid, 0, "n_train"), out);
}

static int plan_cells(struct limen_plan *plan, struct limen_error *error) {
  (void)error;
  for (size_t point = 0; point < limen_grid_points(&plan->grid); point++) {
    struct geometry_point search = {.point = point};
    geometry_search(plan, NULL, &search);
  }
  return LIMEN_OK;
}

/* Hunts first. */
static double cost(const struct limen_cell *cell) {
  const double n = (double)limen_cell_integer(cell, "n"), d = (double)limen_cell_integer(cell, "d");
  if (limen_cell_integer(cell, "trained") == 1) return 1e8 * n * n * n * d;
  return n == 0 ? 1e12 * d : n * d;
}

const struct limen_kind limen_kind_geometry = {
    .name = "geometry",
    .about = "what geometry, margins, number formats and training allow, on one page",
    .parameters = geometry_parameters,
    .measures = geometry_measures,
    .plan = plan_cells,
    .cost = cost,
    .run = geometry_run,
    .release = scale_release,
    .summarise = geometry_summarise,
    .describe = geometry_describe,
    .verify = geometry_verify,
    .certify = geometry_certify,
};
