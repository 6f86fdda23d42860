/* N_k(x): among how many points' k nearest neighbours x is (Radovanovic, Nanopoulos, Ivanovic,
 * "Hubs in Space", JMLR 2010). */
#ifndef LIMEN_DIMENSION_HUBNESS_H
#define LIMEN_DIMENSION_HUBNESS_H

#include "dimension/neighbours.h"

/* *out gets neighbours->rows counts, released by limen_free. They are N_k only when every row is an
 * evaluation point; with a sample they would be mostly the noise of the sample. */
int limen_hubness_counts(const struct limen_neighbours *neighbours, size_t k, double **out,
                         struct limen_error *error);

#define LIMEN_HUBNESS_NEEDS_ALL "every vector must be an evaluation point"

#endif
