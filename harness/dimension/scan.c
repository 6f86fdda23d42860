#include "dimension/scan.h"

#include <math.h>

#include "base/memory.h"

/* Points a task, rows a block: a block of rows is turned into doubles once for all points of the
 * task. */
enum { POINTS = 32, ROWS = 64 };

struct job {
  const struct limen_neighbours *neighbours;
  const double *radii;
  struct limen_scan *scan;
};

static double distance(const double *a, const double *b, size_t columns) {
  double sum = 0;
#pragma omp simd reduction(+ : sum)
  for (size_t c = 0; c < columns; c++) sum += (a[c] - b[c]) * (a[c] - b[c]);
  return sqrt(sum);
}

static void pass(const struct job *job, size_t i, const double *point, const double *rows,
                 size_t first, size_t count) {
  const struct limen_neighbours *neighbours = job->neighbours;
  const size_t own = neighbours->points[job->scan->scanned[i]];
  for (size_t r = 0; r < count; r++) {
    if (first + r == own) continue;
    double away = distance(point, rows + r * neighbours->base->columns, neighbours->base->columns);
    job->scan->mean[i] += away;
    for (size_t j = 0; j < LIMEN_SCAN_RADII; j++)
      job->scan->within[i * LIMEN_SCAN_RADII + j] += away <= job->radii[j];
  }
}

static int scan_block(void *context, size_t block, struct limen_error *error) {
  const struct job *job = context;
  const struct limen_neighbours *neighbours = job->neighbours;
  const size_t columns = neighbours->base->columns, n = neighbours->rows, first = block * POINTS;
  const size_t count = job->scan->count - first < POINTS ? job->scan->count - first : POINTS;
  double *points = limen_alloc(POINTS * columns, sizeof *points, error);
  double *rows = points ? limen_alloc(ROWS * columns, sizeof *rows, error) : NULL;
  float *room = rows ? limen_alloc(ROWS * columns, sizeof *room, error) : NULL;
  int status = room ? LIMEN_OK : LIMEN_FAILED;
  for (size_t i = 0; status == LIMEN_OK && i < count; i++)
    status = limen_neighbours_read(neighbours, neighbours->points[job->scan->scanned[first + i]], 1,
                                   room, points + i * columns, error);
  for (size_t at = 0; status == LIMEN_OK && at < n; at += ROWS) {
    const size_t here = n - at < ROWS ? n - at : ROWS;
    status = limen_neighbours_read(neighbours, at, here, room, rows, error);
    for (size_t i = 0; status == LIMEN_OK && i < count; i++)
      pass(job, first + i, points + i * columns, rows, at, here);
  }
  for (size_t i = 0; i < count; i++) job->scan->mean[first + i] /= (double)(n - 1);
  limen_free(room);
  limen_free(rows);
  limen_free(points);
  return status;
}

int limen_scan_make(const struct limen_neighbours *neighbours, const double radii[LIMEN_SCAN_RADII],
                    struct limen_scan *out, struct limen_error *error) {
  const double a_point = (double)neighbours->rows * (double)neighbours->base->columns;
  const double affordable = fmax((double)LIMEN_SCAN_POINTS, (double)LIMEN_SCAN_WORK / a_point);
  size_t stride = 1;
  while ((double)((neighbours->count + stride - 1) / stride) > affordable) stride++;
  *out = (struct limen_scan){.count = (neighbours->count + stride - 1) / stride};
  struct job job = {neighbours, radii, out};
  int status = LIMEN_FAILED;
  if (!(out->scanned = limen_alloc(out->count, sizeof *out->scanned, error))) goto done;
  if (!(out->mean = limen_alloc(out->count, sizeof *out->mean, error))) goto done;
  out->within = limen_alloc(out->count, LIMEN_SCAN_RADII * sizeof *out->within, error);
  if (!out->within) goto done;
  for (size_t i = 0; i < out->count; i++) out->scanned[i] = i * stride;
  status = limen_dimension_parallel((out->count + POINTS - 1) / POINTS, scan_block, &job, error);
done:
  if (status != LIMEN_OK) limen_scan_clear(out);
  return status;
}

void limen_scan_clear(struct limen_scan *scan) {
  limen_free(scan->scanned);
  limen_free(scan->mean);
  limen_free(scan->within);
  *scan = (struct limen_scan){0};
}
