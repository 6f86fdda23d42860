/* The product of the two tables in tiles that stay in the second-level cache, each looked through
 * once while it is there. The near table is packed once for all. */
#include "limits/harmonic_scan.h"

#include <math.h>
#include <omp.h>
#include <stdatomic.h>

#include "base/chunks.h"
#include "base/lanes.h"
#include "base/memory.h"
#include "base/threads.h"
#include "knn/multiply.h"

enum {
  FAR = 20 * LIMEN_KNN_GROUP, /* rows of the far table in a tile */
  NEAR = 8 * LIMEN_KNN_PANEL  /* of the near one: 240 KB of products */
};

/* Bounds for sums of K cosines. */
struct sums {
  float above, below;
};

struct job {
  const struct limen_harmonic *frame;
  const struct limen_harmonic_visitor *visitor;
  size_t far_rows; /* in a chunk: fewer when the far table is short, so that threads share it */
  float *near;     /* packed */
  float *far, *products; /* a tile a worker */
  double error;
  atomic_bool stopped;
};

static size_t far_rows_of(const struct limen_harmonic *frame) {
  const size_t fair = frame->rows / 16 / LIMEN_KNN_GROUP * LIMEN_KNN_GROUP;
  return fair < LIMEN_KNN_GROUP ? LIMEN_KNN_GROUP : fair > FAR ? FAR : fair;
}

size_t limen_harmonic_chunks(const struct limen_harmonic *frame) {
  return (frame->rows + far_rows_of(frame) - 1) / far_rows_of(frame);
}

static bool take_bounds(struct job *job, struct sums *out) {
  struct limen_harmonic_bounds bounds;
  const double k = (double)job->frame->count;
  if (limen_interrupted() || atomic_load_explicit(&job->stopped, memory_order_relaxed))
    return false;
  if (!job->visitor->bounds(job->visitor->context, &bounds)) {
    atomic_store(&job->stopped, true);
    return false;
  }
  /* A step of float32 further out on both sides, for the rounding of the bounds. */
  out->above = nextafterf((float)(k * (bounds.above - job->error)), -INFINITY);
  out->below = nextafterf((float)(k * (bounds.below + job->error)), INFINITY);
  return true;
}

/* Whether any of the 16-fold `count` products lies outside. */
static bool any_outside(const float *products, size_t count, const struct sums *bounds) {
  const limen_lanes above = limen_lanes_all(bounds->above), below = limen_lanes_all(bounds->below);
  limen_lanes_int outside = {0};
  for (size_t i = 0; i < count; i += LIMEN_LANES) {
    const limen_lanes x = limen_lanes_load(products + i);
    outside |= (x > above) | (x < below);
  }
  int32_t any = 0;
  LIMEN_EACH(i, LIMEN_LANES) any |= outside[i];
  return any != 0;
}

static void look_at(struct job *job, size_t chunk, uint64_t first, const float *products,
                    size_t count, const struct sums *bounds) {
  if (!any_outside(products, count, bounds)) return;
  for (size_t i = 0; i < count; i++) {
    const uint64_t l = first + i;
    if (l == 0 || l > job->frame->half) continue;
    if (products[i] > bounds->above || products[i] < bounds->below)
      job->visitor->see(job->visitor->context, chunk, l,
                        (double)products[i] / (double)job->frame->count);
  }
}

static void scan_chunk(void *context, size_t chunk, size_t worker) {
  struct job *job = context;
  const struct limen_harmonic *frame = job->frame;
  const size_t d = 2 * frame->count, first = chunk * job->far_rows;
  const size_t rows = frame->rows - first < job->far_rows ? frame->rows - first : job->far_rows;
  float *far = job->far + worker * FAR * d, *products = job->products + worker * FAR * NEAR;
  struct sums bounds;
  if (!take_bounds(job, &bounds)) return;
  for (size_t r = 0; r < rows; r++) limen_knn_pack_query(frame->far + (first + r) * d, r, d, far);
  for (size_t a = 0; a < frame->width; a += NEAR) {
    const size_t some = frame->width - a < NEAR ? frame->width - a : NEAR;
    if (!take_bounds(job, &bounds)) return;
    limen_knn_multiply(far, 0, rows, job->near + a * d, some, d, products, NEAR);
    for (size_t r = 0; r < rows; r++)
      look_at(job, chunk, (uint64_t)(first + r) * frame->width + a, products + r * NEAR, some,
              &bounds);
  }
}

static int pack(struct job *job, size_t workers, struct limen_error *error) {
  const struct limen_harmonic *frame = job->frame;
  const size_t d = 2 * frame->count;
  job->near = limen_alloc_scratch(frame->width, d * sizeof *job->near, error);
  job->far = limen_alloc(workers * FAR, d * sizeof *job->far, error);
  job->products = limen_alloc(workers * FAR, NEAR * sizeof *job->products, error);
  if (!job->near || !job->far || !job->products) return LIMEN_FAILED;
  for (size_t a = 0; a < frame->width; a += LIMEN_KNN_STRIP)
    limen_knn_pack_rows(frame->near + a * d, a, LIMEN_KNN_STRIP, d, job->near);
  return LIMEN_OK;
}

int limen_harmonic_scan(const struct limen_harmonic *frame, size_t workers,
                        const struct limen_harmonic_visitor *visitor, struct limen_error *error) {
  struct job job = {.frame = frame,
                    .visitor = visitor,
                    .far_rows = far_rows_of(frame),
                    .error = limen_harmonic_rough_error(frame)};
  if (workers > LIMEN_WORKERS_MAX) workers = LIMEN_WORKERS_MAX;
  int status = pack(&job, workers, error);
  if (status == LIMEN_OK && omp_in_parallel()) {
    limen_chunks_run(limen_harmonic_chunks(frame), workers, scan_chunk, &job);
  } else if (status == LIMEN_OK) {
#pragma omp parallel num_threads((int)workers)
#pragma omp single
    limen_chunks_run(limen_harmonic_chunks(frame), workers, scan_chunk, &job);
  }
  if (status == LIMEN_OK && limen_interrupted())
    status = LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted");
  limen_free(job.near);
  limen_free(job.far);
  limen_free(job.products);
  return status;
}
