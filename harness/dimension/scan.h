/* True distances from evaluation points to the whole base, counted and summed as they pass. */
#ifndef LIMEN_DIMENSION_SCAN_H
#define LIMEN_DIMENSION_SCAN_H

#include "dimension/neighbours.h"

enum { LIMEN_SCAN_RADII = 2 };

struct limen_scan {
  size_t count;    /* points scanned */
  size_t *scanned; /* count: which evaluation points */
  double *mean;    /* count: mean distance to the other rows */
  size_t *within;  /* count x LIMEN_SCAN_RADII: other rows at most that far away */
};

/* Scans as many points, evenly spaced, as LIMEN_SCAN_WORK coordinates allow, but at least
 * LIMEN_SCAN_POINTS of them; O(points rows columns), direct differences in double.
 * neighbours->base is known and has at least two rows. */
#define LIMEN_SCAN_WORK ((size_t)1 << 32)
enum { LIMEN_SCAN_POINTS = 100 };
int limen_scan_make(const struct limen_neighbours *neighbours, const double radii[LIMEN_SCAN_RADII],
                    struct limen_scan *out, struct limen_error *error);
void limen_scan_clear(struct limen_scan *scan);

#endif
