/* The machine's own rate at given shapes of matrix products: what the hot paths are held against.
 */
#include <cblas.h>
#include <omp.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/threads.h"
#include "cli/bench.h"

enum { SAMPLES = 7 };
static const double SAMPLE_S = 0.03; /* long enough for the clock, short enough for patience */

/* Operands of one shape, stored as its transpose flags say. */
struct operands {
  float *a, *b, *c;
};

static void multiply(const struct limen_sgemm_shape *shape, const struct operands *on) {
  cblas_sgemm(
      CblasRowMajor, shape->transpose_a ? CblasTrans : CblasNoTrans,
      shape->transpose_b ? CblasTrans : CblasNoTrans, (int)shape->rows, (int)shape->columns,
      (int)shape->depth, 1.0f, on->a, (int)(shape->transpose_a ? shape->rows : shape->depth), on->b,
      (int)(shape->transpose_b ? shape->depth : shape->columns), 0.0f, on->c, (int)shape->columns);
}

static float *filled(size_t count, struct limen_error *error) {
  float *block = limen_alloc(count, sizeof *block, error);
  for (size_t i = 0; block && i < count; i++) block[i] = (float)(i * 7 % 19) / 19 - 0.45f;
  return block;
}

static int prepare(const struct limen_sgemm_shape *shapes, size_t count, struct operands *on,
                   struct limen_error *error) {
  for (size_t i = 0; i < count; i++) {
    on[i].a = filled(shapes[i].rows * shapes[i].depth, error);
    on[i].b = filled(shapes[i].depth * shapes[i].columns, error);
    on[i].c = filled(shapes[i].rows * shapes[i].columns, error);
    if (!on[i].a || !on[i].b || !on[i].c) return LIMEN_FAILED;
  }
  return LIMEN_OK;
}

/* Seconds for every thread to run all shapes `rounds` times over its own operands. */
static double time_rounds(const struct limen_sgemm_shape *shapes, size_t count,
                          const struct operands *on, size_t rounds) {
  double start = limen_clock_s();
#pragma omp parallel
  {
    const struct operands *mine = on + (size_t)omp_get_thread_num() * count;
    for (size_t r = 0; r < rounds; r++)
      for (size_t i = 0; i < count; i++) multiply(&shapes[i], &mine[i]);
  }
  return limen_clock_s() - start;
}

int limen_bench_sgemm(const struct limen_sgemm_shape *shapes, size_t count, double *gflops,
                      struct limen_error *error) {
  size_t threads = (size_t)limen_threads();
  int status = LIMEN_OK;
  double flops = 0, samples[SAMPLES], lowest, highest;
  struct operands *on = limen_alloc(threads * count, sizeof *on, error);
  if (!on) return LIMEN_FAILED;
  for (size_t t = 0; t < threads && status == LIMEN_OK; t++)
    status = prepare(shapes, count, on + t * count, error);
  if (status != LIMEN_OK) goto done;
  for (size_t i = 0; i < count; i++)
    flops += 2.0 * (double)shapes[i].rows * (double)shapes[i].columns * (double)shapes[i].depth;
  size_t rounds = 1;
  while (time_rounds(shapes, count, on, rounds) < SAMPLE_S) rounds *= 2;
  for (size_t s = 0; s < SAMPLES; s++)
    samples[s] = flops * (double)(rounds * threads) / time_rounds(shapes, count, on, rounds) * 1e-9;
  limen_bench_spread(samples, SAMPLES, gflops, &lowest, &highest);
done:
  for (size_t i = 0; i < threads * count; i++) {
    limen_free(on[i].a);
    limen_free(on[i].b);
    limen_free(on[i].c);
  }
  limen_free(on);
  return status;
}
