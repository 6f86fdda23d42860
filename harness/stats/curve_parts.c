#include "stats/curve_parts.h"

#include <math.h>

int limen_polynomial_frame(const struct limen_curve *curve, const double *x, size_t n,
                           struct limen_curve_frame *out, struct limen_error *error) {
  (void)curve;
  (void)error;
  double low = x[0], high = x[0];
  for (size_t i = 1; i < n; i++) {
    low = fmin(low, x[i]);
    high = fmax(high, x[i]);
  }
  out->x_centre = low / 2 + high / 2;
  out->x_scale = high / 2 - low / 2;
  return LIMEN_OK;
}

double limen_polynomial_value(const struct limen_curve *curve, const double *w, double u,
                              double *gradient) {
  double value = 0, power = 1;
  for (size_t i = 0; i < curve->parameters; i++, power *= u) {
    value += w[i] * power;
    if (gradient) gradient[i] = power;
  }
  return value;
}

/* ((x - c)/s)^i = s^-i sum over j of binomial(i, j) (-c)^(i-j) x^j. */
void limen_polynomial_original(const struct limen_curve *curve,
                               const struct limen_curve_frame *frame, const double *w,
                               double *parameters, double *jacobian) {
  size_t p = curve->parameters;
  for (size_t i = 0; i < p; i++) {
    double term = frame->y_scale / pow(frame->x_scale, (double)i); /* of x^i, then downwards */
    for (size_t j = i + 1; j-- > 0;) {
      jacobian[j * p + i] = term;
      parameters[j] += term * w[i];
      term *= -frame->x_centre * (double)j / (double)(i - j + 1);
    }
  }
}

int limen_power_frame(const struct limen_curve *curve, const double *x, size_t n,
                      struct limen_curve_frame *out, struct limen_error *error) {
  double logs = 0;
  for (size_t i = 0; i < n; i++) {
    if (!(x[i] > 0))
      return LIMEN_FAIL(error, LIMEN_INPUT, "a %s needs x above 0, point %zu has x = %g",
                        curve->noun, i + 1, x[i]);
    logs += log(x[i]);
  }
  out->x_centre = 0;
  out->x_scale = exp(logs / (double)n);
  return LIMEN_OK;
}

int limen_power_start(const struct limen_curve *curve, const double *u, const double *v, size_t n,
                      double *w, struct limen_error *error) {
  double count = 0, mean_u = 0, mean_v = 0, uu = 0, uv = 0;
  for (size_t i = 0; i < n; i++) {
    if (!(v[i] > 0)) continue;
    count++;
    mean_u += (log(u[i]) - mean_u) / count;
    mean_v += (log(v[i]) - mean_v) / count;
  }
  for (size_t i = 0; i < n; i++) {
    if (!(v[i] > 0)) continue;
    uu += (log(u[i]) - mean_u) * (log(u[i]) - mean_u);
    uv += (log(u[i]) - mean_u) * (log(v[i]) - mean_v);
  }
  /* Rounding leaves this much of nothing when all u are the same. */
  if (count < 2 || uu < 1e-24 * count)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "a %s starts from points with y above 0 at two different x at least",
                      curve->noun);
  w[1] = uv / uu;
  w[0] = exp(mean_v - w[1] * mean_u);
  return LIMEN_OK;
}
