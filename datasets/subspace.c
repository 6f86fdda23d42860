/* Linear subspaces of a given rank: the data of Elliott and Clark, "The Impacts of Data, Ordering,
 * and Intrinsic Dimensionality on Recall in HNSW", arXiv 2405.17813. A vector is a combination of
 * `rank` orthonormal vectors of `ambient` dimensions; PCA finds exactly `rank` components.
 *
 * The coefficients come from a stream of their own, so `ambient` does not change them: distances,
 * and with them all neighbours, are those of the same data in `rank` dimensions. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "datasets/rows.h"

enum law { NORMAL, UNIFORM, NONNEGATIVE };
static const char *const laws[] = {"normal", "uniform", "nonnegative"};
static const char *law_name(size_t i) { return i < sizeof laws / sizeof *laws ? laws[i] : NULL; }

struct subspace {
  size_t rank, ambient;
  enum law law;
  bool unit;
  const double *basis; /* rank x ambient; NULL: the coefficients are the vector */
};

static double coefficient(gsl_rng *rng, enum law law) {
  if (law == NORMAL) return limen_rows_normal(rng);
  double u = gsl_rng_uniform(rng);
  return law == UNIFORM ? 2 * u - 1 : u;
}

static void draw(gsl_rng *rng, size_t row, const void *context, double *x, double *scratch) {
  (void)row;
  const struct subspace *space = context;
  double *own = space->basis ? scratch : x, length = 0;
  /* A vector of zeros has no direction; uniform numbers of 53 bits make one about never. */
  do {
    for (size_t r = 0; r < space->rank; r++) own[r] = coefficient(rng, space->law);
    length = sqrt(limen_rows_dot(own, own, space->rank));
  } while (space->unit && !(length > 0));
  for (size_t r = 0; space->unit && r < space->rank; r++) own[r] /= length;
  for (size_t r = 0; space->basis && r < space->rank; r++)
    limen_rows_add(x, own[r], space->basis + r * space->ambient, space->ambient);
}

static int make(const struct limen_grid *values, uint64_t seed, struct limen_data *out,
                struct limen_error *error) {
  struct subspace space = {.rank = (size_t)limen_grid_integer(values, 0, "rank"),
                           .ambient = (size_t)limen_grid_integer(values, 0, "ambient"),
                           .unit = limen_grid_integer(values, 0, "unit") != 0};
  double *basis = NULL;
  while (strcmp(laws[space.law], limen_grid_string(values, 0, "coefficients")) != 0) space.law++;
  if (space.ambient == 0) space.ambient = space.rank;
  if (space.ambient < space.rank)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "a subspace of rank %zu does not fit into %zu dimensions; raise `ambient` or "
                      "lower `rank`",
                      space.rank, space.ambient);
  int status = limen_data_init(out, values, space.ambient, error);
  if (status != LIMEN_OK) goto done;
  if (limen_grid_integer(values, 0, "ambient") != 0) {
    basis = limen_rows_basis(space.rank, space.ambient, seed, "basis", error);
    if (!basis) status = LIMEN_FAILED;
    if (status != LIMEN_OK) goto done;
    space.basis = basis;
  }
  const struct limen_row_law rows = {draw, &space, space.rank};
  /* Unit vectors of a subspace are a sphere in it, one dimension less. */
  out->dimension = (double)(space.rank - (space.unit ? 1 : 0));
  status = limen_data_fill(out, values, seed, &rows, error);
done:
  limen_free(basis);
  return status;
}

static const struct limen_parameter parameters[] = {
    LIMEN_DATASET_PARAMETERS("10000"),
    LIMEN_DATASET_INTEGER("rank", "dimensions that the vectors really have", "64", 1,
                          LIMEN_DATASET_COLUMNS_MAX),
    LIMEN_DATASET_INTEGER("ambient", "dimensions they are stored in; 0: as many as the rank", "0",
                          0, LIMEN_DATASET_COLUMNS_MAX),
    {.name = "coefficients",
     .about = "law of the coefficients: N(0, 1), or uniform on [-1, 1), or on [0, 1)",
     .type = LIMEN_CHOICE,
     .role = LIMEN_SETTING,
     .fallback = "normal",
     .choices = law_name},
    LIMEN_DATASET_INTEGER("unit", "1: scale the vectors to unit length", "0", 0, 1),
    {0}};

const struct limen_dataset limen_dataset_subspace = {
    .name = "subspace",
    .about = "linear subspace of a given rank in any number of dimensions",
    .parameters = parameters,
    .make = make,
};
