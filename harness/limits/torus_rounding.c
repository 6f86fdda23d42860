#include "limits/torus_rounding.h"

#include <math.h>

#include "base/memory.h"

/* Of 2^-53. Two sines are right to two units each, the product of three factors rounds twice, the
 * sum of K terms K times, and the division by |q| |w| and the bound itself take a few more. */
static double units(uint32_t count) { return ((double)count + 24) * 0x1p-53; }

/* How far rounding moves a vector of length 1 whose largest coordinate is `peak`: the sum of unit
 * |x| is at most unit in length, that of the other two at most sqrt d of each. */
static double moved(const struct limen_quantiser *quantiser, size_t d, double peak) {
  const double root = sqrt((double)d);
  return (quantiser->unit + root * (quantiser->peak * peak + quantiser->tiny)) * (1 + 0x1p-40);
}

static bool is_bounded(const struct limen_quantiser *quantiser) {
  return quantiser->unit > 0 || quantiser->peak > 0;
}

static double largest(const struct limen_torus *frame) {
  uint32_t most = 0;
  for (uint32_t j = 0; j < frame->count; j++)
    most = frame->weight[j] > most ? frame->weight[j] : most;
  return most / limen_torus_length(frame);
}

double limen_torus_gap_for_sure(const struct limen_quantiser *quantiser, size_t d, double peak) {
  if (!is_bounded(quantiser)) return INFINITY;
  const double r = moved(quantiser, d, peak), t = moved(quantiser, d, 1);
  return (2 * t + 2 * r * (1 + t)) * (1 + 0x1p-20);
}

/* Upper bounds of |v(0) - v(i)|, n of them. */
static void fill_distances(const struct limen_torus *frame, const struct limen_sines *sines,
                           double *out) {
  const double length = limen_torus_length(frame);
  const uint64_t cycle = 4 * (uint64_t)frame->n;
  for (uint32_t i = 0; i < frame->n; i++) {
    double square = 0;
    for (uint32_t j = 0; j < frame->count; j++) {
      /* 2 w sin(pi f i / n) */
      const uint64_t x = 2 * (uint64_t)frame->frequency[j] * i % cycle;
      const double part = 2.0 * frame->weight[j] * sines->value[x];
      square += part * part;
    }
    out[i] = sqrt(square) / length * (1 + 0x1p-40);
  }
}

struct work {
  const struct limen_torus *frame;
  const struct limen_sines *sines;
  double length, r, t;
  double
      peak; /* of the arithmetic, a coordinate: what the query's own largest one is taken times */
  const double *distance;
  double *sum, *size; /* scratch: n each */
};

/* sum_j x_j w_j (cos a - cos b) for the documents at m = s % 2, s % 2 + 2, ... <= n from the middle
 * of {0, s}, times |w|, and the sum of the terms' sizes. */
static size_t sum_leads(const struct work *work, uint32_t s, const double *x) {
  const struct limen_torus *frame = work->frame;
  const uint64_t cycle = 4 * (uint64_t)frame->n, from = s % 2;
  const size_t count = (frame->n - from) / 2 + 1;
  for (size_t l = 0; l < count; l++) work->sum[l] = work->size[l] = 0;
  for (uint32_t j = 0; j < frame->count; j++) {
    const uint64_t f = frame->frequency[j], step = 2 * f % cycle;
    uint64_t plus = f * (s + from) % cycle, minus = (f * from + cycle * f - f * s) % cycle;
    const double factor = 2.0 * frame->weight[j] * x[j];
    for (size_t l = 0; l < count; l++) {
      const double term = factor * work->sines->value[plus] * work->sines->value[minus];
      work->sum[l] += term;
      work->size[l] += fabs(term);
      if ((plus += step) >= cycle) plus -= cycle;
      if ((minus += step) >= cycle) minus -= cycle;
    }
  }
  return count;
}

/* A lead of a class, and what rounding may take of it. */
struct lead {
  uint32_t m; /* of the documents at m from the middle */
  double lead, cost;
};
typedef int see_lead(void *context, uint32_t s, const struct lead *lead, struct limen_error *error);

static int look_at_class(const struct work *work, uint32_t s, const double *x, see_lead *see,
                         void *context, struct limen_error *error) {
  const struct limen_torus *frame = work->frame;
  double square = 0, most = 0;
  for (uint32_t j = 0; j < frame->count; j++) {
    square += x[j] * x[j];
    most = fmax(most, fabs(x[j]));
  }
  const double length = sqrt(square);
  if (!isfinite(square) || !(square > 0x1p-900))
    return LIMEN_FAIL(error, LIMEN_INPUT, "the query of class %u is 0 or not finite", s);
  const double t = work->t + work->peak * most / length, off = units(frame->count);
  const size_t count = sum_leads(work, s, x);
  int status = LIMEN_OK;
  for (size_t l = 0; l < count && status == LIMEN_OK; l++) {
    const uint32_t m = (uint32_t)(2 * l + s % 2);
    if (m == s) continue;
    /* The documents at m are (s + m) / 2 and its mirror image: as far from 0 as that from s. */
    const double near = work->distance[(m + s) / 2 % frame->n];
    const double far = work->distance[(m > s ? m - s : s - m) / 2];
    const struct lead lead = {
        m, (work->sum[l] - off * work->size[l]) / (length * work->length) * (1 - 0x1p-45),
        (t * fmax(near, far) + (1 + t) * 2 * work->r) * (1 + 0x1p-40)};
    status = see(context, s, &lead, error);
  }
  return status;
}

/* All classes, with documents moved by r at most and `more` added to what a query moves by. */
static int look_at_all(const struct limen_torus *frame, const struct limen_sines *sines,
                       const struct limen_quantiser *quantiser, const double *classes, double r,
                       double more, see_lead *see, void *context, struct limen_error *error) {
  const size_t n = frame->n;
  const double root = sqrt((double)limen_torus_dimensions(frame));
  double *scratch = limen_alloc(3 * n + 3, sizeof *scratch, error);
  if (!scratch) return LIMEN_FAILED;
  const struct work work = {
      .frame = frame,
      .sines = sines,
      .length = limen_torus_length(frame),
      .r = r,
      .t = (quantiser->unit + 2 * root * quantiser->tiny) * (1 + 0x1p-40) + more,
      .peak = root * quantiser->peak * (1 + 0x1p-40),
      .distance = scratch,
      .sum = scratch + n,
      .size = scratch + 2 * n + 1,
  };
  int status = LIMEN_OK;
  fill_distances(frame, sines, scratch);
  for (uint32_t s = 1; s <= n / 2 && status == LIMEN_OK; s++)
    status = look_at_class(&work, s, classes + (size_t)(s - 1) * frame->count, see, context, error);
  limen_free(scratch);
  return status;
}

/* ---- proof ---- */

static int see_least(void *context, uint32_t s, const struct lead *lead,
                     struct limen_error *error) {
  struct limen_torus_proof *out = context;
  const double left = lead->lead - lead->cost;
  (void)error;
  out->gap = fmin(out->gap, lead->lead);
  if (!(left < out->left)) return LIMEN_OK;
  out->left = left;
  out->cost = lead->cost;
  out->worst = s;
  return LIMEN_OK;
}

int limen_torus_prove(const struct limen_torus *frame, const struct limen_sines *sines,
                      const struct limen_quantiser *quantiser, const double *classes,
                      struct limen_torus_proof *out, struct limen_error *error) {
  const double r = moved(quantiser, limen_torus_dimensions(frame), largest(frame));
  *out = (struct limen_torus_proof){.gap = INFINITY, .left = INFINITY};
  int status = look_at_all(frame, sines, quantiser, classes, r, 0, see_least, out, error);
  out->proved = status == LIMEN_OK && is_bounded(quantiser) && out->left > 0;
  return status;
}

/* ---- suspects ---- */

struct suspecting {
  uint32_t n;
  struct limen_torus_suspects *out;
};

static int see_suspect(void *context, uint32_t s, const struct lead *lead,
                       struct limen_error *error) {
  const struct suspecting *it = context;
  struct limen_torus_suspects *out = it->out;
  const double left = lead->lead - lead->cost;
  if (left > 0) {
    out->left = fmin(out->left, left);
    return LIMEN_OK;
  }
  int status = limen_grow(&out->offset, &out->capacity, out->count + 2, sizeof *out->offset, error);
  if (status != LIMEN_OK) return status;
  const uint32_t one = (s + lead->m) / 2 % it->n;
  const uint32_t other = (s + 2 * it->n - lead->m) / 2 % it->n;
  out->offset[out->count++] = one;
  if (other != one) out->offset[out->count++] = other;
  out->start[s] = out->count;
  return LIMEN_OK;
}

/* What doubles that were computed may lie off the real numbers they stand for, in length, for d of
 * them and vectors no longer than 1: a few units each. */
static double computed(size_t d) { return sqrt((double)d) * 0x1p-49; }

/* The farthest that a stored document lies from the frame's. */
static int measure(const struct limen_torus *frame, const struct limen_sines *sines,
                   const double *documents, double *out, struct limen_error *error) {
  const size_t d = limen_torus_dimensions(frame);
  double *ideal = limen_alloc(frame->n * d, sizeof *ideal, error), most = 0;
  if (!ideal) return LIMEN_FAILED;
  limen_torus_documents(frame, sines, ideal);
  for (size_t v = 0; v < frame->n; v++) {
    double square = 0;
    for (size_t i = v * d; i < (v + 1) * d; i++)
      square += (documents[i] - ideal[i]) * (documents[i] - ideal[i]);
    most = fmax(most, sqrt(square));
  }
  limen_free(ideal);
  *out = most * (1 + 0x1p-40) + computed(d);
  return LIMEN_OK;
}

int limen_torus_suspects_find(const struct limen_torus *frame, const struct limen_sines *sines,
                              const struct limen_quantiser *quantiser, const double *classes,
                              const double *documents, struct limen_torus_suspects *out,
                              struct limen_error *error) {
  struct suspecting it = {frame->n, out};
  double r = 0;
  *out = (struct limen_torus_suspects){.left = INFINITY};
  if (!is_bounded(quantiser)) return LIMEN_OK;
  int status = measure(frame, sines, documents, &r, error);
  if (status != LIMEN_OK) return status;
  if (!(out->start = limen_alloc(frame->n / 2 + 1, sizeof *out->start, error))) return LIMEN_FAILED;
  status = look_at_all(frame, sines, quantiser, classes, r, computed(limen_torus_dimensions(frame)),
                       see_suspect, &it, error);
  for (size_t s = 1; s <= frame->n / 2; s++)
    if (out->start[s] < out->start[s - 1]) out->start[s] = out->start[s - 1]; /* it has none */
  /* Where much is suspect, a product with all documents is faster. */
  if (status != LIMEN_OK || out->count > (size_t)frame->n / 2 * frame->n / 3)
    limen_torus_suspects_clear(out);
  return status;
}

void limen_torus_suspects_clear(struct limen_torus_suspects *suspects) {
  limen_free(suspects->start);
  limen_free(suspects->offset);
  *suspects = (struct limen_torus_suspects){0};
}
