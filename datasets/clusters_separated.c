/* Well separated Gaussian clusters, labelled: inserted by category they cost a graph index recall
 * although every node stays reachable. Row i, and query i, belong to cluster i mod `clusters`. */
#include "base/memory.h"
#include "datasets/rows.h"

struct clusters {
  size_t count, d;
  const double *centres; /* count x d */
};

static void draw(gsl_rng *rng, size_t row, const void *context, double *x, double *scratch) {
  (void)scratch;
  const struct clusters *clusters = context;
  const double *centre = clusters->centres + row % clusters->count * clusters->d;
  for (size_t c = 0; c < clusters->d; c++) x[c] = centre[c] + limen_rows_normal(rng);
}

static void draw_centre(gsl_rng *rng, size_t row, const void *context, double *x, double *scratch) {
  (void)row;
  (void)scratch;
  const struct clusters *clusters = context;
  for (size_t c = 0; c < clusters->d; c++) x[c] = limen_rows_normal(rng);
}

static int make(const struct limen_grid *values, uint64_t seed, struct limen_data *out,
                struct limen_error *error) {
  struct clusters clusters = {.count = (size_t)limen_grid_integer(values, 0, "clusters"),
                              .d = (size_t)limen_grid_integer(values, 0, "d")};
  const double separation = limen_grid_real(values, 0, "separation");
  const struct limen_row_law places = {.draw = draw_centre, .context = &clusters};
  const struct limen_row_law rows = {.draw = draw, .context = &clusters};
  struct limen_matrix drawn = {0};
  double *centres = NULL;
  int status = limen_matrix_init(&drawn, clusters.count, clusters.d, error);
  if (status == LIMEN_OK) status = limen_rows_fill(&drawn, seed, "centres", &places, error);
  if (status != LIMEN_OK) goto done;
  centres = limen_alloc(clusters.count * clusters.d, sizeof *centres, error);
  if (!centres) status = LIMEN_FAILED;
  if (status != LIMEN_OK) goto done;
  for (size_t i = 0; i < clusters.count * clusters.d; i++)
    centres[i] = separation * (double)drawn.values[i];
  clusters.centres = centres;
  status = limen_data_init(out, values, clusters.d, error);
  out->dimension = (double)clusters.d;
  if (status == LIMEN_OK) status = limen_data_fill(out, values, seed, &rows, error);
  if (status == LIMEN_OK)
    status = limen_labels_cycle(&out->labels, out->base.rows, clusters.count, "cluster", error);
done:
  limen_free(centres);
  limen_matrix_clear(&drawn);
  return status;
}

static const struct limen_parameter parameters[] = {
    LIMEN_DATASET_PARAMETERS("10000"),
    LIMEN_DATASET_INTEGER("clusters", "clusters of equal size", "200", 1, 1000000),
    LIMEN_DATASET_INTEGER("d", "dimensions", "32", 1, 4096),
    LIMEN_DATASET_REAL("separation", "deviation of the centres; that within a cluster is 1", "10",
                       0, 1e6),
    {0}};

const struct limen_dataset limen_dataset_clusters_separated = {
    .name = "clusters_separated",
    .about = "Gaussian clusters far apart, labelled",
    .parameters = parameters,
    .make = make,
};
