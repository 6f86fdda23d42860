/* Clusters that each have a dimension of their own, from `lowest` to `highest` in equal steps:
 * every cluster lies in a random flat of `ambient` dimensions. One number says nothing true about
 * such a set, which is what it is for: pointwise estimates must tell the clusters apart.
 *
 * Row i belongs to cluster i mod `clusters`. Coefficients are N(0, 1/dimension), so that all
 * clusters are equally wide: root mean square distance 1 from their centres, which are N(0,
 * spread^2 / ambient) in every coordinate, spread away from the origin. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "datasets/rows.h"

struct cluster {
  size_t dimension;
  double *basis;  /* dimension x ambient */
  double *centre; /* ambient; not of unit length */
};

struct mixture {
  size_t clusters, ambient;
  struct cluster *cluster;
};

static void draw(gsl_rng *rng, size_t row, const void *context, double *x, double *scratch) {
  (void)scratch;
  const struct mixture *mixture = context;
  const struct cluster *own = &mixture->cluster[row % mixture->clusters];
  const double width = 1 / sqrt((double)own->dimension);
  memcpy(x, own->centre, mixture->ambient * sizeof *x);
  for (size_t d = 0; d < own->dimension; d++)
    limen_rows_add(x, width * limen_rows_normal(rng), own->basis + d * mixture->ambient,
                   mixture->ambient);
}

/* The centre is the first vector of a basis of its own, scaled; so centres are `spread` from the
 * origin exactly, in random directions. */
static int make_cluster(struct cluster *cluster, size_t ambient, double spread, size_t number,
                        uint64_t seed, struct limen_error *error) {
  int status = LIMEN_FAILED;
  char *place = limen_print(error, "centre/%zu", number);
  char *flat = limen_print(error, "basis/%zu", number);
  if (!place || !flat) goto done;
  if (!(cluster->centre = limen_rows_basis(1, ambient, seed, place, error))) goto done;
  for (size_t c = 0; c < ambient; c++) cluster->centre[c] *= spread;
  cluster->basis = limen_rows_basis(cluster->dimension, ambient, seed, flat, error);
  if (cluster->basis) status = LIMEN_OK;
done:
  limen_free(flat);
  limen_free(place);
  return status;
}

static int label(const struct mixture *mixture, struct limen_data *out, struct limen_error *error) {
  char **names = limen_alloc(mixture->clusters, sizeof *names, error);
  int status = LIMEN_FAILED;
  if (!names) goto done;
  for (size_t i = 0; i < mixture->clusters; i++)
    if (!(names[i] = limen_print(error, "c%zu_d%zu", i, mixture->cluster[i].dimension))) goto done;
  status = limen_labels_name(&out->labels, out->base.rows, mixture->clusters,
                             (const char *const *)names, error);
  for (size_t i = 0; status == LIMEN_OK && i < out->base.rows; i++)
    out->labels.label[i] = (uint32_t)(i % mixture->clusters);
  if (status == LIMEN_OK) {
    out->label_dimensions = limen_alloc(mixture->clusters, sizeof *out->label_dimensions, error);
    if (!out->label_dimensions) status = LIMEN_FAILED;
  }
  for (size_t i = 0; status == LIMEN_OK && i < mixture->clusters; i++)
    out->label_dimensions[i] = (double)mixture->cluster[i].dimension;
done:
  for (size_t i = 0; names && i < mixture->clusters; i++) limen_free(names[i]);
  limen_free(names);
  return status;
}

static int make(const struct limen_grid *values, uint64_t seed, struct limen_data *out,
                struct limen_error *error) {
  const size_t lowest = (size_t)limen_grid_integer(values, 0, "lowest");
  const size_t highest = (size_t)limen_grid_integer(values, 0, "highest");
  struct mixture mixture = {.clusters = (size_t)limen_grid_integer(values, 0, "clusters"),
                            .ambient = (size_t)limen_grid_integer(values, 0, "ambient")};
  if (lowest > highest || highest > mixture.ambient)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "clusters from dimension %zu to %zu in %zu dimensions are not possible; "
                      "lowest <= highest <= ambient is needed",
                      lowest, highest, mixture.ambient);
  int status = LIMEN_FAILED;
  mixture.cluster = limen_alloc(mixture.clusters, sizeof *mixture.cluster, error);
  if (!mixture.cluster) goto done;
  if ((status = limen_data_init(out, values, mixture.ambient, error)) != LIMEN_OK) goto done;
  for (size_t i = 0; i < mixture.clusters; i++) {
    size_t steps = mixture.clusters > 1 ? mixture.clusters - 1 : 1;
    mixture.cluster[i].dimension = lowest + i * (highest - lowest) / steps;
    status = make_cluster(&mixture.cluster[i], mixture.ambient,
                          limen_grid_real(values, 0, "spread"), i, seed, error);
    if (status != LIMEN_OK) goto done;
  }
  out->dimension = lowest == highest ? (double)lowest : NAN;
  const struct limen_row_law rows = {.draw = draw, .context = &mixture};
  status = limen_data_fill(out, values, seed, &rows, error);
  if (status == LIMEN_OK) status = label(&mixture, out, error);
done:
  for (size_t i = 0; mixture.cluster && i < mixture.clusters; i++) {
    limen_free(mixture.cluster[i].basis);
    limen_free(mixture.cluster[i].centre);
  }
  limen_free(mixture.cluster);
  return status;
}

static const struct limen_parameter parameters[] = {
    LIMEN_DATASET_PARAMETERS("10000"),
    LIMEN_DATASET_INTEGER("clusters", "clusters of equal size", "8", 1, 4096),
    LIMEN_DATASET_INTEGER("lowest", "dimension of the first cluster", "2", 1, 4096),
    LIMEN_DATASET_INTEGER("highest", "dimension of the last cluster", "32", 1, 4096),
    LIMEN_DATASET_INTEGER("ambient", "dimensions that the vectors are stored in", "64", 1,
                          LIMEN_DATASET_COLUMNS_MAX),
    LIMEN_DATASET_REAL("spread", "distance of the centres from the origin; clusters are 1 wide",
                       "8", 0, 1e6),
    {0}};

const struct limen_dataset limen_dataset_clusters_mixed = {
    .name = "clusters_mixed",
    .about = "clusters with a different dimension each, labelled",
    .parameters = parameters,
    .make = make,
};
