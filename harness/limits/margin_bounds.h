/* What is known of margins. Documents and queries have length 1, every set of k of n documents is
 * some query's top k, and every member scores above every other document by a gap of at least two
 * margins. Bounds are to be drawn beside results; nothing that is proved rests on them. */
#ifndef LIMEN_LIMITS_MARGIN_BOUNDS_H
#define LIMEN_LIMITS_MARGIN_BOUNDS_H

/* No margin is above half of n / sqrt(k (n - 1) (n - k)), in any number of dimensions; the regular
 * simplex has it in n - 1 (Wang et al., arXiv 2601.20844). 1 <= k < n. */
double limen_margin_ceiling(double n, double k);

/* The largest margin with C(n, k) <= (1 + 1 / margin)^d (Weller et al., arXiv 2508.21038). */
double limen_margin_packing(double n, double k, double d);
/* The same solved for n at k = 2: documents at most. */
double limen_margin_packing_pairs(double margin, double d);

/* k ln(n / k): the order of the dimensions that margins of order 1 / sqrt(k) need, and that suffice
 * (Bangachev et al., arXiv 2605.23556); the constant is taken as 1. And solved for n. */
double limen_margin_law(double n, double k);
double limen_margin_law_documents(double d, double k);

/* min(2k, n - 1): dimensions that suffice where any margin will do (Wang et al.; Alon, Frankl,
 * Roedl 1985). */
double limen_no_margin(double n, double k);

#endif
