/* Proof that a harmonic frame serves every k-subset of its documents by the sum of its members.
 *
 * Let S be the k members, l another document, c as in harmonic_frame.h. A member i scores
 * 1 + sum over the k - 1 others s of c_(i-s), and l scores the sum over all s of c_(l-s). In each
 * sum the k (or k - 1) differences are different and none is 0. So with T the sum of the k largest
 * of c_1 .. c_(n-1), and B that of the k - 1 smallest, where each value of half a row counts twice,
 * every lead is at least
 *
 *     1 + B - T,        for k = 2: 1 + min c - 2 max c.
 *
 * That takes all sums at their worst at once. Closer: for the member at the difference x from l and
 * the others at y the lead is
 *
 *     1 - c_x - sum over y of (c_y - c_(x-y)),   the mean over y of   1 - c_x - w (c_y - c_(x-y))
 *
 * with w = k - 1. So every lead is at least the smallest of these over all x and y, and for k = 2
 * that is the smallest lead. One of them is below r only where c_x, w c_y and -w c_(x-y) sum to
 * more than 1 - r. Let u be the largest and v the second of the three: then u + 2 v > 1 - r, and v
 * exceeds (1 - r - w max |c|) / 2. Few differences do: they are listed, and any two of the list
 * tell the third. All else is r or more. Independent Gaussians of variance 1/d in place of c show
 * what that gains: the bound needs d of some 2 (2 k - 1)^2 ln n, this 4 (1 + 2 w^2) ln n; for k = 2
 * that is 18 and 12, for k = 3 50 and 36.
 *
 * Documents that are stored in rounded form, v + e with |e| <= r, lose at most 2 |q| r of a lead,
 * |q|^2 <= k + k (k - 1) max c. A frame holds when every lead exceeds that. */
#ifndef LIMEN_LIMITS_HARMONIC_PROOF_H
#define LIMEN_LIMITS_HARMONIC_PROOF_H

#include <stdbool.h>

#include "limits/harmonic_frame.h"

enum {
  LIMEN_HARMONIC_K_MOST = 16,
  LIMEN_HARMONIC_LISTED = 1 << 23 /* differences at most: 128 MB, and twice that to join them */
};
/* Pairs of these, at most: a minute of one core. */
#define LIMEN_HARMONIC_PAIRS 1e9

enum limen_harmonic_verdict {
  LIMEN_HARMONIC_HOLDS,
  LIMEN_HARMONIC_FAILS,    /* k = 1, 2: some lead is too small; else: nothing is proved */
  LIMEN_HARMONIC_UNDECIDED /* more is to be listed than fits */
};

struct limen_harmonic_proof {
  enum limen_harmonic_verdict verdict;
  /* Where it holds: */
  double highest, lowest; /* of c_l, 0 < l < n */
  double lead;            /* every lead is at least this, less `error` */
  double error;           /* of the lead, from float64 */
  double query;           /* a query is at most this long */
  double rounding;        /* what storing documents may take from a lead */
  size_t listed;          /* l, of half a row, whose pairs were looked at */
  double pairs;           /* of these that were looked at */
};

/* `rounding`: how far a stored document may be from the exact one; `workers` threads. The outcome
 * is the same whatever their number. LIMEN_INTERRUPTED; LIMEN_FAILED without memory. */
int limen_harmonic_prove(const struct limen_harmonic *frame, size_t k, double rounding,
                         size_t workers, struct limen_harmonic_proof *out,
                         struct limen_error *error);

/* How far a unit vector of 2 K coordinates of size at most 1 / sqrt K is from its rounded form, in
 * a number format: "float32", "float16", "bfloat16" or "int8" with a scale a vector; NaN for
 * others. */
double limen_harmonic_rounding(const char *format, size_t d);
const char *limen_harmonic_format_name(size_t i); /* NULL past the end */
size_t limen_harmonic_document_bytes(const char *format, size_t d);

#endif
