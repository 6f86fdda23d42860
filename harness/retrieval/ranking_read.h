/* Rankings from files: TREC's run format, `query Q0 document rank score tag`. */
#ifndef LIMEN_RETRIEVAL_RANKING_READ_H
#define LIMEN_RETRIEVAL_RANKING_READ_H

#include "base/error.h"
#include "retrieval/ranking.h"

/* Columns are parted by white space, or by tabs when the first line has five of them; ids may then
 * have spaces. The second column and the rank are not looked at, as trec_eval does not; the tag is
 * that of the last line. gz files are unpacked. The ranking is sorted (limen_ranking_sort).
 * LIMEN_INPUT names file, line and value of what is wrong, also of a document that a query holds
 * twice. */
int limen_ranking_read(const char *path, struct limen_ranking *out, struct limen_error *error);

#endif
