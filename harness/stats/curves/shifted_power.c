/* y = c + a x^b: a power law that need not pass through the origin. With w = (C, A, b):
 * v = C + A u^b, so c = y_scale C and a = y_scale A x_scale^-b. A shift of x in place of y was not
 * taken: (x - s)^b ends where x = s, and the fit runs into that wall. */
#include <math.h>

#include "stats/curve_parts.h"

static int start(const struct limen_curve *curve, const double *u, const double *v, size_t n,
                 double *w, struct limen_error *error) {
  w[0] = 0;
  return limen_power_start(curve, u, v, n, w + 1, error);
}

static double value(const struct limen_curve *curve, const double *w, double u, double *gradient) {
  (void)curve;
  double power = pow(u, w[2]);
  if (gradient) {
    gradient[0] = 1;
    gradient[1] = power;
    gradient[2] = w[1] * power * log(u);
  }
  return w[0] + w[1] * power;
}

static void original(const struct limen_curve *curve, const struct limen_curve_frame *frame,
                     const double *w, double *parameters, double *jacobian) {
  (void)curve;
  double factor = frame->y_scale * pow(frame->x_scale, -w[2]);
  parameters[0] = frame->y_scale * w[0];
  parameters[1] = factor * w[1];
  parameters[2] = w[2];
  jacobian[0] = frame->y_scale;
  jacobian[4] = factor;
  jacobian[5] = -parameters[1] * log(frame->x_scale);
  jacobian[8] = 1;
}

const struct limen_curve limen_curve_shifted_power = {
    .name = "shifted_power",
    .noun = "shifted power law",
    .formula = "c + a x^b",
    .parameters = 3,
    .parameter_names = {"c", "a", "b"},
    .frame = limen_power_frame,
    .start = start,
    .value = value,
    .original = original,
};
