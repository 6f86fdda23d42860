#include "knn/frame.h"

#include <float.h>
#include <math.h>
#include <stdint.h>

#include "base/lanes.h"
#include "base/memory.h"
#include "knn/distance.h"
#include "knn/float_order.h"

/* A median of few rows is near the middle of the data, and outliers do not move it. */
enum { SAMPLE = 31, COLUMNS_MAX = 1 << 18 /* beyond, (d + 12) u is no longer small */ };
enum { AHEAD = 1024 /* floats on their way from memory: processors foresee no more than a page */ };
static const double UNIT = 0x1p-24, PAD = 0x1p-50, SQUARE_MAX = 0x1p120;

/* ---- rounding to the safe side ---- */

/* Without branches: which way a number is rounded cannot be foreseen. */
static float round_up(double x) {
  float y = (float)x;
  return limen_float_at(limen_float_order(y) + (y < x ? 1 : 0));
}

static float round_down(double x) {
  float y = (float)x;
  return limen_float_at(limen_float_order(y) - (y > x ? 1 : 0));
}

/* ---- one vector ---- */

/* out = factor x - shift, rounded once; returns the squared length of `out`. */
static float place(const float *x, double factor, const double *shift, size_t d, float *out) {
  limen_lanes sum = limen_lanes_all(0), last = limen_lanes_all(0);
  size_t i = 0;
  for (; i + LIMEN_LANES <= d; i += LIMEN_LANES) {
    const limen_wide *by = (const limen_wide *)(shift + i); /* allocated, so aligned */
    __builtin_prefetch((const void *)((uintptr_t)(x + i) + AHEAD * sizeof *x));
    limen_lanes placed = limen_lanes_round(limen_wide_load(x + i) * factor - by[0],
                                           limen_wide_load(x + i + LIMEN_WIDE) * factor - by[1]);
    limen_lanes_store_any(out + i, placed);
    sum += placed * placed;
  }
  for (size_t j = i; j < d; j++) last[j - i] = out[j] = (float)((double)x[j] * factor - shift[j]);
  return limen_lanes_sum(sum + last * last);
}

static bool is_finite(const float *x, size_t d) {
  for (size_t i = 0; i < d; i++)
    if (!isfinite(x[i])) return false;
  return true;
}

/* What brings a base row into the frame; 0 when it has no direction or is not finite. */
static double factor_of(const struct limen_frame *frame, const float *x) {
  if (frame->metric != LIMEN_COSINE) return frame->scale;
  double square = limen_product(x, x, frame->columns);
  return square > 0 && isfinite(square) ? frame->scale / sqrt(square) : 0;
}

static double length_bound(float square) { return sqrt((double)square) * (1 + 0x1p-7) + PAD; }

/* ---- the frame ---- */

static double middle_of(double *values, size_t count) {
  for (size_t i = 1; i < count; i++) {
    double value = values[i];
    size_t at = i;
    for (; at > 0 && values[at - 1] > value; at--) values[at] = values[at - 1];
    values[at] = value;
  }
  return values[(count - 1) / 2];
}

/* Keeps those sample rows that have a place, as doubles; returns how many. */
static size_t keep_usable(const struct limen_frame *frame, const float *sample, size_t count,
                          double *out) {
  const size_t d = frame->columns;
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    const float *x = sample + i * d;
    double factor = factor_of(frame, x);
    if (factor == 0 || !is_finite(x, d)) continue;
    for (size_t j = 0; j < d; j++) out[kept * d + j] = x[j] * factor;
    kept++;
  }
  return kept;
}

/* Called with scale 1 and all of the frame's centre zero. */
static void choose(struct limen_frame *frame, const double *rows, size_t count) {
  const size_t d = frame->columns;
  double column[SAMPLE], lengths[SAMPLE], square = 0;
  if (count == 0) return;
  for (size_t j = 0; j < d; j++) {
    for (size_t i = 0; i < count; i++) column[i] = rows[i * d + j];
    frame->centre[j] = middle_of(column, count);
    square += frame->centre[j] * frame->centre[j];
  }
  frame->centre_length = sqrt(square);
  for (size_t i = 0; i < count; i++) {
    lengths[i] = 0;
    for (size_t j = 0; j < d; j++) lengths[i] += pow(rows[i * d + j] - frame->centre[j], 2);
  }
  double usual = sqrt(middle_of(lengths, count));
  if (usual == 0) usual = sqrt(lengths[count - 1]); /* sorted by now */
  if (usual > 0) frame->scale = ldexp(1, -ilogb(usual));
  for (size_t j = 0; j < d; j++) frame->centre[j] *= frame->scale;
}

int limen_frame_init(struct limen_frame *frame, const struct limen_vectors *base,
                     enum limen_metric metric, struct limen_error *error) {
  const size_t d = base->columns, count = base->rows < SAMPLE ? base->rows : SAMPLE;
  int status = LIMEN_OK;
  float *sample = limen_alloc(count * d, sizeof *sample, error);
  double *usable = limen_alloc(count * d, sizeof *usable, error);
  *frame = (struct limen_frame){.metric = metric, .columns = d, .scale = 1};
  frame->centre = limen_alloc(d, sizeof *frame->centre, error);
  frame->origin = limen_alloc(d, sizeof *frame->origin, error);
  if (!sample || !usable || !frame->centre || !frame->origin) {
    status = LIMEN_FAILED;
    goto done;
  }
  frame->product_error = d <= COLUMNS_MAX ? 1.02 * ((double)d + 12) * UNIT : (double)INFINITY;
  frame->square_error = 1.02 * ((double)d / 32 + 8) * UNIT;
  for (size_t i = 0; i < count && status == LIMEN_OK; i++)
    status = base->read(base, i * base->rows / count, 1, sample + i * d, error);
  if (status == LIMEN_OK) choose(frame, usable, keep_usable(frame, sample, count, usable));
done:
  limen_free(sample);
  limen_free(usable);
  if (status != LIMEN_OK) limen_frame_clear(frame);
  return status;
}

void limen_frame_clear(struct limen_frame *frame) {
  limen_free(frame->centre);
  limen_free(frame->origin);
  *frame = (struct limen_frame){0};
}

/* ---- base rows ---- */

bool limen_frame_base(const struct limen_frame *frame, const float *vectors, size_t count,
                      const struct limen_frame_rows *out, size_t *bad) {
  const size_t d = frame->columns;
  const double pad = frame->metric == LIMEN_COSINE ? frame->scale * 0x1p-26 : 0;
  for (size_t i = 0; i < count; i++) {
    const float *vector = vectors + i * d;
    float *row = out->rows + i * d;
    double factor = factor_of(frame, vector);
    float square = place(vector, factor, frame->centre, d, row);
    if (factor == 0 || (!(square <= SQUARE_MAX) && !is_finite(vector, d))) {
      *bad = i;
      return false;
    }
    if (square <= SQUARE_MAX) {
      double half = frame->metric == LIMEN_L2 ? 0.5 * square : 0;
      double error = frame->metric == LIMEN_L2 ? frame->square_error * square : 0;
      out->low[i] = round_down(half - error);
      out->high[i] = round_up(half + error);
      out->length[i] = round_up(length_bound(square) + pad);
    } else { /* never excluded, and no help in excluding others */
      for (size_t j = 0; j < d; j++) row[j] = 0;
      out->low[i] = -INFINITY;
      out->high[i] = INFINITY;
      out->length[i] = 1;
    }
  }
  return true;
}

/* ---- queries ---- */

static float highest(const float *x, size_t d) {
  float most = 0;
  for (size_t i = 0; i < d; i++) most = fabsf(x[i]) > most ? fabsf(x[i]) : most;
  return most;
}

/* For L2 the squared distance from the centre, for the others the product with it. */
static double against_centre(const struct limen_frame *frame, const float *x) {
  double sum = 0;
  for (size_t i = 0; i < frame->columns; i++) {
    double c = frame->centre[i] / frame->scale;
    sum += frame->metric == LIMEN_L2 ? (x[i] - c) * (x[i] - c) : x[i] * c;
  }
  return sum;
}

bool limen_frame_query(const struct limen_frame *frame, const float *vector, float *row,
                       struct limen_frame_query *out) {
  const size_t d = frame->columns;
  const double length = sqrt(limen_product(vector, vector, d)),
               centre = against_centre(frame, vector);
  double factor = frame->scale;
  if (frame->metric == LIMEN_L2) {
    out->slope = 2 / (factor * factor);
    out->offset = out->doubt = centre;
  } else {
    if (!isfinite(length) || (frame->metric == LIMEN_COSINE && length == 0)) return false;
    bool unit = frame->metric == LIMEN_COSINE;
    factor = unit ? 1 / length : length == 0 ? 1 : ldexp(1, -ilogb((double)highest(vector, d)));
    out->slope = unit ? 1 / frame->scale : 1 / (factor * frame->scale);
    out->offset = 1 - (unit ? centre * factor : centre);
    out->doubt = 1 + (unit ? 1 : length) * frame->centre_length;
  }
  float square =
      place(vector, factor, frame->metric == LIMEN_L2 ? frame->centre : frame->origin, d, row);
  if (square <= SQUARE_MAX) {
    out->reach = round_up(frame->product_error * length_bound(square));
  } else {
    if (!is_finite(vector, d)) return false;
    for (size_t j = 0; j < d; j++) row[j] = 0;
    out->reach = INFINITY;
  }
  return true;
}

int limen_frame_refuse(const struct limen_frame *frame, const char *side, size_t row,
                       const float *vector, struct limen_error *error) {
  for (size_t i = 0; i < frame->columns; i++)
    if (!isfinite(vector[i]))
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "%s row %zu, column %zu is %g (both counted from 0); distances need finite "
                        "numbers, so remove the row or mend it",
                        side, row, i, (double)vector[i]);
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "%s row %zu (counted from 0) is all zeros and has no cosine with anything; "
                    "remove it, or take another metric",
                    side, row);
}

/* ---- between keys and distances ---- */

/* Twice over: once for what the distance, once for what the offset may be off by. */
static double doubt_at(const struct limen_frame *frame, const struct limen_frame_query *query,
                       double distance) {
  return 0x1p-49 * ((double)frame->columns + 16) * (fabs(distance) + fabs(query->doubt));
}

float limen_frame_limit(const struct limen_frame *frame, const struct limen_frame_query *query,
                        double tolerance, float top) {
  double distance = query->slope * top + query->offset;
  double beyond =
      tolerance * fabs(distance) + 2 * (1 + tolerance) * doubt_at(frame, query, distance);
  double limit = top + beyond / query->slope;
  return isfinite(limit) ? round_up(limit + fabs(limit) * 0x1p-50) : INFINITY;
}

void limen_frame_bounds(const struct limen_frame *frame, const struct limen_frame_query *query,
                        double distance, float *low, float *high) {
  double key = (distance - query->offset) / query->slope;
  double doubt = 2 * doubt_at(frame, query, distance) / query->slope + fabs(key) * 0x1p-50;
  *low = round_down(key - doubt);
  *high = round_up(key + doubt);
}
