/* Floats in the order of integers: the sign bit says which way the other bits count. Neighbours are
 * one apart, and -0 is just below 0. */
#ifndef LIMEN_KNN_FLOAT_ORDER_H
#define LIMEN_KNN_FLOAT_ORDER_H

#include <stdint.h>
#include <string.h>

static inline int32_t limen_float_order(float x) {
  int32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

/* The float of that place in the order. */
static inline float limen_float_at(int32_t order) {
  int32_t bits = order ^ ((order >> 31) & 0x7fffffff);
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

#endif
