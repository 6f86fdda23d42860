/* Where the published critical n lie, their last points left out. */
#include "stats/curve_parts.h"

const struct limen_curve limen_curve_quadratic = {
    .name = "quadratic",
    .noun = "quadratic",
    .formula = "b0 + b1 x + b2 x^2",
    .parameters = 3,
    .parameter_names = {"b0", "b1", "b2"},
    .frame = limen_polynomial_frame,
    .value = limen_polynomial_value,
    .original = limen_polynomial_original,
};
