/* y = a x^b. With w = (A, b): v = A u^b, so a = y_scale A x_scale^-b. */
#include <math.h>

#include "stats/curve_parts.h"

static double value(const struct limen_curve *curve, const double *w, double u, double *gradient) {
  (void)curve;
  double power = pow(u, w[1]);
  if (gradient) {
    gradient[0] = power;
    gradient[1] = w[0] * power * log(u);
  }
  return w[0] * power;
}

static void original(const struct limen_curve *curve, const struct limen_curve_frame *frame,
                     const double *w, double *parameters, double *jacobian) {
  (void)curve;
  double factor = frame->y_scale * pow(frame->x_scale, -w[1]);
  parameters[0] = factor * w[0];
  parameters[1] = w[1];
  jacobian[0] = factor;
  jacobian[1] = -parameters[0] * log(frame->x_scale);
  jacobian[3] = 1;
}

const struct limen_curve limen_curve_power = {
    .name = "power",
    .noun = "power law",
    .formula = "a x^b",
    .parameters = 2,
    .parameter_names = {"a", "b"},
    .frame = limen_power_frame,
    .start = limen_power_start,
    .value = value,
    .original = original,
};
