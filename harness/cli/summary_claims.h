/* Whether the certified numbers of a summary.json follow from claims that were verified. */
#ifndef LIMEN_CLI_SUMMARY_CLAIMS_H
#define LIMEN_CLI_SUMMARY_CLAIMS_H

#include <stddef.h>

#include "base/error.h"
#include "limits/certificate.h"

/* For every metric named "certified_n/..." in the file at `path`, whose name says k=, d= and
 * perhaps pattern=all, and every one named "smallest_d/...", whose name says k= and n= and whose
 * value is d, one of the `n` claims must be about the same k, at least as many documents and at
 * most as many dimensions (what is proved in fewer holds in more: pad with zeros); and about
 * every k-subset, when the pattern is all or d is the smallest. The other axes say how the vectors
 * were found, which no proof needs. *metrics is how many there are. LIMEN_NO names the first that
 * follows from none, or says what is wrong with the file, which is a stranger's; LIMEN_INPUT when
 * it cannot be read. */
int limen_summary_claims_check(const char *path, const struct limen_claim *claims, size_t n,
                               size_t *metrics, struct limen_error *error);

#endif
