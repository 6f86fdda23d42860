/* The distance between two vectors in float64: the one that decides, everywhere in the project. */
#ifndef LIMEN_KNN_DISTANCE_H
#define LIMEN_KNN_DISTANCE_H

#include <stddef.h>

#include "data/matrix.h"

/* L2: sum (x_i - y_i)^2; IP: 1 - sum x_i y_i; COSINE: 1 - sum x_i y_i / sqrt(sum x_i^2 sum y_i^2),
 * not below 0. Summed in one fixed order, so equal vectors have equal distances on every thread.
 * At most (d + 8) roundings of 2^-53 away from the exact value, relative to the sum of the terms'
 * absolute values. COSINE of a zero vector is not a number. */
double limen_distance(enum limen_metric metric, const float *x, const float *y, size_t d);

/* Sum x_i y_i in float64, in the same order. */
double limen_product(const float *x, const float *y, size_t d);

#endif
