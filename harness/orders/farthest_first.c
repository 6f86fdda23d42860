/* Farthest first: every next row is the one farthest from all rows before it (Gonzalez, "Clustering
 * to Minimize the Maximum Intercluster Distance", Theoretical Computer Science 1985). Any beginning
 * of it is an even net over the data that is at most twice as coarse as the best of its size.
 *
 * It starts at the row nearest to the centroid, so that an outlier comes second and not first; a
 * start at the farthest row was the alternative, and differs in the first few rows. Distances are
 * those of order_parts.h, in float64, so copies are at distance 0 and come at the end, by row.
 *
 * Every step updates each remaining row's distance to its nearest predecessor: n^2 / 2 distances of
 * n d memory, a tenth of a second for n = 4000, d = 64, and most of a minute for n = 100,000 on two
 * cores. Bounds by the triangle inequality would spare few of them where distances are alike, which
 * is the case that interests here. */
#include <math.h>

#include "base/chunks.h"
#include "base/memory.h"
#include "base/threads.h"
#include "orders/order_parts.h"

enum { BLOCK = 512 /* rows of a chunk: some ten microseconds a step */ };

struct farthest {
  double distance; /* -1: no row is left */
  size_t row;
};

struct job {
  struct limen_order_space space;
  size_t latest;
  double *nearest;       /* per row: to the nearest row before it in the order; -1: is in it */
  struct farthest *best; /* per chunk */
};

static void update(void *context, size_t chunk, size_t worker) {
  (void)worker;
  struct job *job = context;
  const size_t n = job->space.base->rows, end = (chunk + 1) * BLOCK < n ? (chunk + 1) * BLOCK : n;
  struct farthest best = {.distance = -1};
  for (size_t i = chunk * BLOCK; i < end; i++) {
    if (job->nearest[i] < 0) continue;
    double distance = limen_order_space_between(&job->space, job->latest, i);
    if (distance < job->nearest[i]) job->nearest[i] = distance;
    if (job->nearest[i] > best.distance)
      best = (struct farthest){.distance = job->nearest[i], .row = i};
  }
  job->best[chunk] = best;
}

static int walk(struct job *job, size_t *order, struct limen_error *error) {
  const size_t n = job->space.base->rows, chunks = (n + BLOCK - 1) / BLOCK;
  const size_t threads = (size_t)limen_threads();
  const size_t workers = threads < LIMEN_WORKERS_MAX ? threads : LIMEN_WORKERS_MAX;
  for (size_t step = 0;; step++) {
    order[step] = job->latest;
    job->nearest[job->latest] = -1;
    if (step + 1 == n) return LIMEN_OK;
    if (limen_interrupted()) return LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted");
    limen_chunks_run(chunks, workers, update, job);
    struct farthest best = {.distance = -1};
    for (size_t c = 0; c < chunks; c++)
      if (job->best[c].distance > best.distance) best = job->best[c];
    job->latest = best.row;
  }
}

static int arrange(const struct limen_order_input *input, size_t *order,
                   struct limen_error *error) {
  const size_t n = input->base->rows;
  struct job job = {0};
  int status = limen_order_space_init(&job.space, input, error);
  if (status != LIMEN_OK) goto done;
  status = LIMEN_FAILED;
  if (!(job.nearest = limen_alloc(n, sizeof *job.nearest, error))) goto done;
  if (!(job.best = limen_alloc((n + BLOCK - 1) / BLOCK, sizeof *job.best, error))) goto done;
  limen_order_space_from_centroid(&job.space, job.nearest);
  for (size_t i = 1; i < n; i++)
    if (job.nearest[i] < job.nearest[job.latest]) job.latest = i;
  for (size_t i = 0; i < n; i++) job.nearest[i] = HUGE_VAL;
  status = walk(&job, order, error);
done:
  limen_order_space_clear(&job.space);
  limen_free(job.nearest);
  limen_free(job.best);
  return status;
}

const struct limen_order limen_order_farthest_first = {
    .name = "farthest_first",
    .about = "every next row is the farthest from all before it; n^2 d",
    .arrange = arrange,
};
