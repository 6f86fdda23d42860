/* What a gate says: a verdict on every headline number, and what follows from all of them. Writers
 * for people and for CI systems read this and nothing else.
 *
 * Differences are new - old in the number's own unit: a recall that fell from 0.91 to 0.90 has
 * -0.01, and so has a number of distances that fell by 0.01, which is no loss. "Loss" and "drop"
 * mean the direction that `higher_is_better` calls worse, and are positive. */
#ifndef LIMEN_GATE_VERDICT_H
#define LIMEN_GATE_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

/* In the order of how bad they are. The first three pass. */
enum limen_gate_verdict {
  LIMEN_GATE_PASS,        /* a loss of the tolerance or more is ruled out */
  LIMEN_GATE_IMPROVEMENT, /* better beyond noise: a new baseline would hold on to it */
  LIMEN_GATE_NEW,         /* the baseline does not have it: nothing to compare with */
  LIMEN_GATE_CANNOT_TELL, /* neither a pass nor a regression at this confidence */
  LIMEN_GATE_REGRESSION,  /* worse by more than the tolerance, beyond noise */
  LIMEN_GATE_OTHER_DATA,  /* measured on other data than the baseline's: not comparable */
  LIMEN_GATE_UNPROVED,    /* called certified, and its certificate does not hold */
  LIMEN_GATE_MISSING,     /* the baseline has it, the run does not */
  LIMEN_GATE_VERDICTS
};

/* What the verdict rests on. */
enum limen_gate_basis {
  LIMEN_GATE_BY_NONE,      /* nothing could be compared */
  LIMEN_GATE_BY_IDENTICAL, /* every answer is the same, bit for bit */
  LIMEN_GATE_BY_PAIRED,    /* builds x queries on both sides, the same queries */
  LIMEN_GATE_BY_UNPAIRED,  /* builds x queries on both sides, other queries */
  LIMEN_GATE_BY_INTERVALS, /* the two intervals, as if normal */
  LIMEN_GATE_BY_PROOF,     /* a certificate, and the interval of what it is the best of */
  LIMEN_GATE_BASES
};

/* Words for them: "pass", "regression", "cannot tell" ...; "paired" ... */
const char *limen_gate_verdict_name(enum limen_gate_verdict verdict);
const char *limen_gate_basis_name(enum limen_gate_basis basis);

/* LIMEN_OK, LIMEN_NO or LIMEN_CANNOT_TELL: what a program with this verdict alone exits with. */
int limen_gate_status_of(enum limen_gate_verdict verdict);

struct limen_gate_finding {
  char *name; /* "recall/data=.../r=64" */
  char *unit; /* "share", "documents", ... */
  bool higher_is_better;

  enum limen_gate_verdict verdict;
  enum limen_gate_basis basis;
  double old_value, new_value; /* NaN: not there */
  double new_lower, new_upper; /* of the new value, as it was measured; NaN: none known */
  double difference;           /* new - old; NaN: not compared */
  double lower, upper;         /* of this difference, for this number alone; NaN: none known */
  double coverage;             /* of that interval: 1 - 2 alpha, so that each bound errs by alpha */
  double tolerance;            /* loss that is put up with, in the number's unit, >= 0 */

  double p_regression; /* that the loss is the tolerance at most, adjusted after Holm; NaN */
  double p_pass;       /* that the loss is the tolerance at least; NaN: not tested */

  /* The smallest true loss that would have been called a regression with a chance of
   * LIMEN_GATE_POWER; NaN: unknown. */
  double smallest_drop;
  /* What would let an unchanged system pass with that chance, the other kept as it is: queries on
   * both sides, builds a side. 0: no number of them would, or unknown. */
  size_t needed_queries, needed_builds;
  size_t old_builds, new_builds, queries; /* 0: not known; `queries` are those that were paired, or
                                             the fewer of both sides */

  char *words; /* one sentence for people, with number, old, new, difference and confidence */
};

#define LIMEN_GATE_POWER 0.95

struct limen_gate_outcome {
  char *experiment; /* of what was checked */
  char *source;     /* the folder or the first file with what was checked */
  char *baseline;   /* the file it was compared with */
  char *accept;     /* the command that would make it the baseline, for a shell; NULL: unknown */
  double tolerance; /* loss of a share that is put up with, */
  double tolerance_relative; /* and of any other number, as part of it */
  double alpha;              /* of a false regression among all, of a false pass of any */
  size_t family;             /* numbers that were tested together */
  bool identical;            /* every number that the baseline has: the same answers, bit for bit */
  char *changed; /* how the definition differs from the baseline's ("k: 10 -> 20"); NULL */
  char *machine; /* how the machine differs ("blas_kernel: Haswell -> SkylakeX"); NULL */
  size_t count[LIMEN_GATE_VERDICTS];

  struct limen_gate_finding *finding; /* in the baseline's order, new numbers after them */
  size_t n, capacity;
};

/* LIMEN_NO when any number fails, else LIMEN_CANNOT_TELL when any cannot be told, else LIMEN_OK. An
 * outcome without any number that was compared cannot be told either: never a silent pass. */
int limen_gate_status(const struct limen_gate_outcome *outcome);

/* One line: "12 numbers: 1 regression, 2 cannot tell, 9 pass". */
void limen_gate_headline(const struct limen_gate_outcome *outcome, struct limen_text *out);

void limen_gate_clear(struct limen_gate_outcome *outcome);

#endif
