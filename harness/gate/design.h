/* How many queries and builds a gate needs, before there is anything to compare. */
#ifndef LIMEN_GATE_DESIGN_H
#define LIMEN_GATE_DESIGN_H

#include "gate/measured.h"
#include "gate/noise.h"

/* What a system spreads by. */
struct limen_spread {
  double query_sd; /* of one build's values over queries */
  double build_sd; /* of a build's mean, over builds, beyond what its queries explain; 0: none */
  double shared;   /* share of the variance over queries that two builds have in common, 0 to 1 */
};

/* Typical of recall@10 near 0.9, one hnswlib index of ten thousand rows: an SD of .15 over queries;
 * two builds differ, paired over queries, by an SE of .0038 where unpaired it would be .0049, which
 * is 40% in common; an SD of .0018 over level seeds. */
extern const struct limen_spread limen_spread_typical;

/* From a number's builds x queries. Where nothing is drawn in building, or there is one build, what
 * two versions would have in common cannot be told and is taken from `limen_spread_typical`, and so
 * is the SD of builds where builds are drawn; *assumed says so. LIMEN_INPUT for a number without a
 * sample. */
int limen_spread_of(const struct limen_number *number, struct limen_spread *out, bool *assumed,
                    struct limen_error *error);

/* The noise of comparing two systems that both spread so, on the same queries, and that differ by
 * nothing but a mean. */
struct limen_noise limen_spread_noise(const struct limen_spread *spread, size_t builds,
                                      size_t queries);

/* What is to be told apart. */
struct limen_aim {
  double detect, tolerance; /* losses in the number's unit; detect > tolerance */
  double alpha;
  size_t numbers; /* that are tested together */
  double power;
};

/* Queries, with so many builds a side, that catch the loss `detect`, and that let an unchanged
 * system pass. 0: no number of them does. */
struct limen_need {
  size_t builds, to_catch, to_pass;
};
struct limen_need limen_design_need(const struct limen_spread *spread, bool share,
                                    const struct limen_aim *aim, size_t builds);

/* The smallest loss that would be caught. */
double limen_design_smallest_drop(const struct limen_spread *spread, const struct limen_aim *aim,
                                  size_t builds, size_t queries);

#endif
