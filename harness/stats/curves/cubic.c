/* The published extrapolation of critical n is of this form. */
#include "stats/curve_parts.h"

const struct limen_curve limen_curve_cubic = {
    .name = "cubic",
    .noun = "cubic",
    .formula = "b0 + b1 x + b2 x^2 + b3 x^3",
    .parameters = 4,
    .parameter_names = {"b0", "b1", "b2", "b3"},
    .frame = limen_polynomial_frame,
    .value = limen_polynomial_value,
    .original = limen_polynomial_original,
};
