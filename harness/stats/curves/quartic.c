/* One term more than the published fit: what it changes far out shows how little the points say
 * about that. */
#include "stats/curve_parts.h"

const struct limen_curve limen_curve_quartic = {
    .name = "quartic",
    .noun = "quartic",
    .formula = "b0 + b1 x + b2 x^2 + b3 x^3 + b4 x^4",
    .parameters = 5,
    .parameter_names = {"b0", "b1", "b2", "b3", "b4"},
    .frame = limen_polynomial_frame,
    .value = limen_polynomial_value,
    .original = limen_polynomial_original,
};
