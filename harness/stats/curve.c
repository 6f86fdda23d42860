/* A fit goes: check the points; scale them into the model's frame; solve (curve_solve.c); bring
 * parameters and errors back to the units of the points; judge. Predictions stay in the frame,
 * where nothing cancels. */
#include "stats/curve.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "stats/curve_solve.h"

#define LIMEN_ENTRY(entry) extern const struct limen_curve entry;
#include "stats/curves.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_curve *const curves[] = {
#include "stats/curves.def"
};
#undef LIMEN_ENTRY

enum { CURVES = sizeof curves / sizeof *curves, SPARE_POINTS = 2 };

/* Of y's largest magnitude: a root mean square residual below this is rounding. */
static const double EXACT = 64 * DBL_EPSILON;

const struct limen_curve *limen_curve_at(size_t i) { return i < CURVES ? curves[i] : NULL; }

const char *limen_curve_name(size_t i) { return i < CURVES ? curves[i]->name : NULL; }

const struct limen_curve *limen_curve_find(const char *name) {
  for (size_t i = 0; i < CURVES; i++)
    if (strcmp(curves[i]->name, name) == 0) return curves[i];
  return NULL;
}

size_t limen_curve_points_min(const struct limen_curve *curve) {
  return curve->parameters + SPARE_POINTS;
}

/* Different values among x, counted no further than `most` of them. */
static size_t count_different(const double *x, size_t n, size_t most) {
  double seen[LIMEN_CURVE_PARAMETERS_MAX];
  size_t count = 0;
  for (size_t i = 0; i < n && count < most; i++) {
    size_t j = 0;
    while (j < count && seen[j] != x[i]) j++;
    if (j == count) seen[count++] = x[i];
  }
  return count;
}

static int check_points(const struct limen_curve *curve, const double *x, const double *y, size_t n,
                        struct limen_error *error) {
  if (n < limen_curve_points_min(curve))
    return LIMEN_FAIL(error, LIMEN_INPUT, "a %s needs at least %zu points, %zu %s given",
                      curve->noun, limen_curve_points_min(curve), n, n == 1 ? "was" : "were");
  for (size_t i = 0; i < n; i++)
    if (!isfinite(x[i]) || !isfinite(y[i]))
      return LIMEN_FAIL(error, LIMEN_INPUT, "point %zu (x = %g, y = %g) is not finite", i + 1, x[i],
                        y[i]);
  size_t different = count_different(x, n, curve->parameters);
  if (different < curve->parameters)
    return LIMEN_FAIL(error, LIMEN_INPUT, "a %s needs at least %zu different x, %zu %s given",
                      curve->noun, curve->parameters, different, different == 1 ? "was" : "were");
  return LIMEN_OK;
}

/* Parameters and standard errors in the units of x and y; false when they leave doubles' range. */
static bool bring_back(struct limen_curve_fit *fit) {
  size_t p = fit->curve->parameters;
  double jacobian[LIMEN_CURVE_PARAMETERS_MAX * LIMEN_CURVE_PARAMETERS_MAX] = {0};
  bool sane = isfinite(fit->rss);
  fit->curve->original(fit->curve, &fit->frame, fit->working, fit->parameters, jacobian);
  for (size_t i = 0; i < p; i++) {
    double variance = 0;
    for (size_t a = 0; a < p; a++)
      for (size_t b = 0; b < p; b++)
        variance += jacobian[i * p + a] * fit->working_covariance[a * p + b] * jacobian[i * p + b];
    fit->standard_errors[i] = sqrt(fmax(0, variance));
    sane = sane && isfinite(fit->parameters[i]) && isfinite(fit->standard_errors[i]);
  }
  return sane;
}

static void judge(struct limen_curve_fit *fit, const double *v) {
  double n = (double)fit->points, p = (double)fit->curve->parameters, k = p + 1;
  double mean = 0, total = 0, scale = fit->frame.y_scale;
  for (size_t i = 0; i < fit->points; i++) mean += v[i] / n;
  for (size_t i = 0; i < fit->points; i++) total += (v[i] - mean) * (v[i] - mean);
  fit->r_squared = total > n * EXACT * EXACT ? 1 - fit->rss / total : NAN;
  double mean_square = fmax(fit->rss / n, EXACT * EXACT);
  fit->aicc = n > k + 1
                  ? n * (log(mean_square) + 2 * log(scale)) + 2 * k + 2 * k * (k + 1) / (n - k - 1)
                  : INFINITY;
  fit->rmse = sqrt(fit->rss / n) * scale;
  fit->residual_se = sqrt(fit->rss / (n - p)) * scale;
  fit->rss *= scale * scale;
}

int limen_curve_fit_points(const struct limen_curve *curve, const double *x, const double *y,
                           size_t n, struct limen_curve_fit *out, struct limen_error *error) {
  double *u = NULL, *v = NULL;
  *out = (struct limen_curve_fit){.curve = curve, .points = n};
  int status = check_points(curve, x, y, n, error);
  if (status == LIMEN_OK) status = curve->frame(curve, x, n, &out->frame, error);
  if (status != LIMEN_OK) goto done;
  status = LIMEN_FAILED;
  if (!(u = limen_alloc(n, sizeof *u, error)) || !(v = limen_alloc(n, sizeof *v, error))) goto done;

  struct limen_curve_frame *frame = &out->frame;
  for (size_t i = 0; i < n; i++) frame->y_scale = fmax(frame->y_scale, fabs(y[i]));
  if (frame->y_scale == 0) frame->y_scale = 1; /* all y are 0, and so is every scaled one */
  for (size_t i = 0; i < n; i++) {
    u[i] = (x[i] - frame->x_centre) / frame->x_scale;
    v[i] = y[i] / frame->y_scale;
  }
  status = limen_curve_solve(curve, u, v, n, out, error);
  if (status != LIMEN_OK) goto done;
  bool sane = bring_back(out);
  judge(out, v);
  if (!sane || !isfinite(out->rss))
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "a %s through these points leaves the range of doubles; rescale x or y",
                        curve->noun);
done:
  limen_free(u);
  limen_free(v);
  return status;
}

void limen_curve_predict(const struct limen_curve_fit *fit, double x,
                         struct limen_curve_prediction *out) {
  size_t p = fit->curve->parameters;
  double gradient[LIMEN_CURVE_PARAMETERS_MAX], variance = 0, scale = fit->frame.y_scale;
  double u = (x - fit->frame.x_centre) / fit->frame.x_scale;
  out->value = scale * fit->curve->value(fit->curve, fit->working, u, gradient);
  for (size_t a = 0; a < p; a++)
    for (size_t b = 0; b < p; b++)
      variance += gradient[a] * fit->working_covariance[a * p + b] * gradient[b];
  out->curve_se = scale * sqrt(variance < 0 ? 0 : variance); /* keeps NaN, unlike fmax */
  out->point_se = hypot(out->curve_se, fit->residual_se);
}

int limen_curve_weights(const struct limen_curve_fit *fits, size_t count, double *weights,
                        struct limen_error *error) {
  double best = INFINITY, sum = 0;
  for (size_t i = 0; i < count; i++) {
    if (fits[i].points != fits[0].points)
      return LIMEN_FAIL(
          error, LIMEN_INPUT,
          "Akaike weights compare fits of the same points: the %s has %zu, the %s %zu",
          fits[0].curve->noun, fits[0].points, fits[i].curve->noun, fits[i].points);
    best = fmin(best, fits[i].aicc);
  }
  if (!isfinite(best))
    return LIMEN_FAIL(error, LIMEN_INPUT, "none of %zu fits has points enough to be judged by AICc",
                      count);
  for (size_t i = 0; i < count; i++) {
    weights[i] = exp(-(fits[i].aicc - best) / 2);
    sum += weights[i];
  }
  for (size_t i = 0; i < count; i++) weights[i] /= sum;
  return LIMEN_OK;
}

int limen_curve_leave_tail(const struct limen_curve *curve, const double *x, const double *y,
                           size_t n, size_t m, struct limen_curve_tail *out,
                           struct limen_error *error) {
  if (m == 0 || m > n)
    return LIMEN_FAIL(error, LIMEN_INPUT, "a tail of %zu points cannot be left out of %zu", m, n);
  for (size_t i = 1; i < n; i++)
    if (x[i] < x[i - 1])
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "a tail needs points in the order of x: point %zu (x = %g) follows x = %g",
                        i + 1, x[i], x[i - 1]);
  *out = (struct limen_curve_tail){.left_out = m};
  int status = limen_curve_fit_points(curve, x, y, n - m, &out->fit, error);
  if (status != LIMEN_OK) {
    limen_error_prefix(error, "without the last %zu points", m);
    return status;
  }
  double sum = 0;
  for (size_t i = n - m; i < n; i++) {
    struct limen_curve_prediction predicted;
    limen_curve_predict(&out->fit, x[i], &predicted);
    out->last_error = predicted.value - y[i];
    out->last_z = out->last_error / predicted.point_se;
    sum += out->last_error * out->last_error;
  }
  out->tail_rmse = sqrt(sum / (double)m);
  return LIMEN_OK;
}
