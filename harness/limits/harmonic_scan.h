/* One pass over c_1 .. c_half of a harmonic frame, in float32, that shows whatever lies outside of
 * given bounds. */
#ifndef LIMEN_LIMITS_HARMONIC_SCAN_H
#define LIMEN_LIMITS_HARMONIC_SCAN_H

#include <stdbool.h>

#include "limits/harmonic_frame.h"

/* What is of interest: c_l above `above` or below `below`, up to the error of float32. */
struct limen_harmonic_bounds {
  double above, below;
};

struct limen_harmonic_visitor {
  void *context;
  /* The bounds at this moment, asked for now and then; false: nothing more is wanted. May be called
   * by several threads at a time, as may `see`. */
  bool (*bounds)(void *context, struct limen_harmonic_bounds *out);
  /* An l of interest, and perhaps others: those that float32 cannot tell from one. `rough` is c_l
   * up to limen_harmonic_rough_error. Each l is seen at most once; `chunk` is a number below
   * limen_harmonic_chunks, in which a thread is alone. */
  void (*see)(void *context, size_t chunk, uint64_t l, double rough);
};

size_t limen_harmonic_chunks(const struct limen_harmonic *frame);

/* LIMEN_INTERRUPTED when the user interrupts. O(n K), `workers` threads. */
int limen_harmonic_scan(const struct limen_harmonic *frame, size_t workers,
                        const struct limen_harmonic_visitor *visitor, struct limen_error *error);

#endif
